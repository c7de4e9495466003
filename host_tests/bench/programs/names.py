"""The interpreter's table of names, which grows in steps, each twice the one before: the next is no program's own."""

import gc

_STEP = 800  # bytes: no name is so long


def grow():
    """Have the table make its next step now. Returns the bytes that it took."""
    number = 0
    while True:
        free = gc.mem_free()
        getattr(gc, f"_{number}", None)
        taken = free - gc.mem_free()
        if taken > _STEP:
            return taken
        number += 1
