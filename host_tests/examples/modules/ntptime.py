"""The computer's clock is right already."""

timeout = 1
host = ""


def time():
    from time import time as now

    return int(now())


def settime():
    pass
