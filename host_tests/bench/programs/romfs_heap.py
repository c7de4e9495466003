"""The heap that ``import micropop`` takes from a ROMFS image: ``romfs_heap IMAGE``."""

import gc
import sys

import vfs

with open(sys.argv[1], "rb") as file:
    image = file.read()  # stands for the flash that a board maps into its address space
vfs.mount(vfs.VfsRom(image), "/rom")
sys.path[:] = ["/rom/lib"]
gc.collect()
gc.collect()
before = gc.mem_alloc()
__import__("micropop")
gc.collect()
gc.collect()
print("micropop", gc.mem_alloc() - before)
