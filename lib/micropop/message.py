"""Message: a mail on its way, packet by packet."""

from .session.body import Body, fetch, whole


class Message(Body):
    """What RETR or TOP brings: iterate over it for packets, each lent until the loop asks for the next.

    ``number``: the mail's. ``octets``: the size that the server claims, or None; never rely on it. ``received``: bytes
    of the mail so far. ``complete``: True once the last packet was lent. ``read``: True once a loop, ``save()`` or
    ``readinto()`` came to the end behind it, and nothing unasked followed. Leaving ``with message:`` discards what was
    not read.

    A packet that a loop left without asking for the next (``break``, or an exception) was not taken: the next reader
    gets it again, unless it was released.
    """

    def __init__(self, client, number, limit):
        Body.__init__(self, client._session, number, limit)
        self._client = client
        self._recv = client._recv
        self._find = client.pool.memory.find
        if not client._waits:  # inside such a transport only the clock tells how long it waits
            self.fast = False

    def __iter__(self):
        if self.loop:
            self.back()
        self.loop = True
        return self

    def __next__(self):
        # The hot path of a download: read into a whole packet at once, without asking whether there is anything. It
        # does what load() would, for a packet that is full, in which no line starts with a dot or ends at its end.
        room = self.room
        if room:
            try:
                self.room = False
                n = self._recv(room)
                if n == self.size and self._find(b"\n.", self.start, self.stop) < 0 and room[-1] != 10:
                    self.received += n
                    self.room = room
                    return self.packet
                if n:
                    packet = self.load(n)
                    if packet is not None:
                        return packet
                self.room = None
            except BaseException as error:
                self._client._lost(error)
        elif room is False:  # another thread does just that
            from .errors.problems import problem

            raise problem("busy")
        packet = self._client._next(self)
        if packet is False:
            raise StopIteration
        return packet

    def readinto(self, buf):
        """Copy the next bytes of the mail into ``buf``; returns how many, 0 at the mail's end."""
        self.back()
        packet = self._some()
        return 0 if packet is None else self.copy(packet, buf)

    def _some(self):
        # the next packet that is not empty, or None at the end
        try:
            packet = self.__next__()
            while not packet.length:
                packet = self.__next__()
            return packet
        except StopIteration:
            return None

    def save(self, stream, progress=None, limit=None):
        """Write the rest of the mail to ``stream``, and return how many bytes that were.

        :param stream: anything with ``write(buf)``. It returns how many bytes it took, or None where it took none: the
        rest is offered again, for as long as the client's ``timeout``
        :param progress: called as ``progress(received, octets)`` after each packet
        :param int limit: raise LimitExceeded when the mail is longer than this many bytes
        Raises Timeout, not fatal, where the stream takes nothing for so long. After an exception ``save()`` may be
        called again: it goes on with the first byte that was not taken.
        """
        whole("limit", limit)
        from .saving import save

        return save(self, stream, progress, limit)

    def discard(self):
        """Read the rest and forget it. Raises LimitExceeded where more than ``client.leftover`` octets are left; the
        client is closed then."""
        from .leaving import drop

        drop(self._client, self, self._client.leftover)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.read:
            return
        from .leaving import leave

        leave(self.session, self.discard, kind)


def retrieve(client, number, limit):
    """RETR: a Message."""
    if limit is not None:
        whole("limit", limit)
    return client._run(fetch(Message(client, number, limit), "RETR %d", number))


def top(client, number, lines, limit):
    """TOP: a Message."""
    whole("limit", limit)
    whole("lines", lines if lines is not None else "")
    return client._run(fetch(Message(client, number, limit), "TOP %d %d", number, lines))
