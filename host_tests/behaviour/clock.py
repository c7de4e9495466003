"""Time as the library sees it in these tests: nobody ever waits, the clock is turned instead."""

import micropop.client
import micropop.packets.waiting

try:
    from time import ticks_add

    _MASK = None
except ImportError:
    _MASK = 0x1FFFFFFF  # micropop.clock's

_EVE = -1000  # milliseconds before the ticks begin again at 0: no test may notice


class Clock:
    """Virtual time.

    :ivar now: milliseconds since the test began
    """

    def __init__(self):
        self.now = 0

    def ticks_ms(self):
        """What the library takes for ``time.ticks_ms()``."""
        if _MASK is None:
            return ticks_add(0, _EVE + self.now)
        return (_EVE + self.now) & _MASK

    def sleep(self, seconds):
        """What the library takes for ``time.sleep()``."""
        self.now += int(seconds * 1000)

    def install(self):
        """Put it into the library. Returns what was there, for ``put_back``."""
        before = micropop.client.ticks_ms, micropop.packets.waiting.ticks_ms, micropop.packets.waiting.sleep
        put_back((self.ticks_ms, self.ticks_ms, self.sleep))
        return before


def put_back(functions):
    """Undo ``Clock.install``."""
    micropop.client.ticks_ms, micropop.packets.waiting.ticks_ms, micropop.packets.waiting.sleep = functions
