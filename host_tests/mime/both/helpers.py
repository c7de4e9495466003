"""What the tests of the reader share. Runs on MicroPython too."""

import io

import micropop
from micropop import mime

SIZES = (1, 2, 3, 7, 64, 512, 1460)  # octets of the packets in which every mail is read


class Message:
    """A mail on its way, as a client has it: a packet of a pool, lent until the next is asked for.

    :param bytes data: the mail
    :param int size: octets of a packet
    :param last: an exception that comes in place of the mail's end
    """

    complete = False

    def __init__(self, data, size, last=None):
        self.data = data
        self.size = size
        self.last = last
        self.packet = micropop.PacketPool(max(size, 64), 1).allocate()

    def __iter__(self):
        return self

    def __next__(self):
        packet = self.packet
        packet.end = packet.start
        packet.append(b"?" * self.size)  # nobody may rely on what was lent before
        if not self.data:
            if self.last is not None:
                raise self.last
            raise StopIteration
        packet.end = packet.start
        packet.append(self.data[: self.size])
        self.data = self.data[self.size :]
        return packet


class Opened:
    """A file to be opened.

    :param bytes data: what is in it
    :param last: an exception that comes in place of its end

    ``is_open``: whether it was opened, and not closed.
    """

    is_open = False

    def __init__(self, data, last=None):
        self.data = io.BytesIO(data)
        self.last = last

    def open(self):
        self.is_open = True
        return self

    def readinto(self, buf):
        count = self.data.readinto(buf)
        if not count and self.last is not None:
            raise self.last
        return count

    def close(self):
        self.is_open = False


def closed(file, call):
    """Whether ``file`` is closed behind a call that may open it, and fails."""
    from micropop.mime import sources

    sources.open = lambda *_: file.open()
    try:
        raises(Exception, call)
    finally:
        del sources.open
    return not file.is_open


def read(data, size=64, fields=()):
    """Read a mail in packets of ``size`` octets."""
    return mime.read(Message(data, size), fields)


def each_way(data, look, sizes=SIZES):
    """Check that a mail reads the same however it is cut; returns what ``look`` made of it."""
    first = look(read(data, sizes[0]))
    for size in sizes[1:]:
        found = look(read(data, size))
        assert found == first, f"in packets of {size}: {found!r}, not {first!r}"
    return first


def lines(*parts):
    """A mail of these lines, str or bytes."""
    return b"".join([(part.encode() if isinstance(part, str) else part) + b"\r\n" for part in parts])


def octets(part):
    """All of a part's octets."""
    return b"".join([bytes(data) for data in part])


def bodies(mail):
    """The octets of each part."""
    return [octets(part) for part in mail]


def saved(mail):
    """The octets of each part, as save() writes them."""
    found = []
    for each in mail:
        stream = io.BytesIO()
        assert each.save(stream) == len(stream.getvalue())
        found.append(stream.getvalue())
    return found


def pieces(data, *ends):
    """``data``, cut at these places, or some of them."""
    at = 0
    for end in ends:
        if at < end < len(data):
            yield data[at:end]
            at = end
    yield data[at:]


def header(line, *more):
    """A mail of a header and no text."""
    return lines(line, *more) + b"\r\n"


def multipart(*parts, kind="mixed", boundary="b1", top=()):
    """A multipart mail; each part is bytes: its header, an empty line and its body."""
    mail = lines(*top, f"Content-Type: multipart/{kind}; boundary={boundary}", "")
    for part in parts:
        mail += b"--" + boundary.encode() + b"\r\n" + part + b"\r\n"
    return mail + b"--" + boundary.encode() + b"--\r\n"


def part(body, *fields):
    """A part of a multipart: fields, and a body as str or bytes."""
    return lines(*fields, "") + (body.encode() if isinstance(body, str) else body)


def raises(kind, function, *arguments):
    """The exception of that kind that a call raises."""
    try:
        function(*arguments)
    except kind as error:
        return error
    raise AssertionError(f"no {kind} was raised")
