"""The chip of the virtual board: resets, the watchdog that really resets, timers, sleep, the clock, pins, I2C."""

import time as _time
from binascii import hexlify as _hexlify

from _board import link
from umachine import *

try:
    from _board import timers as _timers
    from _board.timers import Timer  # noqa: F401
except ImportError:  # a MicroPython that cannot be interrupted: see the note of the board
    _timers = None

PWRON_RESET = 1
WDT_RESET = 3
_cause = 1
_longest = 8388  # ms, of the RP2040's watchdog
_nobody = 5  # the errno of an I2C address at which nothing is


def _power_on(chip, words, cause):
    """On the RP2 every start but that by a power cut counts as the watchdog's, which ends its deep sleep too."""
    global _cause, _longest, _nobody
    if _timers:
        _timers.power_on(chip)
    if chip == "esp32":
        global HARD_RESET, DEEPSLEEP_RESET, SOFT_RESET
        HARD_RESET = 2
        DEEPSLEEP_RESET = 4
        SOFT_RESET = 5
        _longest = 1 << 30
        _nobody = 19
        _cause = {"power": 1, "reset": 2, "watchdog": 3, "deepsleep": 4, "soft_reset": 5}[cause]
    else:
        mem32._control = 0x40058000
        if "RP2350" in words:
            mem32._control = 0x400D8000
            _longest = 16777
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


def idle():
    _time.sleep_ms(1)


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


class _Memory:
    """The registers: of those that are there, the one that tells whether an RP2's watchdog is on."""

    _control = None

    def __getitem__(self, address):
        return (address == self._control and int(link.ask("watchdog_on"))) << 30

    def __setitem__(self, address, value):
        pass


mem32 = _Memory()


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


class I2C:
    """A bus with a display at 0x3C, an SSD1306, whose picture whoever runs the board sees."""

    def __init__(self, id=0, *, scl=None, sda=None, freq=400000, timeout=50000):
        pass

    def init(self, *, scl=None, sda=None, freq=400000):
        pass

    def deinit(self):
        pass

    def scan(self):
        return [int(word) for word in link.ask("i2c_scan").split()]

    def writeto(self, addr, buf, stop=True):
        return self.writevto(addr, (buf,), stop)

    def writevto(self, addr, vector, stop=True):
        if addr not in self.scan():
            raise OSError(_nobody)
        count = 0
        for part in vector:
            view = memoryview(part)
            for start in range(0, len(view), 32):  # in pieces, which take no memory to speak of
                link.tell(b"i2c %d %s\n" % (addr, _hexlify(view[start : start + 32])))
            count += len(part)
        if stop:
            link.tell(b"i2c_stop %d\n" % addr)
        return count + 1

    def writeto_mem(self, addr, memaddr, buf, *, addrsize=8):
        self.writevto(addr, (memaddr.to_bytes(addrsize // 8, "big"), buf))

    def readfrom(self, addr, nbytes, stop=True):
        if addr not in self.scan():
            raise OSError(_nobody)
        return bytes(nbytes)

    def readfrom_into(self, addr, buf, stop=True):
        buf[:] = self.readfrom(addr, len(buf))

    def readfrom_mem(self, addr, memaddr, nbytes, *, addrsize=8):
        return self.readfrom(addr, nbytes)


class SoftI2C(I2C):
    def __init__(self, scl, sda, *, freq=400000, timeout=50000):
        pass
