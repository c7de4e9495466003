"""The heap that importing modules takes: ``import_heap NAME…``; each with all that it brings, in turn."""

import gc
import sys


def used():
    gc.collect()
    gc.collect()
    return gc.mem_alloc()


names = sys.argv[1:]
found = [0] * len(names)
before = used()
for i in range(len(names)):
    __import__(names[i])
    after = used()
    found[i] = after - before
    before = after
for i in range(len(names)):
    print(names[i], found[i])
