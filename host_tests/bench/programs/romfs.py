"""A ROMFS image in place of the library's files: a board maps its flash into the address space, here it is heap."""

import gc
import os
import sys

import vfs


def mount(path):
    """Have the library imported from an image. Returns the bytes of heap that stand for flash."""
    gc.collect()
    before = gc.mem_alloc()
    image = bytearray(os.stat(path)[6])
    with open(path, "rb") as file:
        file.readinto(image)
    vfs.mount(vfs.VfsRom(image), "/rom")
    sys.path[0] = "/rom/lib"
    file = None
    gc.collect()
    return gc.mem_alloc() - before
