"""The protocol without I/O: commands into packets, replies and bodies out of packets (RFC 1939).

A session never sees a socket. What takes a round trip is a generator that yields where I/O must go on: if ``outgoing`` is a
packet, its data is to be written (then ``sent()``), else bytes are to be read into ``space()`` (then ``filled(n)``). What
it returns is the result. A blocking and an asynchronous client drive the same generators.

One packet, the inbox, holds what came in: the unread bytes are ``memory[at:stop]``. A body is decoded in that same packet,
``part()`` by ``part()``, and lent to the caller. Bytes withheld at a packet's end because only the next packet tells what
they mean (a dot, or a dot and a CR, at the start of a line) are put in front of the next.
"""

try:
    from micropython import const
except ImportError:
    const = int

_LINE = const(512)  # the longest reply line (RFC 2449 section 4), unless a packet is longer

# what `open` says is being read
_NOTHING = const(0)
_BODY = const(1)

# `place`: where in a body the next byte stands
_MIDDLE = const(0)  # inside a line
_START = const(1)  # at the start of a line
_DOT = const(2)  # behind a dot, withheld, that starts a line
_DOT_CR = const(3)  # behind a dot and a CR, withheld, that start a line


class Session:
    """One session of RFC 1939 over the packets of a pool.

    ``state``: AUTHORIZATION, TRANSACTION, UPDATE or CLOSED. ``greeting``: the server's first line, without its end.
    """

    state = "AUTHORIZATION"
    greeting = b""
    caps = None  # what CAPA said last, while it holds
    secrets = None  # during a login: what no error may show
    reader = None  # the message or listing that takes what comes
    inbox = None
    outgoing = None

    def __init__(self, pool):
        self.pool = pool
        self.memory = pool.memory
        self.at = self.stop = self.received = self.open = self.deleted = 0
        self.place = _START
        self.highest = 0x7FFFFFFF  # no mail has a higher number; STAT tells
        self.long = b""  # the head of a line that is longer than a packet

    # -- packets in and out

    def space(self):
        """A view to read bytes into; then call ``filled(n)``. Raises PoolEmpty."""
        inbox = self.inbox
        if inbox is None:
            inbox = self.inbox = self.pool.allocate()
            inbox.holder = self
        base = inbox.base
        end = base + self.pool.payload_size
        if self.at == self.stop:
            self.at = self.stop = base
            if self.place < _DOT:
                return inbox.view
            self.at = self.stop = base + 2  # room in front for what was withheld
        elif self.stop == end:
            if self.at == base:
                self.long += bytes(inbox.view)
                if len(self.long) > _LINE:
                    from .errors import protocol

                    raise protocol("endless line", self.long)
                self.stop = base
            else:
                self.move(base, self.at, end - self.at)
                self.stop -= self.at - base
                self.at = base
        return self.pool.view[self.stop : end]

    def filled(self, n):
        """``n`` bytes were read into ``space()``."""
        self.stop += n
        self.received += n

    def move(self, to, source, length):
        """Move bytes inside the pool's memory; the spans may overlap."""
        if to != source:
            view = self.pool.view
            try:
                view[to : to + length] = view[source : source + length]
            except MemoryError:  # the heap is locked: not even a slice may be made
                memory = self.memory
                for i in range(length):
                    memory[to + i] = memory[source + i]

    def give(self, packet):
        """The caller keeps the packet that was lent to it; bytes behind its data move to another. Raises PoolEmpty."""
        self.inbox = None
        length = self.stop - self.at
        if length:
            try:
                inbox = self.inbox = self.pool.allocate()
            except Exception:
                self.inbox = packet
                raise
            self.move(inbox.base, self.at, length)
            self.at = inbox.base
            self.stop = inbox.base + length
            inbox.holder = self
        if self.reader is not None:
            self.reader.room = None
        packet.holder = True

    def rest(self):
        """Give the inbox back to the pool if nothing in it is still to be read."""
        inbox = self.inbox
        if inbox is not None and self.at == self.stop and not self.open:
            self.inbox = None
            self.pool.take(inbox)

    def end(self):
        """The session is over; every packet goes back to the pool."""
        self.state = "CLOSED"
        self.at = self.stop = self.open = 0
        self.read_by(None)
        if self.outgoing is not None:
            self.sent()
        self.rest()

    # -- commands

    def need(self, state):
        """Raise InvalidState unless the session is in ``state`` and nothing is being read."""
        if self.state != state or self.open:
            from .errors import not_now

            raise not_now(self, state)

    def compose(self):
        """An empty packet for a command, in ``outgoing``. Raises PoolEmpty, and ProtocolError if bytes lie there unasked."""
        if self.at != self.stop:
            from .errors import protocol

            raise protocol("bytes that nobody asked for")
        self.space()
        packet = self.outgoing = self.inbox
        packet.start = packet.end = packet.base
        return packet

    def sent(self):
        """``outgoing`` was written, or will not be: if it is secret it is wiped."""
        packet = self.outgoing
        self.outgoing = None
        if packet.secret:
            packet.wipe()
        if packet is not self.inbox:
            self.pool.take(packet)

    def send(self, *parts):
        """Put a command made of ``parts`` and CRLF into ``outgoing``; yield next. Raises PoolEmpty, PayloadTooSmall."""
        packet = self.compose()
        try:
            for part in parts:
                packet.append(part)
            packet.append("\r\n")
        except Exception:
            self.sent()
            raise
        return packet

    def ask(self, verb, number=None, lines=None):
        """Send a command of the TRANSACTION state and return the text of its reply.

        Raises InvalidState, InvalidIndex, PayloadTooSmall, before anything is sent; ServerError, ProtocolError.
        """
        self.need("TRANSACTION")
        if number is not None:
            if not isinstance(number, int) or number is True or not 0 < number <= self.highest:
                from .errors import bad_index

                raise bad_index(number, self.highest)
            verb = "%s %d" % (verb, number)
        if lines is not None:
            verb = "%s %d" % (verb, lines)
        self.send(verb)
        yield
        return (yield from self.reply())

    # -- replies

    def line(self):
        """The next line, without its end, or None if it is not all there yet. A bare LF ends a line too."""
        at = self.at
        end = self.memory.find(b"\n", at, self.stop)
        if end < 0:
            return None
        self.at = end + 1
        line = bytes(self.pool.view[at:end])
        if self.long:
            line = self.long + line
            self.long = b""
        return line[:-1] if line.endswith(b"\r") else line

    def reply(self):
        """The text behind the next ``+OK``. Raises ServerError, ProtocolError."""
        while True:
            line = self.line()
            if line is not None:
                return self.status(line)
            yield

    def status(self, line):
        """The text behind a reply's ``+OK``. Raises ServerError, ProtocolError."""
        if line[:3].upper() == b"+OK" and line[3:4] in b" \t":
            return line[4:]
        from .errors import refused

        raise refused(line, self.secrets)

    def numbers(self, text, number=None):
        """The two numbers that a text starts with; the first must be ``number`` where given. Raises ProtocolError."""
        words = text.split(None, 2)
        if len(words) > 1 and words[0].isdigit() and words[1].isdigit():
            pair = int(words[0]), int(words[1])
            if number is None or number == pair[0]:
                return pair
        from .errors import protocol

        raise protocol("not numbers", text)

    # -- bodies

    def read_by(self, reader, what=_NOTHING):
        """From now on ``reader``, a message or a listing, takes what comes."""
        if self.reader is not None:
            self.reader.room = None
        self.reader = reader
        self.open = what
        self.place = _START
        self.received = self.stop - self.at

    def body(self, n):
        """``n`` bytes were read into the reader's ``room``: the short way of ``part()``, where no line starts with a dot."""
        inbox = self.inbox
        start = inbox.base
        stop = start + n
        memory = self.memory
        self.received += n
        if memory.find(b"\n.", start, stop) < 0 and (memory[start] != 46 or self.place != _START):
            self.place = memory[stop - 1] == 10
            inbox.start = start
            inbox.end = stop
            return inbox
        self.at = start
        self.stop = stop
        return self.part()

    def part(self):
        """What lies unread in the inbox, decoded in place: the inbox, lent; or None where it holds no byte of the mail.

        The packet is ``final``, and nothing is ``open`` any more, when the end was seen. Where the next bytes may be read
        into a whole packet, the reader's ``room`` is the view for them, and ``body(n)`` takes them.
        """
        at = self.at
        stop = self.stop
        reader = self.reader
        reader.room = None
        if at == stop:
            return None
        self.received -= stop - at
        memory = self.memory
        inbox = self.inbox
        if self.place >= _DOT:
            if self.place == _DOT_CR:
                at -= 1
                memory[at] = 13
            at -= 1
            memory[at] = 46
            self.place = _START
        inbox.start = end = done = at  # memory[start:end] is decoded; what stands from done on comes behind it
        tail = stop
        if self.place == _START and memory[at] == 46:
            dot = at
        else:
            dot = memory.find(b"\n.", at, stop) + 1 or -1
        self.place = memory[stop - 1] == 10
        while dot >= 0:
            after = memory[dot + 1] if dot + 1 < stop else 0
            if after == 46:
                self.move(end, done, dot - done)
                end += dot - done
                done = dot + 1
            elif dot + 1 == stop or (after == 13 and dot + 2 == stop):
                self.place = stop - dot + 1  # _DOT or _DOT_CR
                tail = dot
                break
            elif after == 10 or (after == 13 and memory[dot + 2] == 10):
                self.open = _NOTHING
                self.place = _START
                tail = dot
                stop = dot + (2 if after == 10 else 3)
                break
            dot = memory.find(b"\n.", dot + 1, stop) + 1 or -1
        self.move(end, done, tail - done)
        end += tail - done
        self.at = stop
        self.received += end - at
        inbox.end = end
        inbox.final = not self.open
        if self.open:
            if self.place < _DOT and reader.quick:
                reader.room = inbox.view
            if end == at:
                return None
        return inbox
