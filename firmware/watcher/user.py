"""The user's own program: ``def on_mail(mail)`` in on_mail.py, called for every mail that came."""

import sys
from binascii import crc32

_ATTEMPTS = 2


def load():
    """The function ``on_mail``, or None if there is no on_mail.py. Raises what importing it raises."""
    try:
        import on_mail

        return on_mail.on_mail
    except Exception as error:
        sys.modules.pop("on_mail", None)  # MicroPython keeps what there is of it
        if isinstance(error, ImportError) and str(error).endswith("'on_mail'"):
            return None
        raise


def hand_over(program, mail, folder, log):
    """Give a stored mail to the user's program. What it raises is logged, and costs no mail.

    Where the program does not come back, because the watchdog bit or the power went, it gets the mail a second time,
    and no third time.

    :param program: the function
    :param mail: what the store gave
    :param str folder: where to note that
    :param log: takes a text
    """
    if not try_once_more(mail.serial, folder + "/tried"):
        log("on_mail.py did not come back from %s, which is kept" % mail.path)
        return
    try:
        program(mail)
    except Exception as error:
        log("on_mail.py failed, %s is kept:\n%s" % (mail.path, traceback_of(error)))


def try_once_more(serial, path):
    """Note an attempt with a mail. Returns whether it is to be made."""
    times = 0
    try:
        with open(path) as file:
            number, tried, check = file.read().split()
        if number == str(serial) and tried in ("1", "2") and check == checked(number, tried):
            times = int(tried)
    except (OSError, ValueError):
        pass
    if times < _ATTEMPTS:
        number, tried = str(serial), str(times + 1)
        try:
            with open(path, "w") as file:
                file.write("%s %s %s" % (number, tried, checked(number, tried)))
        except OSError:
            pass  # better without a note than not at all
    return times < _ATTEMPTS


def checked(number, tried):
    # tells a note that was damaged
    return "%08x" % (crc32(("%s %s" % (number, tried)).encode()) & 0xFFFFFFFF)


def traceback_of(error):
    """What the firmware would print for an exception, as text."""
    if hasattr(sys, "print_exception"):  # MicroPython
        from io import StringIO

        text = StringIO()
        sys.print_exception(error, text)
        return text.getvalue().rstrip()
    from traceback import format_exception

    return "".join(format_exception(error)).rstrip()
