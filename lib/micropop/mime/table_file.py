"""A charset's table in a file on flash, made on the computer: ``make(names, folder)`` of boards/charsets.py.

Eight octets: "MPT1", the first and the last lead octet, the first and the last trail octet. Then for each lead octet,
and in it for each trail octet, two octets: the character's number, big-endian; 0: none. A charset of one octet a
character has the lead octet 0.
"""

import sys


class Table:
    """A table, looked up by ``seek`` while it is open. Raises OSError where no folder has its file, or it is none.

    :param bytes name: the charset's, as ``charsets.short()`` makes it
    """

    def __init__(self, name):
        package = sys.modules["micropop.mime"]
        beside = getattr(package, "__file__", "").split("micropop/mime", 1)[0] + "charsets"
        head = b""
        for folder in list(package.folders) + [beside]:
            self.path = folder + "/" + str(name, "utf-8") + ".tab"
            try:
                with open(self.path, "rb") as file:
                    head = file.read(8)
                break
            except OSError:
                pass
        if len(head) < 8 or head[:4] != b"MPT1":
            raise OSError(2)
        self.first, self.last, self.low, self.high = head[4], head[5], head[6], head[7]
        self.buf = bytearray(2)
        self.file = None

    def open(self):
        """Open the file: only while octets are decoded, for a text may be left at any time."""
        self.file = open(self.path, "rb")

    def close(self):
        """Close the file."""
        self.file.close()

    def code(self, lead, trail):
        """The number of the character that two octets stand for, or 0."""
        if not (self.first <= lead <= self.last and self.low <= trail <= self.high):
            return 0
        self.file.seek(8 + 2 * ((lead - self.first) * (self.high - self.low + 1) + trail - self.low))
        return self.buf[0] << 8 | self.buf[1] if self.file.readinto(self.buf) == 2 else 0
