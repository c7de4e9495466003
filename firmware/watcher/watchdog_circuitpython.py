"""The watchdog on CircuitPython. Loaded where the board has one."""

from watchdog import WatchDogMode

_MINUTES = 120  # seconds
_SHORT = 8  # seconds, for the RP2's, which counts no further


class ChipWatchdog:
    """Resets the board when ``feed()`` was not called for two minutes, on an RP2 for eight seconds.

    :param timer: ``microcontroller.watchdog``
    """

    def __init__(self, timer):
        self.feed = timer.feed  # silent while the timer is off
        self._timer = timer
        try:
            timer.timeout = _MINUTES
        except ValueError:
            timer.timeout = _SHORT
        timer.mode = WatchDogMode.RESET

    def pause(self):
        """Where it is short, stop it until ``resume()``: name look-up, connection and TLS handshake are one call there,
        during which nobody can feed it; each has a time-out of its own."""
        if self._timer.timeout < _MINUTES:
            self._timer.mode = None

    def resume(self):
        """Watch again."""
        self._timer.mode = WatchDogMode.RESET
        self.feed()

    def release(self):
        """Stop it: somebody took the board over."""
        self._timer.mode = None
