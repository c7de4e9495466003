"""The heap that ``import micropop`` takes from a ROMFS image: ``romfs_heap IMAGE``."""

import gc
import sys

import romfs

romfs.mount(sys.argv[1])
gc.collect()
gc.collect()
before = gc.mem_alloc()
__import__("micropop")
gc.collect()
gc.collect()
print("micropop", gc.mem_alloc() - before)
