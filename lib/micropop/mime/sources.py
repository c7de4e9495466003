"""Where a mail's bytes come from: each source is an iterator of packets, or of something that looks like one."""

from time import sleep

_PATIENCE = 1000  # times that a stream is asked again
_PAUSE = 0.01  # seconds between them


def packets(source, size):
    """An iterator of packets over whatever ``read()`` takes, and the file to close in the end, or None.

    :param int size: octets of the buffer, where one is needed
    Raises InvalidArgument.
    """
    if hasattr(source, "complete"):  # a message on its way: its packets are read in place
        return iter(source), None
    file = None
    path = getattr(source, "path", source)
    if isinstance(path, str) or hasattr(path, "__fspath__"):
        source = file = open(path, "rb")
    elif isinstance(source, (bytes, bytearray, memoryview)):
        from io import BytesIO

        source = BytesIO(source)
    if hasattr(source, "readinto"):
        return Stream(source, size), file
    try:
        return Pieces(iter(source), size), None
    except TypeError:
        from ..errors import InvalidArgument

        raise InvalidArgument(
            "a mail is read from a message, an open binary file, a path, bytes, or an iterator of packets"
        )


class Buffer:
    """A packet that is filled again and again; its own pool. After an error it fails for ever: no mail ends so."""

    start = 0

    def __init__(self, size):
        self.pool = self
        self.memory = bytearray(size)
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
        raise stuck("read")


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
            left = memoryview(getattr(packet, "data", packet))
        count = min(len(left), len(self.memory))
        self.memory[:count] = left[:count]
        self.left = left[count:]
        return count


def write(part, stream, taken):
    """Offer a stream the rest of ``part.left``, of which it took something, until it took all. What it did not take
    stays there. Raises Timeout where it takes nothing for long.

    :param taken: what ``stream.write()`` returned: how many octets it took, or None: none now
    """
    tries = 0
    while True:
        if taken:
            part.left = part.left[taken:]
            if not part.left:
                return
            tries = 0
        elif tries < _PATIENCE:
            tries += 1
            sleep(_PAUSE)
        else:
            raise stuck("write")
        taken = stream.write(part.left)


def stuck(name):
    """The error for a stream with which it does not go on."""
    from ..errors import Timeout

    error = Timeout(
        "the stream's %s() did nothing for %d seconds (it must return how many bytes that were)"
        % (name, _PATIENCE * _PAUSE)
    )
    error.fatal = False  # no client was closed
    return error
