"""Mails as long as one likes, which take no memory."""

import micropop
from micropop import mime


class Endless:
    """A mail that is made while it is read: pieces, each so often."""

    complete = False

    def __init__(self, size, *pieces):
        self.size = size
        self.pieces = list(pieces)
        self.count = 0
        self.packet = None
        self.rest = b""

    def __iter__(self):
        return self

    def __next__(self):
        while len(self.rest) < self.size and self.pieces:
            piece, times = self.pieces[0]
            if self.count == times:
                self.pieces.pop(0)
                self.count = 0
                continue
            self.rest += piece.replace(b"%d", b"%d" % self.count)
            self.count += 1
        if not self.rest:
            raise StopIteration
        if self.packet is None:
            self.packet = micropop.PacketPool(self.size, 1).allocate()
        self.packet.end = self.packet.start
        self.packet.append(self.rest[: self.size])
        self.rest = self.rest[self.size :]
        return self.packet


def endless(*pieces):
    return mime.read(Endless(512, *pieces))
