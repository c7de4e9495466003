"""What an exception means to the person whose board it is. Loaded when something goes wrong, and forgotten again."""

from .trouble import BUG, FLASH, LOGIN, SERVER
from .user import traceback_of

_LOCKED_OUT = ("AuthenticationError", "CleartextRefused", "InvalidArgument")


def diagnose(error):
    """(how often the LED blinks, whether only a person can mend it, the text for the log)."""
    blinks = getattr(error, "blinks", 0)
    if blinks:
        return blinks, False, str(error)
    name = type(error).__name__
    text = "%s: %s" % (name, error)
    if name in _LOCKED_OUT:
        return LOGIN, True, text
    if name.startswith("Store"):
        return FLASH, False, text
    if hasattr(error, "retry"):  # micropop's
        return SERVER, name == "PermanentFailure", text
    return BUG, False, traceback_of(error)
