"""The watchdog: it resets a board whose program hangs. ``watchdog_start.py`` makes it."""

try:
    from micropython import const
except ImportError:
    const = int

_ENOUGH = const(30)  # ticks, of two seconds, within which a program that lives comes to feed it


class Watchdog:
    """Resets the board when ``feed()`` was not called for a minute or two.

    :param feed: of the chip's own watchdog, or None
    :param reset: starts the board anew, for a timer that calls ``tick()`` every two seconds; or None

    ``longest``: seconds that a step in which nobody can feed it may take, or None. ``timer``: what calls ``tick()``, or
    None.
    """

    longest = timer = None

    def __init__(self, feed=None, reset=None):
        self._feed = feed
        self._reset = reset
        self._left = _ENOUGH

    def tick(self, _):
        """Feed the chip's watchdog as long as the program shows up once a minute."""
        if self._left <= 0:
            self._reset()
        self._left -= 1
        if self._feed:
            self._feed()

    def feed(self):
        """The program lives."""
        self._left = _ENOUGH
        if self._feed:
            self._feed()

    def pause(self):
        """A step comes in which nobody can feed it, until ``resume()``: it bears that by itself."""

    def resume(self):
        """Such a step is over."""

    def release(self):
        """Somebody took the board over: the chip's watchdog, which nothing stops, is fed for ever."""
        if self.timer:
            self.timer.deinit()
        if self._feed:
            from .watchdog_kept import keep

            keep(self._feed)
