"""AsyncMessage: a mail on its way, packet by packet."""

from ..session.body import Body, fetch, whole
from .client import TURN
from .leaving import drop, leave


class Ready:
    """What is there already, to be awaited: nobody waits, and no memory is taken.

    :param packet: what ``await`` gives
    """

    def __init__(self, packet):
        self.packet = packet
        self.end = StopIteration(packet)

    def __iter__(self):
        return self

    __await__ = __iter__

    def __next__(self):
        self.end.__traceback__ = None  # which would grow
        raise self.end


class Later(Ready):
    """The same, when the other tasks had their turn. Until then the packet is one that nobody took.

    :param message: whose packet it is
    """

    def __init__(self, message, packet):
        Ready.__init__(self, packet)
        self.message = message

    def __next__(self):
        message = self.message
        if not self.given:
            self.given = True
            message.give_again()
            message._client._waiting.pause()
            return None
        message.take()
        return Ready.__next__(self)


class AsyncMessage(Body):
    """What RETR or TOP brings: iterate over it for packets, each lent until the loop asks for the next.

    The command is sent by ``async with``, or by the first step that reads.

    ``number``: the mail's. ``octets``: the size that the server claims, or None; never rely on it. ``received``: bytes
    of the mail so far. ``complete``: True once the last packet was lent. ``read``: True once a loop, ``save()`` or
    ``readinto()`` came to the end behind it, and nothing unasked followed. Leaving ``async with message:`` discards
    what was not read.

    A packet that a loop left without asking for the next (``break``, or an exception) was not taken: the next reader
    gets it again, unless it was released.
    """

    def __init__(self, client, command, numbers, limit):
        Body.__init__(self, client._session, numbers[0], limit)
        self._client = client
        self._command = command  # None once it was sent
        self._numbers = numbers
        self._recv = client._recv
        self._find = client.pool.memory.find
        self._ready = Ready(None)
        self._later = None

    def __aiter__(self):
        if self.loop:
            self.back()
        self.loop = True
        return self

    def __anext__(self):
        # The hot path of a download, as in the blocking face's message: no wait, and nothing made, while there are
        # bytes.
        client = self._client
        room = self.room
        if room:
            try:
                self.room = False
                n = self._recv(room)
                client._turn -= 1
                if n == self.size and self._find(b"\n.", self.start, self.stop) < 0 and room[-1] != 10:
                    self.received += n
                    self.room = room
                    return self._ready if client._turn > 0 else self._turn()
                if n:
                    packet = self.load(n)
                    if packet is not None:
                        if client._turn <= 0:
                            self.room = None  # for the others have their turn next
                        return self._there(packet)
                self.room = None
            except BaseException as error:
                client._lost(error)
        elif self._command is None and not self.ended and not self.again:
            packet = client._now(self)
            if packet is not None:
                return self._there(packet)
        return self._more()

    def _there(self, packet):
        # what ``await`` makes the packet of
        if packet is not self._ready.packet:
            self._ready = Ready(packet)
        return self._ready

    def _turn(self):
        # the same, behind the other tasks' turn
        self._client._turn = TURN
        packet = self._ready.packet
        if self._later is None or self._later.packet is not packet:
            self._later = Later(self, packet)
        self._later.given = False
        return self._later

    async def _more(self):
        await self._send()
        packet = await self._client._next(self)
        if packet is False:
            raise StopAsyncIteration
        self._there(packet)
        return packet

    async def _send(self):
        # send the command, unless that was done
        if self._command is not None:
            await self._client._run(fetch(self, self._command, *self._numbers))
            self._command = None

    async def readinto(self, buf):
        """Copy the next bytes of the mail into ``buf``; returns how many, 0 at the mail's end."""
        self.back()
        packet = await self._some()
        return 0 if packet is None else self.copy(packet, buf)

    async def _some(self):
        # the next packet that is not empty, or None at the end
        try:
            packet = await self.__anext__()
            while not packet.length:
                packet = await self.__anext__()
            return packet
        except StopAsyncIteration:
            return None

    async def save(self, stream, progress=None, limit=None):
        """Write the rest of the mail to ``stream``, and return how many bytes that were.

        :param stream: anything with ``write(buf)``, awaited where it is asynchronous, and ``drain()`` too where it has
        that, as asyncio's streams do. Else ``write`` returns how many bytes it took, or None where it took none: the
        rest is offered again, for as long as the client's ``timeout``
        :param progress: called as ``progress(received, octets)`` after each packet, and awaited where it is
        asynchronous
        :param int limit: raise LimitExceeded when the mail is longer than this many bytes
        Raises Timeout, not fatal, where the stream takes nothing for so long. After an exception ``save()`` may be
        called again: it goes on with the first byte that was not taken.
        """
        whole("limit", limit)
        from .saving import save

        return await save(self, stream, progress, limit)

    async def discard(self):
        """Read the rest and forget it. Raises LimitExceeded where more than ``client.leftover`` octets are left; the
        client is closed then."""
        await drop(self._client, self, self._client.leftover)

    async def __aenter__(self):
        await self._send()
        return self

    async def __aexit__(self, kind, *_):
        if not self.read:
            await leave(self._client, self, self.discard, kind)


def retrieve(client, number, limit):
    """RETR: an AsyncMessage."""
    whole("limit", limit)
    return AsyncMessage(client, "RETR %d", (number,), limit)


def top(client, number, lines, limit):
    """TOP: an AsyncMessage."""
    whole("limit", limit)
    whole("lines", lines if lines is not None else "")
    return AsyncMessage(client, "TOP %d %d", (number, lines), limit)
