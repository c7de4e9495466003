"""Several commands in flight (RFC 2449 section 6.8), where the server allows it; the same calls work in turn elsewhere.

What the server has to send is held back by TCP; what the client sends must never be, or both would wait for ever. So
at most 512 octets of commands are in flight: any server's socket takes that much while the server itself waits for us
to read.
"""

from .leftover import discard
from .message import Message

_WINDOW = 512


def allowed(client):
    """Whether several commands may be in flight; asks CAPA where nobody knows."""
    if client.pipelining is None:
        client.pipelining = "PIPELINING" in client.capabilities()
    return client.pipelining


def check(client):
    """STAT and UIDL: (mails, octets, Listing). Raises ServerError."""
    client.need("TRANSACTION")
    if not allowed(client):
        count, octets = client.stat()
        return count, octets, client.uidl()
    return client._run(both(client))


def both(client):
    """The operation of ``check`` with both commands in flight."""
    from .listing import Listing, unique

    client.send("STAT\r\nUIDL")
    yield
    failure = None
    try:
        count, octets = client.unpack((yield from client.reply()))
        client.max = count + client.deleted
    except Exception as error:
        failure = server_error(error)
    yield from client.reply()
    listing = Listing(client, None, unique)
    if failure is not None:
        listing.close()
        raise failure
    return count, octets, listing


class Batch:
    """The mails of ``retrieve_many``, each a Message, in the order of their numbers as given.

    Asking for the next discards what was not read of the last. A mail that the server refuses is a Message too:
    reading it raises the ServerError, and the others still come. A refused DELE, or what ``numbers`` raised, is raised
    when all mails before it have come.
    Until then, or until it is closed, which leaving ``with`` does too, no other command may be sent.
    """

    def __init__(self, client, numbers, delete, limit):
        client.need("TRANSACTION")
        self.client = client
        self._numbers = iter(numbers)
        self._next = None  # a command that found no room yet
        self._delete = delete
        self._deletions = []
        self._limit = limit
        self._window = _WINDOW if allowed(client) else 1
        self._expected = []  # in flight: a mail's number for RETR, the negative one for DELE
        self._octets = 0
        self._message = None
        self._failure = None

    def __iter__(self):
        return self

    def __next__(self):
        client = self.client
        last = self._message
        if client.flight is self and client.open:
            discard(client)
        if client.flight is not self and self._expected:
            from .errors.problems import problem

            raise problem("end")
        if last is not None:
            self._message = None
            if self._delete and last.read:
                self._deletions.append(-last.number)
        message = client._run(self._come())
        if message is None:
            failure = self._failure
            self._failure = None
            if failure is not None:
                raise failure
            raise StopIteration
        self._message = message
        return message

    def _come(self):
        # an operation: the next Message, or None at the end
        client = self.client
        while True:
            yield from self._top_up()
            if not self._expected:
                client.flight = None
                return None
            text = refusal = None
            try:
                text = yield from client.reply()
            except Exception as error:
                refusal = server_error(error)
            number = self._expected.pop(0)
            self._octets -= length(number)
            if number > 0:
                message = Message(client, number, self._limit) if refusal is None else Refused(client, number, refusal)
                message.begin(text)
                return message
            if refusal is None:
                client.deleted += 1
            else:
                self._failure = self._failure or refusal

    def _top_up(self):
        # an operation: send commands until the window, or a packet, is full
        client = self.client
        if self._octets > self._window // 2:
            return
        packet = None
        while True:
            number = self._upcoming()
            if number is None or (self._expected and self._octets + length(number) > self._window):
                break
            if packet is None:
                packet = client.request = self._packet()
            if packet is None or packet.length + length(number) > client.pool.payload_size:
                break
            packet.append("%s %d\r\n" % ("RETR" if number > 0 else "DELE", abs(number)))
            if number < 0:
                self._deletions.pop(0)
            else:
                self._next = None
            self._expected.append(number)
            self._octets += length(number)
        if packet is not None:
            client.flight = self
            yield

    def _upcoming(self):
        if self._deletions:
            return self._deletions[0]
        if self._next is None:
            try:
                for number in self._numbers:
                    self.client.index(number)
                    self._next = number
                    break
            except Exception as error:  # what is in flight comes first
                self._numbers = iter(())
                self._failure = self._failure or error
        return self._next

    def _packet(self):
        # to write from; None if none is free while something is in flight, which will free one
        client = self.client
        if not self._expected:
            if client.flight is self:
                client.flight = None
            client.need("TRANSACTION")
            packet = client.send()
            packet.end = packet.start
            return packet
        if client.head == client.stop:
            client.buffer()
            packet = client.input
            packet.start = packet.end = packet.index
            return packet
        if not client.pool.free:
            return None
        return client.pool.allocate()

    def close(self, limit=0x40000):
        """Discard what is in flight; past ``limit`` bytes, close the client instead. Nothing more is deleted."""
        client = self.client
        if client.flight is not self:
            return
        self._numbers = iter(())
        self._next = None
        self._delete = False
        self._deletions = []
        while client.flight is self:
            if client.open:
                limit -= discard(client, limit)
                if limit < 0:
                    client.close()
                    return
            self._message = client._run(self._come())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Refused(Message):
    """A mail that the server did not send: every way to read it raises ``error``."""

    def __init__(self, client, number, error):
        Message.__init__(self, client, number, None)
        self.error = error

    def begin(self, text):
        """Nothing comes."""

    def pop(self):
        raise self.error


def length(number):
    """The octets of a RETR or DELE of mail ``number``."""
    return len("RETR %d\r\n" % abs(number))


def server_error(error):
    """``error`` if it is a ServerError, else raise it; without loading the exceptions for that."""
    if getattr(error, "code", None) is None:
        raise error
    return error
