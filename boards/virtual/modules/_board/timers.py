"""What interrupts a running program: the ticks of `machine.Timer`, from the PC's own alarm signal.

As on a board the callbacks run between two bytecodes of whatever runs, or while it sleeps, waits or sits at the prompt.
"""

import time

import ffi
import micropython

from . import link

_TICK = 10  # ms between two looks at what is due
_SIGALRM = 14

_libc = ffi.open("libc.so.6")
_alarm = _libc.func("I", "ualarm", "II")
_running = []
_late = False


def _interrupted(signal):
    try:
        micropython.schedule(_look, None)
    except RuntimeError:  # one is waiting already
        pass


_handler = ffi.callback("v", _interrupted, "i", lock=True)
_libc.func("p", "signal", "iC")(_SIGALRM, _handler)
_libc.func("i", "siginterrupt", "ii")(_SIGALRM, 1)  # so that a read at the prompt lets callbacks run


def _look(_):
    global _late
    if link.asking() or not link.interruptible:
        _late = True  # a callback that asks something too would take the other's answer
        return
    now = time.ticks_ms()
    link.calling_back = True
    try:
        for timer in list(_running):
            timer._look(now)
    finally:
        link.calling_back = False


def _catch_up():
    global _late
    if _late and not link.asking():
        _late = False
        _look(None)


link.when_answered = _catch_up


class Timer:
    ONE_SHOT = 0
    PERIODIC = 1

    def __init__(self, id=-1, **options):
        if id not in self._ids:
            raise ValueError("Timer doesn't exist")
        if options:
            self.init(**options)

    def init(self, *, mode=PERIODIC, callback=None, period=-1, freq=None, tick_hz=1000, hard=False):
        self.deinit()
        self._period = max(1, int(1000 / freq) if freq else period * 1000 // tick_hz)
        self._due = time.ticks_add(time.ticks_ms(), self._period)
        self._once = mode == self.ONE_SHOT
        self._callback = callback
        _running.append(self)
        if len(_running) == 1:
            _alarm(_TICK * 1000, _TICK * 1000)

    def deinit(self):
        if self in _running:
            _running.remove(self)
            if not _running:
                _alarm(0, 0)

    def _look(self, now):
        if time.ticks_diff(now, self._due) < 0 or self not in _running:
            return
        self._due = time.ticks_add(now, self._period)
        if self._once:
            self.deinit()
        if self._callback:
            self._callback(self)


def power_on(chip):
    Timer._ids = {"rp2": (-1,), "esp32": (0, 1, 2, 3)}[chip]
