"""What ``dir(micropop)`` takes of a fresh heap: the bytes kept by the first, by a second; and what it loaded."""

import gc
import sys

import micropop


def used():
    gc.collect()
    gc.collect()
    return gc.mem_alloc()


def kept():
    before = used()
    dir(micropop)
    return used() - before


there = list(sys.modules)
print(kept())
print(kept())
print(" ".join([name for name in sys.modules if name not in there]))
