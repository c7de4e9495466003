"""A millisecond clock that cannot be set back, where the ``time`` module has none: CircuitPython and CPython.

``ticks_ms()``, and ``ticks_diff(later, earlier)`` in milliseconds, for spans of up to three days.
"""

try:
    from supervisor import ticks_ms
except ImportError:
    from time import monotonic

    def ticks_ms():
        return int(monotonic() * 1000) & 0x1FFFFFFF


def ticks_diff(later, earlier):
    return ((later - earlier + 0x10000000) & 0x1FFFFFFF) - 0x10000000
