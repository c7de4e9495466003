"""The chip of the virtual board: resets, the watchdog that really resets, sleep, the clock, pins."""

import time as _time

from _board import link
from umachine import *

PWRON_RESET = 1
WDT_RESET = 3
_cause = 1
_longest = 8388  # ms, of the RP2's watchdog


def _power_on(chip, cause):
    """On the RP2 every start but that by a power cut counts as the watchdog's, which ends its deep sleep too."""
    global _cause, _longest
    if chip == "esp32":
        global HARD_RESET, DEEPSLEEP_RESET, SOFT_RESET
        HARD_RESET = 2
        DEEPSLEEP_RESET = 4
        SOFT_RESET = 5
        _longest = 1 << 30
        _cause = {"power": 1, "reset": 2, "watchdog": 3, "deepsleep": 4, "soft_reset": 5}[cause]
    else:
        _cause = 1 if cause == "power" else 3


def reset_cause():
    return _cause


def reset():
    link.end("reset")


def soft_reset():
    raise SystemExit


def deepsleep(milliseconds=None):
    """Sleep with everything off, then start anew; without a time until the board is reset from outside."""
    link.end("deepsleep %d" % (-1 if milliseconds is None else milliseconds))


def lightsleep(milliseconds):
    _time.sleep_ms(milliseconds)


def unique_id():
    return b"\x02virtual"


def freq(hertz=None):
    return 125000000


def disable_irq():
    return 0


def enable_irq(state):
    pass


def bootloader(timeout=None):
    link.end("reset")


class WDT:
    def __init__(self, id=0, timeout=5000):
        if not 0 < timeout <= _longest:
            raise ValueError("timeout exceeds %d" % _longest)
        link.tell(b"watchdog %d\n" % timeout)

    def feed(self):
        link.tell(b"feed\n")


class RTC:
    def datetime(self, parts=None):
        """(year, month, day, weekday, hours, minutes, seconds, subseconds)"""
        if parts is None:
            year, month, day, hour, minute, second, weekday, _ = _time.gmtime()
            return (year, month, day, weekday, hour, minute, second, 0)
        year, month, day, _, hour, minute, second, _ = parts
        _time._set(_time.mktime((year, month, day, hour, minute, second, 0, 0)) + _time._epoch)

    def memory(self, data=None):
        """Bytes that survive resets and deep sleep, but no power cut."""
        if data is None:
            answer = link.ask("rtc_memory")
            return b"" if answer == "-" else bytes.fromhex(answer)
        if len(data) > 2048:
            raise ValueError("buffer too long")
        link.ask("rtc_memory_set " + (bytes(data).hex() or "-"))


class Pin:
    IN = 0
    OUT = 1
    OPEN_DRAIN = 2
    PULL_UP = 1
    PULL_DOWN = 2
    IRQ_RISING = 8
    IRQ_FALLING = 4

    def __init__(self, id, mode=-1, pull=-1, value=None):
        self._id = str(id)
        if value is not None:
            self.value(value)

    def value(self, level=None):
        if level is None:
            return int(link.ask("pin " + self._id))
        link.tell(("pin_set %s %d\n" % (self._id, bool(level))).encode())

    def on(self):
        self.value(1)

    def off(self):
        self.value(0)

    def toggle(self):
        self.value(not self.value())

    def init(self, mode=-1, pull=-1, value=None):
        if value is not None:
            self.value(value)

    def irq(self, handler=None, trigger=0):
        pass

    high = on
    low = off
    __call__ = value
