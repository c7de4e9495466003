"""Time as the firmware has it: a clock that knows nothing until it is set, and starts at the chip's own epoch."""

import utime
from _board import link
from utime import *

_2000 = 946684800
_UNSET = {"esp32": _2000, "rp2": 1609459200}  # what the clock shows after power on: 2000 and 2021, 1 January

_epoch = 0
_ahead = 0  # of the PC's clock, seconds


def _power_on(chip, clock):
    global _epoch, _ahead
    if chip == "esp32":
        _epoch = _2000
    _ahead = _UNSET.get(chip, 0) - int(utime.time()) if clock is None else clock
    link.tell(b"clock %d\n" % _ahead)


def _set(seconds):
    """Set the clock. ``seconds``: since 1970."""
    global _ahead
    _ahead = seconds - int(utime.time())
    link.tell(b"clock %d\n" % _ahead)


def time():
    return int(utime.time()) + _ahead - _epoch


def time_ns():
    return utime.time_ns() + (_ahead - _epoch) * 1000000000


def gmtime(seconds=None):
    return utime.gmtime((time() if seconds is None else int(seconds)) + _epoch)[:8]


localtime = gmtime


def mktime(parts):
    return int(utime.mktime(tuple(parts)[:8] + (-1,))) - _epoch
