"""What an exception means to the person whose board it is, and what is done about it. Loaded when there is one."""

from .pace import after_failure
from .reset import reset
from .trouble import BUG, FLASH, LOGIN, SERVER

_RESET = 12  # failures in a row after which the board starts anew
_LOCKED_OUT = ("AuthenticationError", "TokenRefused", "CleartextRefused", "InvalidArgument", "PermanentFailure")
_HOUR = 3600  # servers lock accounts out where somebody tries too often
_DELAY = 300  # seconds that a server may want between two logins where it does not say
_DOUBTS = 300  # ... and after it refused, the first time, what it took before
_PYSTACK = "\nPython's stack for calls is too small: give CIRCUITPY_PYSTACK_SIZE = 4096, or more, in settings.toml"


def treat(watch, error):
    """Log a failure, and do what may help. Returns how many seconds to rest, and what the LED is to show meanwhile."""
    blinks, at_least, text = diagnose(error)
    watch.log(text)
    failures = watch.failures
    if blinks == LOGIN and watch.mailbox.worked:
        at_least = min(_DOUBTS << min(failures - 1, 8), _HOUR)  # it may be the server's mistake, or the network's
    if getattr(error, "reason", None) == "dates":
        watch.clock_due = None  # of this board, or of the server: ours can be set
    if type(error).__name__ == "StoreFull":
        make_room(watch)
    settings = watch.settings
    if settings["SLEEP"]:
        at_least = max(at_least, settings["INTERVAL"])  # a board that sleeps forgets how many failures there were
    seconds = after_failure(failures, settings["RETRY"], settings["INTERVAL"], watch.mailbox.login_delay, at_least)
    no_memory = isinstance(error, MemoryError) and failures > 1  # it may be in pieces
    if no_memory or (failures >= _RESET and blinks not in (LOGIN, FLASH)):
        watch.log("nothing helped: the board starts anew")
        reset()
    return seconds, blinks


def make_room(watch):
    """Remove old mails, if the settings allow that and the flash too."""
    from .flash import make_room

    try:
        gone = make_room(watch)
    except Exception as error:
        watch.log("no room can be made: %s" % error)
        return
    if gone:
        watch.log("%d of the oldest mails were removed to make room" % gone)
        watch.failures = 1  # this helps


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
    from .user import traceback_of

    return BUG, 0, traceback_of(error) + (_PYSTACK if "pystack exhausted" in text else "")
