"""Ctrl-C as on a board: raised between two steps of a program, never amid the interpreter's own work.

This MicroPython would raise KeyboardInterrupt from the signal itself. Where that comes amid an import or a collection,
a lock of the interpreter stays held, or its heap locked, for ever. So the signal is held back, and let through where a
program uses the board. The supervisor sends SIGURG to let it through at once, when the program waits for something, or
has computed long enough.
"""

import ffi

from . import link

_SIGINT = 2
_SIGURG = 23

_libc = ffi.open("libc.so.6")
_hold = _libc.func("i", "sighold", "i")
_release = _libc.func("i", "sigrelse", "i")


def _take(signal=None):
    if link.calling_back:  # the scheduler would catch it
        return
    try:
        _release(_SIGINT)
    finally:
        _hold(_SIGINT)


_handler = ffi.callback("v", _take, "i")  # without lock=True: what it raises comes to whatever runs
_libc.func("p", "signal", "iC")(_SIGURG, _handler)
_hold(_SIGINT)
link.take_interrupt = _take
