"""Time as the library sees it in these tests: nobody ever waits, the clock is turned instead."""

import micropop.aio.client
import micropop.aio.saving
import micropop.client
import micropop.packets.waiting
import micropop.saving

try:
    from time import ticks_add

    _MASK = None
except ImportError:
    _MASK = 0x1FFFFFFF  # micropop.clock's

# where the library took them from the time module
_PLACES = (
    (micropop.client, "ticks_ms"),
    (micropop.aio.client, "ticks_ms"),
    (micropop.aio.saving, "ticks_ms"),
    (micropop.packets.waiting, "ticks_ms"),
    (micropop.packets.waiting, "sleep"),
    (micropop.saving, "ticks_ms"),
    (micropop.saving, "sleep"),
)
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
        before = [(module, name, getattr(module, name)) for module, name in _PLACES]
        for module, name in _PLACES:
            setattr(module, name, getattr(self, name))
        return before


def put_back(functions):
    """Undo ``Clock.install``."""
    for module, name, function in functions:
        setattr(module, name, function)
