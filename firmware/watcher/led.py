"""The board's LED as a sign of how things are: on: busy; a short blink now and then: all is well; else it counts."""

try:
    from micropython import const
except ImportError:
    const = int

_WELL = const(50)  # steps from blink to blink
_PAUSE = const(12)  # steps between two groups of blinks


class Led:
    """The LED.

    :param switch: ``switch(level)`` turns it on (1) or off (0), or None: there is none
    """

    def __init__(self, switch):
        self._switch = switch
        self._step = 0

    def set(self, level):
        """1: on, 0: off. The next sign starts from its beginning."""
        self._step = 0
        if self._switch:
            self._switch(level)

    def step(self, blinks):
        """Go on by a step, a tenth of a second. ``blinks``: how often it blinks, see trouble.py; 0: all is well."""
        step = self._step
        if blinks:
            place = step % (4 * blinks + _PAUSE)
            level = place < 4 * blinks and place & 2 == 0
        else:
            level = step % _WELL == 0
        self.set(int(level))
        self._step = step + 1
