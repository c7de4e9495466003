"""A watchdog that is left to itself: nothing stops those of the RP2 and the ESP32 once they run, not even a soft
reset. So that the board does not start anew under the hands of somebody who has it at the prompt, a timer feeds it.

MicroPython only; CircuitPython's can be stopped.
"""

import sys

import machine

_PERIOD = 2000  # ms
_ESP32 = 120000  # ms, as watchdog_start has it
_RP2 = 8388
# the register with the bit that says whether an RP2's is on; MicroPython has no other way to ask
_CONTROL = 0x40058000
_CONTROL_RP2350 = 0x400D8000
_ENABLED = 1 << 30

_timer = None  # a timer that nobody holds stops with the next collection


def keep(feed):
    """Call ``feed`` every two seconds, until the next reset or ``let_go()``."""
    global _timer
    let_go()
    _timer = _new_timer()
    _timer.init(period=_PERIOD, callback=lambda _: feed())


def let_go():
    """Feed it no more: a watcher does that again."""
    global _timer
    if _timer:
        _timer.deinit()
        _timer = None


def after_reset():
    """Keep the watchdog that a program before a soft reset left behind, if there is one. For boot.py.

    Returns whether there is.
    """
    if sys.platform == "esp32":
        # it cannot be asked; started here without need it never bites
        found, timeout = machine.reset_cause() == machine.SOFT_RESET, _ESP32
    else:
        newer = "RP2350" in sys.implementation._machine
        found, timeout = machine.mem32[_CONTROL_RP2350 if newer else _CONTROL] & _ENABLED, _RP2
    if found:
        keep(machine.WDT(timeout=timeout).feed)
    return bool(found)


def _new_timer():
    if sys.platform != "esp32":
        return machine.Timer()
    # the last ones, as programs begin with the first; smaller chips have two
    try:
        return machine.Timer(3)
    except ValueError:
        return machine.Timer(1)
