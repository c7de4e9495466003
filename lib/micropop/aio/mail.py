"""AsyncMail and AsyncPart: the asynchronous face of ``micropop.mime``'s reader."""

from ..mime.mail import Mail, Part
from ..mime.reader import Reader, forget
from .client import platform
from .saving import finished, put

_PATIENCE = 10000  # milliseconds that a stream may take nothing, or give nothing


async def read(source, fields=(), size=None):
    """Read a mail, as ``micropop.mime.read()`` does, while other tasks run.

    :param source: a message of an AsyncClient's; a stream whose ``readinto(buf)`` may be asynchronous; or a path,
        bytes, a stored mail or an iterator of packets, for which nobody waits
    :param fields: names of header fields to keep besides From, To, Subject and Date
    :param int size: octets of the buffer for a source that brings no packets of its own; 512 on boards, unless told
    """
    return await opened(AsyncMail(source, fields, size))


async def opened(mail):
    """A mail whose header was read."""
    try:
        while mail.advance() is None:
            await mail.fill()
    except BaseException:
        mail.close()
        raise
    return mail


class AsyncPart(Part):
    """A part of a mail, while its loop is at it: as ``micropop.mime``'s, but ``async for data in part``, and
    ``await part.text()``, ``readinto()``, ``save()`` and ``open()``."""

    __iter__ = None

    def __aiter__(self):
        return self

    async def __anext__(self):
        data = await self.piece()
        if not data:
            raise StopAsyncIteration
        return data

    async def piece(self):
        # the octets that come next; none: there are no more
        mail = self.mail
        while mail.lane and mail.at == mail.end and mail.part is self and not self.left:
            # the short way, as long as packets hold nothing but the part
            packet = await mail.packet()
            if packet is None:
                break
            data = mail.lane(packet)
            if data is None:
                mail.feed(packet.pool.memory, packet.start, packet.end)
            elif data:
                return data
        data = self.left
        if data:
            self.left = b""
            return data
        if mail.part is not self:
            from ..mime.wrong import wrong

            raise wrong("part")
        data = mail.take()
        while data is None:
            await mail.fill()
            data = mail.take()
        return data

    async def text(self, limit=4096):
        """The next characters of the text, as the sender wrote it, "" at its end.

        :param int limit: how many at the most; ``truncated`` tells whether there are more
        """
        from ..mime.text import of_part

        return await self.mail.run(of_part(self, limit))

    async def readinto(self, buf):
        """Copy the next octets into ``buf``; returns how many, 0 at the end."""
        data = await self.piece()
        count = min(len(data), len(buf))
        buf[:count] = data[:count]
        self.left = data[count:]
        return count

    async def save(self, stream, progress=None, limit=None):
        """Write the rest of the part to ``stream``; returns how many octets that were.

        What was not written when an error came, or the task was cancelled, is the next that is read or saved.

        :param stream: as for ``save()`` of an AsyncMessage
        :param progress: called as ``progress(saved, None)`` after each piece, and awaited where it is asynchronous
        :param int limit: raise LimitExceeded when there are more octets than that
        Raises Timeout if the stream takes nothing for ten seconds.
        """
        count = 0
        while True:
            data = await self.piece()
            if not data:
                return count
            self.left = data
            if limit is not None and count + len(data) > limit:
                from ..mime.wrong import wrong

                raise wrong("limit", limit)
            while self.left:
                n = await put(stream, self.left, _PATIENCE, sleep)
                self.left = self.left[n:]
                count += n
            if progress:
                await finished(progress(count, None))

    async def open(self, fields=()):
        """Read the part as a mail: for message/rfc822, a mail in a mail. It ends where the outer mail's loop goes on.

        :param fields: as for ``read()``
        Raises LimitExceeded where too many mails hold each other.
        """
        from ..mime.sources import place

        inside = place(self)
        mail = await opened(AsyncMail(self, fields, self.mail.size))
        mail.inside = inside
        return mail


class AsyncMail(Mail):
    """A mail that is read as it comes; made by ``read()``: as ``micropop.mime``'s, but ``async for part in mail``, and
    ``await mail.text()``."""

    leaf = AsyncPart
    __iter__ = __next__ = __enter__ = __exit__ = None

    def __init__(self, source, fields, size):
        Reader.__init__(self, fields)
        self.size = size
        if hasattr(source, "__anext__") and hasattr(source, "complete"):  # its packets are read in place
            self.packets = source.__aiter__()
        elif hasattr(source, "readinto") and not hasattr(source, "path"):
            self.packets = Stream(source, size or 512)
        else:
            from ..mime.sources import packets

            packets(self, source)

    async def packet(self):
        # the next packet; None at the end, where the file is closed
        try:
            if hasattr(self.packets, "__anext__"):
                return await self.packets.__anext__()
            return next(self.packets)
        except (StopAsyncIteration, StopIteration):
            self.eof = True
            self.close()
            return None

    async def fill(self):
        """Feed the next packet."""
        packet = await self.packet()
        if packet is not None:
            self.feed(packet.pool.memory, packet.start, packet.end)

    def __aiter__(self):
        return self

    async def __anext__(self):
        """The next part; what is left of the one before is passed over."""
        more = self.ahead or self.advance()
        self.ahead = False
        while more is None:
            await self.fill()
            more = self.advance()
        if not more:
            raise StopAsyncIteration
        return self.part

    async def text(self, limit=4096):
        """What a person would read: plain text if there is one, else HTML made plain, else the last text; or "".

        It is read to its end, and where the mail offers the same in several kinds, to the end of the last; parts before
        it are passed over. ``async for part in mail`` goes on behind it.

        :param int limit: characters at the most
        """
        from ..mime.text import of_mail

        return await self.run(of_mail(self, limit))

    async def run(self, steps):
        """What a generator returns that yields where the reader is to be fed."""
        try:
            while True:
                next(steps)
                await self.fill()
        except StopIteration as done:
            return done.value
        finally:
            forget()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        self.close()


class Stream:
    """A packet that is filled from a stream again and again; its own pool.

    :param stream: with ``readinto(buf)``, which may be asynchronous
    """

    start = 0

    def __init__(self, stream, size):
        self.pool = self
        self.stream = stream
        self.memory = bytearray(size)

    async def __anext__(self):
        waited = 0
        while True:
            count = await finished(self.stream.readinto(self.memory))
            if count is not None:
                break
            if waited > _PATIENCE:
                from ..mime.wrong import wrong

                raise wrong("readinto")
            waited += 10
            await sleep(10)
        if not count:
            raise StopAsyncIteration
        self.end = count
        return self


def sleep(ms):
    """Awaited, some milliseconds. Raises InvalidState where asyncio cannot wait for sockets either."""
    return __import__("micropop.aio." + platform(), None, None, ("sleep",)).sleep(ms)
