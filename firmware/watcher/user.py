"""The user's own program: ``def on_mail(mail)`` in on_mail.py, called for every mail that came."""

import sys


def hand_over(mail, log):
    """Give a stored mail to the user's program, if there is one. What it raises is logged, and costs no mail.

    :param mail: what the store gave
    :param log: takes a text
    """
    try:
        try:
            import on_mail
        except ImportError as error:
            if str(error).endswith("'on_mail'"):
                return  # there is none
            raise
        on_mail.on_mail(mail)
    except Exception as error:
        log("on_mail.py failed, %s is kept:\n%s" % (mail.path, traceback_of(error)))


def traceback_of(error):
    """What the firmware would print for an exception, as text."""
    if hasattr(sys, "print_exception"):  # MicroPython
        from io import StringIO

        text = StringIO()
        sys.print_exception(error, text)
        return text.getvalue().rstrip()
    from traceback import format_exception

    return "".join(format_exception(error)).rstrip()
