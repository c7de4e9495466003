"""What ``download`` does, with the library from a ROMFS image: ``romfs_download IMAGE HOST …``."""

import sys

import romfs

romfs.mount(sys.argv.pop(1))
romfs = None
import download  # noqa: E402, F401
