"""The user's own program: ``def on_mail(mail)`` in on_mail.py, called for every mail that came."""

import sys

_ATTEMPTS = 2


def hand_over(mail, folder, log):
    """Give a stored mail to the user's program, if there is one. What it raises is logged, and costs no mail.

    Where the program does not come back, because the watchdog bit or the power went, it gets the mail a second time,
    and no third time.

    :param mail: what the store gave
    :param str folder: where to note that
    :param log: takes a text
    """
    try:
        try:
            import on_mail
        except ImportError as error:
            if str(error).endswith("'on_mail'"):
                return  # there is none
            raise
        if _tried(mail.id, folder + "/tried"):
            on_mail.on_mail(mail)
        else:
            log("on_mail.py did not come back from %s, which is kept" % mail.path)
    except Exception as error:
        log("on_mail.py failed, %s is kept:\n%s" % (mail.path, traceback_of(error)))


def _tried(name, path):
    # note an attempt; whether one more is to be made
    times = 0
    try:
        with open(path) as file:
            last = file.read().split()
        if last[0] == name:
            times = int(last[1])
    except (OSError, IndexError, ValueError):
        pass
    if times < _ATTEMPTS:
        with open(path, "w") as file:
            file.write("%s %d" % (name, times + 1))
    return times < _ATTEMPTS


def traceback_of(error):
    """What the firmware would print for an exception, as text."""
    if hasattr(sys, "print_exception"):  # MicroPython
        from io import StringIO

        text = StringIO()
        sys.print_exception(error, text)
        return text.getvalue().rstrip()
    from traceback import format_exception

    return "".join(format_exception(error)).rstrip()
