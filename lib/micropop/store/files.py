"""The files of a store: a mail's name is its serial number, the key of its UID, and ``.eml``, or ``.cut`` if it is a
part.

While a mail is written its name ends in ``.tmp``. littlefs, and any computer's file system, rename at one stroke. FAT
writes the new name before it takes the old one away: a power cut between leaves one file with two names, and removing
one of them would break the other. So such a pair goes as a whole, before anything else is written: that is why a
program opens its store before it writes any file. Nothing is ever renamed onto a file.
"""

import os
from binascii import crc32, hexlify

MOST = 0xF00000  # a greater number in a name is not the store's: its record has room for 24 bits


class Mail:
    """A mail on flash.

    ``path``: its file. ``size``: in bytes. ``serial``: its place in the order of arrival, from 1. ``id``: 14
    hexadecimal digits that stand for its UID. ``whole``: False if only its first part is stored. ``number``: the one
    it has in the session that fetched it, or None.
    """

    def __init__(self, folder, name, number=None):
        self.path = folder + "/" + name
        self.serial = serial(name)
        self.id = name[9:23]
        self.whole = name.endswith(".eml")
        self.number = number

    @property
    def size(self):
        return os.stat(self.path)[6]

    def open(self, fields=()):
        """Read it: what ``micropop.mime.read()`` makes of it.

        :param fields: names of header fields to keep besides From, To, Subject and Date
        """
        from ..mime import read

        return read(self, fields)


def serial(name, half=False):
    """The serial number in the name of a mail, or of half a mail, from 1; 0 for all other files."""
    if len(name) == 27 and is_number(name[:8]) and name[23:] in ((".tmp",) if half else (".eml", ".cut")):
        number = int(name[:8])
        return number if number < MOST else 0
    return 0


def is_number(text):
    """Whether a text is made of the digits 0 to 9 only, of which Unicode has more."""
    return text.isdigit() and max(text) <= "9"


def stem(number, key):
    """The name of a mail's file, up to its ending."""
    return "%08d-%s" % (number, hexlify(key).decode())


def fold(crc):
    """A check sum of two bytes, as a number, of one of four."""
    return (crc ^ crc >> 16) & 0xFFFF


def checked(data):
    """The check sum of ``data``, as two bytes."""
    return fold(crc32(data)).to_bytes(2, "little")
