"""Where a mail's bytes come from: each source is an iterator of packets, or of something that looks like one."""

import sys
from time import sleep

_SIZE = 8192 if sys.implementation.name == "cpython" else 512  # of a buffer

_NESTED = 4  # mails in mails, for each takes its share of CircuitPython's stack

_PATIENCE = 1000  # times that a stream is asked again
_PAUSE = 0.01  # seconds between them


def packets(mail, source):
    """Give a mail its packets: an iterator over whatever ``read()`` takes. Raises InvalidArgument."""
    path = getattr(source, "path", source)
    if isinstance(path, str) or hasattr(path, "__fspath__"):
        mail.packets = Stream(None, mail.size)  # before there is a file, which an error would leave open
        mail.packets.stream = mail.file = open(path, "rb")
        return
    if isinstance(source, (bytes, bytearray, memoryview)):
        from io import BytesIO

        source = BytesIO(source)
    if hasattr(source, "readinto"):
        mail.packets = Stream(source, mail.size)
        return
    try:
        mail.packets = Pieces(iter(source), mail.size)
    except TypeError:
        from .wrong import wrong

        raise wrong("source", source)


class Buffer:
    """A packet that is filled again and again; its own pool. After an error it fails for ever: no mail ends so."""

    start = 0

    def __init__(self, size):
        self.pool = self
        self.memory = bytearray(size or _SIZE)
        self.end = 0
        self.error = None

    def __next__(self):
        if self.error is not None:
            raise self.error
        try:
            self.end = self.fill()
        except BaseException as error:
            self.error = error
            raise
        if not self.end:
            raise StopIteration
        return self


class Stream(Buffer):
    """One that is filled from a stream.

    :param stream: anything with ``readinto(buf)``
    """

    def __init__(self, stream, size):
        Buffer.__init__(self, size)
        self.stream = stream

    def fill(self):
        """Read; 0 at the end. Raises Timeout where nothing comes for long."""
        for _ in range(_PATIENCE):
            count = self.stream.readinto(self.memory)
            if count is not None:
                return count
            sleep(_PAUSE)
        from .wrong import wrong

        raise wrong("readinto")


class Pieces(Buffer):
    """One that is filled from packets of others, or from pieces of bytes.

    :param pieces: an iterator
    """

    def __init__(self, pieces, size):
        Buffer.__init__(self, size)
        self.pieces = pieces
        self.left = b""

    def fill(self):
        """Copy what comes next; 0 at the end."""
        left = self.left
        while not left:
            try:
                packet = next(self.pieces)
            except StopIteration:
                return 0
            try:
                left = memoryview(getattr(packet, "data", packet))
            except TypeError:
                from .wrong import wrong

                raise wrong("source", packet)
        count = min(len(left), len(self.memory))
        self.memory[:count] = left[:count]
        self.left = left[count:]
        return count


def place(part):
    """Where the mail lies that a part is, such as "1.2.". Raises LimitExceeded, before anything of it is read."""
    inside = "%s%d." % (part.mail.inside, part.number)
    if inside.count(".") > _NESTED:
        from .wrong import wrong

        raise wrong("open", _NESTED)
    return inside


def write(part, stream, data, taken):
    """Offer a stream the rest of what it took a part of, until it took all. What it did not take is in ``part.left`` if
    an error comes. Raises Timeout where it takes nothing for long.

    :param data: the octets
    :param taken: what ``stream.write(data)`` returned: how many octets it took, or None: none now
    """
    tries = 0
    while True:
        if taken and taken > 0:
            data = data[taken:]
            tries = 0
        elif tries < _PATIENCE:
            tries += 1
            sleep(_PAUSE)
        else:
            part.left = data
            from .wrong import wrong

            raise wrong("write")
        if not data:
            return
        part.left = data
        taken = stream.write(data)
        part.left = b""
