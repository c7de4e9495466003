"""The files of the log."""

import os
import time

PATH = "/log.txt"
OLDER = "/log.old.txt"
_UNSET = 2024  # a clock that shows an earlier year was not set


def note(log, text):
    """Print and write what ``Log`` is called with."""
    for secret in log.secrets:
        if secret:
            text = text.replace(secret, "***")
    line = "%s %s" % (now(), text)
    print(line)
    if text == log.last:
        log.times += 1
        return
    if log.times:
        line = "(the last line %d times more)\n%s" % (log.times, line)
    log.last = text
    log.times = 0
    if log.size:
        try:
            write(line, log.size // 2)
        except OSError:
            pass  # the flash is full, or belongs to a computer: nobody is served by stopping


def now():
    """The date and time, or the seconds since the clock began to count where it was not set."""
    seconds = time.time()
    parts = time.localtime(seconds)
    if parts[0] < _UNSET:
        return "%02d:%02d:%02d after the start" % tuple(parts)[3:6]
    return "%04d-%02d-%02d %02d:%02d:%02d" % tuple(parts)[:6]


def write(line, most):
    """Append a line to the newer file, which may have ``most`` bytes."""
    data = line.encode() + b"\n"
    if len(data) > most:
        data = data[: most - 1] + b"\n"
    try:
        full = os.stat(PATH)[6] + len(data) > most
    except OSError:
        full = False
    if full:
        try:
            os.remove(OLDER)  # not every file system renames over a file
        except OSError:
            pass
        os.rename(PATH, OLDER)
    with open(PATH, "ab") as file:
        file.write(data)
