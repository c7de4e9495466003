"""Message: a mail on its way, packet by packet."""


def fetch(client, limit, verb, number, *lines):
    """An operation: send RETR or TOP, and return the Message. It is open before anybody else can send a command."""
    message = Message(client, number, limit)
    message.begin((yield from client.ask(None, verb, number, *lines)))
    return message


class Message:
    """What RETR or TOP brings: iterate over it for packets, each lent until the loop asks for the next.

    ``number``: the mail's. ``octets``: the size that the server claims, or None; never rely on it.
    ``complete``: True once the last packet was lent. ``read``: True once a loop, or ``readinto()``, came to the end
    behind it. Leaving ``with message:`` discards what was not read.
    """

    def __init__(self, client, number, limit):
        self.client = client
        self.buf = None  # where the next packet's bytes may be read into at once
        self.input = None  # a packet that readinto() has used a part of
        self.complete = self.read = False
        self.count = 0
        self.octets = None
        self.recv = client.recv
        self.number = number
        self.limit = limit
        # the short way is for transports that say when they would wait; inside others only the clock tells how long
        self.poll = limit is None and hasattr(client.transport, "wait")

    def begin(self, text):
        """The server's reply was ``text``: the mail comes now."""
        self.client.select(self, 1)
        words = text.split(None, 1)
        if words and words[0].isdigit() and len(words[0]) < 20:
            self.octets = int(words[0])

    def __iter__(self):
        return self

    def __next__(self):
        room = self.buf
        if room is not None:
            try:
                n = self.recv(room)
                if n:
                    packet = self.client.load(n)
                    if packet is not None:
                        return packet
            except BaseException as error:
                self.client._failed(error)
        return self.pop()

    def pop(self):
        client = self.client
        packet = self.input
        if client.message is not self:
            if self.complete and packet is None:
                raise StopIteration
            from .errors.problems import problem

            raise problem("end")
        if packet is not None:
            self.input = None
            if packet.length:
                return packet
        try:
            while client.open:
                packet = client.decode()
                if packet is None:
                    client._fill()
                else:
                    self.check()
                    return packet
            self.check()
        except BaseException as error:
            client._failed(error)
        self.read = True
        client.select(None)
        client.flush()
        raise StopIteration

    def check(self):
        # whether the mail is within its limit
        if self.limit is not None and self.client.received > self.limit:
            self.complete = False
            from .errors.problems import problem

            raise problem("limit", self.limit)

    @property
    def received(self):
        """Bytes of the mail decoded so far."""
        return self.client.received if self.client.message is self else self.count

    def readinto(self, buf):
        """Copy the next bytes of the mail into ``buf``; returns how many, 0 at the mail's end."""
        from .lending import readinto

        return readinto(self, buf)

    def save(self, stream, progress=None, limit=None):
        """Write the rest of the mail to ``stream``, and return how many bytes that were.

        :param stream: anything with ``write(buf)``
        :param progress: called as ``progress(received, octets)`` after each packet
        :param int limit: raise LimitExceeded when the mail is longer than this many bytes
        """
        if limit is not None:
            self.limit = limit
            self.buf = self.poll = None
        saved = 0
        for packet in self:
            data = packet.data
            saved += len(data)
            while data:
                n = stream.write(data)
                if n is None or n == len(data):
                    break
                data = data[n:]
            if progress:
                progress(self.received, self.octets)
        return saved

    def discard(self):
        """Read the rest and forget it, or close the client if that is too long."""
        if self.client.message is self:
            from .leftover import discard

            discard(self.client)

    def __enter__(self):
        return self

    def __exit__(self, exc, *_):
        try:
            self.discard()
        except Exception:
            if exc is None:
                raise
