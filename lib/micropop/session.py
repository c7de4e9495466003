"""The protocol without I/O: commands into packets, replies and bodies out of packets (RFC 1939).

A session never sees a socket. What takes a round trip is a generator that yields where I/O must go on: if ``request``
is a packet, its data is to be written (then ``done()``), else bytes are to be read into ``buffer()`` (then
``add(n)``). What it returns is the result. A blocking and an asynchronous client drive the same generators.

One packet, the inbox, holds what came in: the unread bytes are ``memory[head:stop]``. A body is decoded in that same
packet, by ``decode()`` and ``load()``, and lent to the caller. Bytes withheld at a packet's end because only the next
packet tells what they mean (a dot, or a dot and a CR, at the start of a line) are put in front of the next.
"""

try:
    from micropython import const
except ImportError:
    const = int

_LINE = const(512)  # the longest reply line (RFC 2449 section 4), unless a packet is longer

# what `open` says is being read
_NOTHING = const(0)
_BODY = const(1)

# `mode`: where in a body the next byte stands
_MIDDLE = const(0)  # inside a line
_START = const(1)  # at the start of a line
_DOT = const(2)  # behind a dot, withheld, that starts a line
_DOT_CR = const(3)  # behind a dot and a CR, withheld, that start a line


class Session:
    """One session of RFC 1939 over the packets of a pool.

    ``state``: AUTHORIZATION, TRANSACTION, UPDATE or CLOSED. ``greeting``: the server's first line, without its end.
    ``method``: how the login was made. ``pipelining``: whether several commands may be in flight, None where nobody
    knows. A program that polls may give both to its next session, which saves a round trip or two.
    """

    def __init__(self, pool):
        # all that a session sets later, for a first assignment takes memory, which may be short then
        self.pool = pool
        self.memory = pool.memory
        self.state = "AUTHORIZATION"
        self.head = self.stop = self.received = self.open = self.deleted = 0
        self.message = None  # the message or listing that takes what comes
        self.input = None  # the inbox
        self.request = None  # the packet that is to be written
        self.flight = None  # the batch that has commands in flight
        self.secret = None  # during a login: what no error may show
        self.caps = None  # what CAPA said last, while it holds
        self.greeting = self.method = self.pipelining = None
        self.mode = _START
        self.max = 0x3FFFFFFF  # no mail has a higher number; STAT tells
        self.text = b""  # the head of a line that is longer than a packet

    # -- packets in and out

    def buffer(self):
        """A view to read bytes into; then call ``add(n)``. Raises PoolEmpty."""
        packet = self.input
        if packet is None:
            packet = self.input = self.pool.allocate()
            packet.state = self
        base = packet.index
        end = base + self.pool.payload_size
        if self.head == self.stop:
            self.head = self.stop = base
            if self.mode < _DOT:
                return packet.buf
            self.head = self.stop = base + 2  # room in front for what was withheld
            return packet.tail
        elif self.stop == end:
            if self.head == base:
                self.text += bytes(packet.buf)
                if len(self.text) > _LINE:
                    from .errors.problems import problem

                    raise problem("endless")
                self.stop = base
            else:
                self.copy(base, self.head, end - self.head)
                self.stop -= self.head - base
                self.head = base
        return self.pool.buf[self.stop : end]

    def add(self, n):
        """``n`` bytes were read into ``buffer()``."""
        self.stop += n
        self.received += n

    def copy(self, dest, src, length):
        """Move bytes inside the pool's memory; the spans may overlap."""
        if dest != src:
            view = self.pool.buf
            try:
                view[dest : dest + length] = view[src : src + length]
            except MemoryError:  # the heap is locked: not even a slice may be made
                memory = self.memory
                for i in range(length):
                    memory[dest + i] = memory[src + i]

    def flush(self):
        """Give the inbox back to the pool if nothing in it is still to be read."""
        packet = self.input
        if packet is not None and self.head == self.stop and not self.open:
            self.input = None
            self.pool.append(packet)

    def end(self):
        """The session is over; every packet goes back to the pool."""
        self.state = "CLOSED"
        self.head = self.stop = self.open = 0
        self.flight = self.secret = None
        self.select(None)
        if self.request is not None:
            self.done()
        self.flush()

    # -- commands

    def need(self, state=None):
        """Raise InvalidState unless the session is in ``state``, or in any that takes commands, and nothing is being
        read."""
        if state is None:
            state = "AUTHORIZATION" if self.state == "AUTHORIZATION" else "TRANSACTION"
        if self.state != state or self.open or self.flight:
            from .errors.problems import problem

            raise problem("state", self.state, self.open or self.flight)

    def index(self, number):
        """Raise InvalidIndex unless a mail may have that number."""
        if not isinstance(number, int) or number is True or not 0 < number <= self.max:
            from .errors.problems import problem

            raise problem("number", number, self.max)

    def send(self, *parts):
        """Put a command made of ``parts`` and CRLF into ``request``, and return that packet; yield next.

        Raises PoolEmpty, PayloadTooSmall, and ProtocolError if bytes lie in the inbox that nobody asked for.
        """
        if self.head != self.stop:
            from .errors.problems import problem

            raise problem("unasked")
        self.select(None)
        self.buffer()
        packet = self.request = self.input
        packet.start = packet.end = packet.index
        try:
            for part in parts:
                packet.append(part)
            packet.append("\r\n")
        except Exception:
            self.done()
            raise
        return packet

    def done(self):
        """``request`` was written, or will not be: if it is secret it is wiped."""
        packet = self.request
        self.request = None
        if packet.secret:
            packet.clear()
        if packet is not self.input:
            self.pool.append(packet)

    def ask(self, parse, name, *numbers):
        """Send a command of the TRANSACTION state and return what ``parse`` makes of its reply's text.

        :param parse: gets the text and the numbers; or None: the text is returned
        :param numbers: a mail's, and what else the command wants
        Raises InvalidState, InvalidIndex, PayloadTooSmall, before anything is sent; ServerError, ProtocolError.
        """
        self.need("TRANSACTION")
        if numbers:
            self.index(numbers[0])
        for number in numbers:
            name += " %d" % number
        self.send(name)
        yield
        text = yield from self.reply()
        return parse(text, *numbers) if parse else text

    # -- replies

    def line(self):
        """The next line, without its end, or None if it is not all there yet. A bare LF ends a line too."""
        at = self.head
        end = self.memory.find(b"\n", at, self.stop)
        if end < 0:
            return None
        self.head = end + 1
        line = bytes(self.pool.buf[at:end])
        if self.text:
            line = self.text + line
            self.text = b""
        return line[:-1] if line.endswith(b"\r") else line

    def reply(self, line=None):
        """The text behind ``+OK`` in ``line``, or in the next line. Raises ServerError, ProtocolError."""
        while line is None:
            line = self.line()
            if line is None:
                yield
        if line[:3].upper() == b"+OK" and line[3:4] in b" \t":
            return line[4:]
        from .errors.problems import problem

        raise problem("reply", line, self.secret, self.secret is not None)

    def unpack(self, text, number=None):
        """The two numbers that a text starts with; the first must be ``number`` where given. Raises ProtocolError."""
        words = text.split(None, 2)
        if len(words) > 1 and words[0].isdigit() and words[1].isdigit() and len(words[0]) < 20 > len(words[1]):
            pair = int(words[0]), int(words[1])
            if number is None or number == pair[0]:
                return pair
        from .errors.problems import problem

        raise problem("line", text, self.secret)

    # -- bodies

    def select(self, message, mode=_NOTHING):
        """From now on ``message``, a message or a listing, takes what comes."""
        if self.message is not None:
            self.message.buf = None
            self.message.count = self.received
        self.message = message
        self.open = mode
        self.mode = _START
        self.received = self.stop - self.head

    def load(self, n):
        """``n`` bytes were read into the message's ``buf``: the short way of ``decode()``, where no line starts with
        a dot."""
        packet = self.input
        start = packet.index
        stop = start + n
        memory = self.memory
        self.received += n
        if memory.find(b"\n.", start, stop) < 0 and (memory[start] != 46 or self.mode != _START):
            self.mode = memory[stop - 1] == 10
            packet.start = start
            packet.end = stop
            return packet
        self.head = start
        self.stop = stop
        return self.decode()

    def decode(self):
        """What lies unread in the inbox, decoded in place: the inbox, lent; or None where it holds no byte of the mail.

        The packet is ``final``, and nothing is ``open`` any more, when the end was seen. Where the next bytes may be
        read into a whole packet, the message's ``buf`` is the view for them, and ``load(n)`` takes them.
        """
        at = self.head
        stop = self.stop
        message = self.message
        message.buf = None
        if at == stop:
            return None
        self.received -= stop - at
        memory = self.memory
        packet = self.input
        if self.mode >= _DOT:
            if self.mode == _DOT_CR:
                at -= 1
                memory[at] = 13
            at -= 1
            memory[at] = 46
            self.mode = _START
        packet.start = end = done = at  # memory[start:end] is decoded; what stands from done on comes behind it
        tail = stop
        if self.mode == _START and memory[at] == 46:
            dot = at
        else:
            dot = memory.find(b"\n.", at, stop) + 1 or -1
        self.mode = memory[stop - 1] == 10
        while dot >= 0:
            after = memory[dot + 1] if dot + 1 < stop else 0
            if after == 46:
                self.copy(end, done, dot - done)
                end += dot - done
                done = dot + 1
            elif dot + 1 == stop or (after == 13 and dot + 2 == stop):
                self.mode = stop - dot + 1  # _DOT or _DOT_CR
                tail = dot
                break
            elif after == 10 or (after == 13 and memory[dot + 2] == 10):
                self.open = _NOTHING
                self.mode = _START
                message.complete = True
                tail = dot
                stop = dot + (2 if after == 10 else 3)
                break
            dot = memory.find(b"\n.", dot + 1, stop) + 1 or -1
        self.copy(end, done, tail - done)
        end += tail - done
        self.head = stop
        self.received += end - at
        packet.end = end
        packet.final = not self.open
        if self.open:
            if self.mode < _DOT and message.poll:
                message.buf = packet.buf
            if end == at:
                return None
        return packet
