"""The log of the record: what changed since its table was made. It only grows, and is never left open."""

import os
import struct

from .files import checked
from .flash import flush

_ENTRY = 24  # bytes
STORED = 1  # see entry.py
DELETE = 8  # a flag


def packed(name, flags, serial, size, head, sum, day):
    """An entry's bytes: see entry.py."""
    data = struct.pack(
        "<9sBHBHHBHH", name, flags, serial & 0xFFFF, serial >> 16, size, head & 0xFFFF, head >> 16, sum, day
    )
    return data + checked(data)


def append(path, data):
    """Write entries to the log of the table at ``path``, and have them on flash. Returns the slot of the first of them.

    :param bytes data: one entry, or several
    Raises OSError.
    """
    path += ".log"
    with open(path, "ab") as file:
        size = os.stat(path)[6]
        file.write(bytes(-size % _ENTRY) + data)  # behind what a power cut left there
        flush(file)
    return ~((size + _ENTRY - 1) // _ENTRY)
