"""A mail on its way from the server to a file, and the hash of its header, by which it is known again."""

import time
from binascii import crc32

from .files import fold
from .flash import flush
from .record import sha256

try:
    from micropython import const
except ImportError:
    const = int

_PIECE = const(256)  # octets of a header that are looked at together
_NAME = const(15)  # octets of the longest name in the next line
_CHANGING = (b"x-", b"status:", b"content-length:", b"lines:")  # fields that servers add and change
_TIE = const(4096)  # octets after which a mail's blocks are tied to its name, lest a power cut lose them on FAT
_REST = const(0x400000)  # octets of a mail that are read and thrown away, so that the session goes on ...
_PATIENCE = const(300)  # ... and seconds


class Head:
    """The header of a mail, as its octets come. ``over``: it has ended."""

    def __init__(self):
        self.over = False
        self._hash = sha256()
        self._rest = b""
        self._starts = True  # what comes is the start of a line
        self._passed = False  # this field does not count

    def take(self, data):
        """Take the next octets of the mail; returns how many of them are of the header."""
        at = 0
        while at < len(data) and not self.over:
            self._rest += bytes(data[at : at + _PIECE])
            at = min(at + _PIECE, len(data))
            self._lines()
            if self.over:
                at -= len(self._rest)
        return at

    def _lines(self):
        # take whole lines, and parts of those that are long
        rest = self._rest
        while rest:
            end = rest.find(b"\n") + 1
            if self._starts:
                if not end and len(rest) < _NAME:
                    break
                if 0 < end < 4 and not rest[:end].strip(b"\r\n"):
                    self.over = True
                    rest = rest[end:]
                    break
                if rest[0] not in b" \t":
                    self._passed = False
                    start = rest[:_NAME].lower()
                    for name in _CHANGING:
                        if start.startswith(name):
                            self._passed = True
            line = rest[:end] if end else rest
            if not self._passed:
                self._hash.update(line)
            self._starts = end > 0
            rest = rest[len(line) :]
        self._rest = rest

    def digest(self):
        """The hash of the header, in which what servers change does not count. Call it once, at the end."""
        if not self.over:
            self._rest += b"\n"
            self._lines()
        return self._hash.digest()


def mark_of(digest):
    """What an entry has of a header's hash."""
    return int.from_bytes(digest[7:10], "little")


def head_of(client, number):
    """The hash of the header of mail ``number``, by TOP. Raises what the client raises."""
    head = Head()
    with client.top(number, 0) as message:
        begun = time.time()
        for packet in message:
            head.take(packet.data)
            if is_endless(message.received, begun):
                break
    return head.digest()


def is_endless(octets, begun):
    # whether so much of what nobody wants was read, since so long ago, that the session had better end
    return octets > _REST or not 0 <= time.time() - begun <= _PATIENCE


class Copy:
    """What came of a mail.

    ``whole``: all of it is in the file. ``short``: fewer lines of its body came than were wanted. ``octets``: that
    came. ``head``: its header's hash. ``sum``: the check sum of what is in the file, as a number.
    """

    def __init__(self, message, file, lines=None, limit=None, progress=None):
        """Copy a message to a file, and have it on flash there.

        :param int lines: no more lines of the body
        :param int limit: no more octets
        :param progress: called as ``progress(received, octets)`` after each packet
        Raises OSError, and what the client raises. What is not wanted is read to its end, within reason.
        """
        head = Head()
        self.octets = found = written = 0
        self.whole = True
        left = lines
        tied = False
        begun = 0
        for packet in message:
            data = packet.data
            self.octets += len(data)
            if self.whole:
                body = head.take(data)
                end = len(data)
                if left is not None and head.over:
                    while body < end:
                        if not left:
                            end = body
                        elif data[body] == 10:
                            left -= 1
                        body += 1
                if limit is not None and written + end > limit:
                    end = limit - written
                if end < len(data):
                    self.whole = False
                    data = data[:end]
                    begun = time.time()
                file.write(data)
                found = crc32(data, found)
                written += end
                if written > _TIE and not tied:
                    tied = True
                    file.flush()
            elif is_endless(self.octets - written, begun):
                break
            if progress:
                progress(self.octets, message.octets)
        flush(file)
        self.short = left is not None and left > 0 and self.whole
        self.whole = self.whole and message.complete
        self.head = head.digest()
        self.sum = fold(found)
