"""The flash chip of a virtual board: a file that holds what the chip would hold."""

import fcntl
import os
from pathlib import Path
from typing import BinaryIO

from boards.tools.unavailable import Unavailable

BLOCK = 4096  # bytes


def insert(path: Path, size: int) -> BinaryIO:
    """Take the image for one board; a new one is an erased chip.

    :param path: the image's file
    :param size: bytes of the chip
    :return: the open file, which keeps the image for this process until it is closed
    :raises Unavailable: if another board uses it, or it is another chip's
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "a+b")
    os.fchmod(file.fileno(), 0o600)  # it will hold passwords and mails
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise Unavailable(f"{path} is in use by another virtual board") from None
    present = file.seek(0, 2)
    if present == 0:
        for _ in range(size // BLOCK):
            file.write(b"\xff" * BLOCK)
        file.flush()
    elif present != size // BLOCK * BLOCK:
        file.close()
        raise Unavailable(f"{path} has {present} bytes, the board's flash {size}: remove it, or name another image")
    return file
