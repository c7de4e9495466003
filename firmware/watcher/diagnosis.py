"""What an exception means to the person whose board it is. Loaded when something goes wrong, and forgotten again."""

from .trouble import BUG, FLASH, LOGIN, SERVER
from .user import traceback_of

_LOCKED_OUT = ("AuthenticationError", "CleartextRefused", "InvalidArgument", "PermanentFailure")
_HOUR = 3600  # servers lock accounts out where somebody tries too often
_DELAY = 300  # seconds that a server may want between two logins where it does not say


def diagnose(error):
    """(how often the LED blinks, seconds to wait at the least, the text for the log)."""
    blinks = getattr(error, "blinks", 0)
    if blinks:
        return blinks, 0, str(error)
    name = type(error).__name__
    text = "%s: %s" % (name, error)
    if name in _LOCKED_OUT:
        return LOGIN, _HOUR, text
    if name.startswith("Store"):
        return FLASH, 0, text
    if hasattr(error, "retry"):  # micropop's others
        return SERVER, getattr(error, "retry_after", None) or (_DELAY if name == "LoginDelay" else 0), text
    return BUG, 0, traceback_of(error)
