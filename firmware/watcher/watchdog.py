"""The watchdog: it resets a board whose program hangs."""

import sys

try:
    from micropython import const
except ImportError:
    const = int

_ENOUGH = const(30)  # ticks, of two seconds, within which a program that lives comes to feed it


class Watchdog:
    """Resets the board when ``feed()`` was not called for a minute or two, where the chip can do that.

    :param bool sleeping: the board sleeps between polls. The RP2's watchdog, which nothing stops, is left out then.

    ``longest``: seconds that a step in which nobody can feed it may take, or None.
    """

    longest = None
    _feed = None
    _left = _ENOUGH

    def __init__(self, sleeping=False):
        if sys.implementation.name == "circuitpython":
            self._start_circuitpython(sleeping)
        else:
            self._start_micropython(sleeping)

    def _start_micropython(self, sleeping):
        import machine

        if sys.platform == "esp32":
            self._feed = machine.WDT(timeout=120000).feed
            return
        # The RP2's own bears eight seconds, and a name's look-up may take longer. So a timer, which goes on during
        # that, feeds it as long as the program shows up once a minute.
        if not sleeping:
            self._feed = machine.WDT(timeout=8388).feed
        if hasattr(machine, "Timer"):
            self._reset = machine.reset
            self._timer = machine.Timer()
            self._timer.init(period=2000, callback=self._tick)

    def _tick(self, _):
        if self._left <= 0:
            self._reset()
        self._left -= 1
        if self._feed:
            self._feed()

    def _start_circuitpython(self, sleeping):
        from microcontroller import watchdog

        if watchdog is None or sleeping:
            return
        from watchdog import WatchDogMode

        try:
            watchdog.timeout = 120
        except ValueError:  # the RP2's
            watchdog.timeout = 8
            self.longest = 7
        watchdog.mode = WatchDogMode.RESET
        self._feed = watchdog.feed

    def feed(self):
        """The program lives."""
        self._left = _ENOUGH
        if self._feed:
            self._feed()

    def release(self):
        """Let the timer feed it for ever, where there is one: somebody took the board over."""
        self._left = 1 << 29
