"""The protocol without I/O: bytes in, bytes out (RFC 1939). A session never sees a socket, a clock or a client.

A command is an operation: a generator that sends, reads replies, and returns the command's result. Whoever drives it::

    session.begin(session.stat())
    while session.step():                               # until it is done
        if session.out is not None:
            session.sent(write(session.out))            # any number of its bytes
        elif session.pause:
            session.pause = False                       # a computation takes long: do something else for a moment
        else:
            session.came(readinto(session.room()))      # at least one byte; or 0 where session.glance is set
    count, octets = session.result

What takes more than one reply (a mail: ``body.py``; LIST, UIDL: ``listing.py``; many mails: ``batch.py``) is a stream:
it stays in progress until its end, and between its steps belongs to the caller::

    session.enter(stream)
    while True:
        found = stream.take()                           # a packet or an item; False at the end
        if found is not None:
            break
        session.came(readinto(session.room()))          # None: more bytes are needed
    session.leave()

``op`` is what is in progress, and the one guard: while it is not None nothing else can be sent. An exception of the
driver's goes to ``failed()``: the session alone knows whether it is in order then, or over.

One packet, the inbox, holds what came in: the unread bytes are ``memory[head:stop]``. A mail is decoded in that same
packet, and lent to the caller.
"""

try:
    from micropython import const
except ImportError:
    const = int

_LINE = const(512)  # the longest reply line (RFC 2449 section 4), unless a packet is longer
_MOST = const(0x3FFFFFFF)


class Session:
    """One session of RFC 1939 over the packets of a pool.

    ``state``: AUTHORIZATION, TRANSACTION, UPDATE or CLOSED. ``greeting``: the server's first line, without its end.
    ``method``: how the login was made. ``pipelining``: whether several commands may be in flight, None where nobody
    knows. ``op``: what is in progress, or None. ``out``: what is to be written, or None. ``result``: of the operation
    that is done.
    """

    def __init__(self, pool):
        # all that a session sets later, for a first assignment takes memory, which may be short then
        self.pool = pool
        self.memory = pool.memory
        self.state = "AUTHORIZATION"
        self.op = self.task = None  # what is in progress; the generator that runs for it just now
        self.busy = False  # somebody is inside: between begin() or enter() and its end
        self.out = self.result = None
        self.glance = False  # bytes are wanted if there are any
        self.pause = False  # nothing is wanted: what is done takes long
        self.due = 0  # replies that the server still owes
        self.piped = False  # several commands were in flight
        self.last = None  # the stream that ended last, if nothing was sent since
        self.inbox = self.outbox = None
        self.head = self.stop = self.withheld = self.received = self.deleted = 0
        self.text = b""  # the head of a line that is longer than a packet
        self.why = None  # why the session is over, where that was no wish
        self.untold = None  # the exception that said so, where another one hid it
        self.secret = None  # what no error may show
        self.login = False  # a login is in progress
        self.refusal = None  # with which the server refused a method of it
        self.caps = None  # what CAPA said last, while it holds
        self.greeting = self.method = self.pipelining = None
        self.stamped = True  # the greeting may hold APOP's timestamp
        self.sizes = None  # whether the octets announced for mails are about right; None: nobody knows
        self.max = _MOST  # no mail has a higher number; STAT tells

    # -- what is in progress

    def begin(self, task, stream=None):
        """Put an operation in progress.

        :param task: a generator that does it
        :param stream: the stream that it is a step of, if any
        Raises InvalidState while something else is in progress; nothing was sent then.
        """
        if self.busy or self.op is not stream:
            self.refuse(stream)
        self.busy = True
        self.task = task
        self.received = 0
        if stream is None:
            self.op = task

    def enter(self, stream):
        """Go on with a stream; ``leave()`` ends that. Raises InvalidState if it is over, or somebody is inside."""
        if self.busy or (self.op is not stream and not stream.ended):
            self.refuse(stream)
        self.busy = True

    def refuse(self, stream=None):
        """Raise the InvalidState for what cannot be done now."""
        from ..errors.problems import problem

        if self.busy:
            raise problem("busy")
        if stream is None:
            raise problem("open")
        raise problem("ended" if self.state == "CLOSED" else "end")

    def step(self):
        """Go on until something is to be written or read: True then; False when the operation is done."""
        if self.out is None:
            try:
                next(self.task)
            except StopIteration as stop:
                self.result = stop.value
                if self.op is self.task:
                    self.op = None
                self.leave()
                return False
        return True

    def leave(self):
        """Nobody is inside any more."""
        self.task = None
        self.busy = False
        self.flush()

    def failed(self, error=None):
        """What is in progress was left by an exception: the session is in order then, or it is over.

        An operation whose reply may still come cannot be taken up again; a stream can, where it stood. Returns the
        exception that tells best what went wrong.
        """
        if self.state == "CLOSED":
            if self.refusal is not None and isinstance(error, Exception):
                error = self.refusal  # the server hung up on whom it refused
                error.fatal = True
        elif self.op is not None and self.op is self.task:
            self.op = None
            if self.due or self.out is not None:
                self.end("a command was broken off")
        elif self.busy and self.op is not None and self.op.torn:
            self.end("a mail was broken off")
        self.refusal = None
        self.leave()
        return error

    def end(self, why=None):
        """The session is over; every packet goes back to the pool.

        :param str why: the reason, where nobody wished it
        """
        if self.state != "CLOSED":
            self.state = "CLOSED"
            self.why = why
        if self.piped and self.due and why != "lost":  # what was in flight may have been too much
            self.pipelining = False
        self.head = self.stop = self.withheld = self.due = 0
        self.op = self.task = self.last = self.caps = None
        if self.out is not None:
            self.sent(len(self.out))
        self.flush()

    def broken(self, situation, *details):
        """End the session, and return the exception that says why: what came is no POP3."""
        self.end(situation)
        from ..errors.problems import problem

        return problem(situation, *details)

    # -- packets in and out

    def room(self):
        """A view to read bytes into; then call ``came(n)``. Raises PoolEmpty."""
        packet = self.inbox
        if packet is None:
            packet = self.inbox = self.pool.allocate()
            packet._holder = self
        base = packet._index
        end = base + self.pool.payload_size
        if self.head == self.stop:
            self.head = self.stop = base
            if not self.withheld:
                return packet._room
            self.head = self.stop = base + 2  # in front there is room for what was withheld
            return packet._tail
        elif self.stop == end:
            if self.head == base:
                self.text += bytes(packet._room)
                if len(self.text) > _LINE:
                    raise self.broken("endless")
                self.stop = base
            else:
                self.copy(base, self.head, end - self.head)
                self.stop -= self.head - base
                self.head = base
        return self.pool._view[self.stop : end]

    def came(self, n):
        """``n`` bytes were read into ``room()``; 0: there are none now, which only a ``glance`` takes."""
        self.glance = False
        self.stop += n
        self.received += n

    def sent(self, n):
        """``n`` bytes of ``out`` were written."""
        out = self.out[n:]
        if out:
            self.out = out
            return
        self.out = None
        packet = self.outbox
        self.outbox = None
        if packet._secret:
            packet._wipe()
        if packet is not self.inbox:
            self.pool._take_back(packet)

    def copy(self, dest, src, length):
        """Move bytes inside the pool's memory; the spans may overlap."""
        if dest != src:
            view = self.pool._view
            try:
                view[dest : dest + length] = view[src : src + length]
            except MemoryError:  # the heap is locked: not even a slice may be made
                memory = self.memory
                for i in range(length):
                    memory[dest + i] = memory[src + i]

    def took(self, packet):
        """Nobody wants the data of the packet that was lent any more."""
        packet._span(packet._index, packet._index)

    def part_with(self, packet):
        """The packet that was lent leaves; bytes behind its data move to another. Raises PoolEmpty."""
        length = self.stop - self.head
        fresh = None
        if length:
            fresh = self.pool.allocate()
            fresh._holder = self
            self.copy(fresh._index, self.head, length)
            self.head = fresh._index
            self.stop = self.head + length
        self.inbox = fresh
        if getattr(self.op, "room", None) is not None:
            self.op.room = None

    def flush(self):
        """Give the inbox back to the pool if nothing in it is still to be read."""
        packet = self.inbox
        if packet is not None and self.head == self.stop and self.op is None and self.last is None:
            self.inbox = None
            self.pool._take_back(packet)

    # -- commands

    def need(self, state=None):
        """Raise InvalidState unless the session is in ``state``, or in any that takes commands."""
        if self.untold is not None:
            error = self.untold
            self.untold = None
            if self.state == "CLOSED":
                raise error
        if self.state != state and (state or self.state not in ("AUTHORIZATION", "TRANSACTION")):
            from ..errors.problems import problem

            raise problem("state", self.state, self.why)

    def index(self, number):
        """Raise InvalidIndex unless a mail may have that number."""
        if not isinstance(number, int) or number is True or not 0 < number <= self.max:
            from ..errors.problems import problem

            raise problem("number", number, self.max)

    def compose(self, *parts):
        """Put ``parts`` into a packet that is to be sent, and return it; ``ship()`` it then.

        Raises PoolEmpty, PayloadTooSmall, and ProtocolError if bytes lie in the inbox that nobody asked for.
        """
        if self.head != self.stop:
            raise self.broken("unasked")
        self.last = None
        self.withheld = 0
        self.room()
        packet = self.inbox
        packet._span(packet._index, packet._index)
        for part in parts:
            packet._put(part)
        return packet

    def ship(self, packet, due=1):
        """Have a packet sent, to which ``due`` replies will come; yield next."""
        self.outbox = packet
        self.out = packet.data
        self.due += due

    def send(self, *parts):
        """Have a command made of ``parts`` and CRLF sent; yield next. Raises what ``compose()`` does."""
        packet = self.compose(*parts)
        packet._put("\r\n")
        self.ship(packet)

    def ask(self, parse, name, *numbers):
        """Send a command of the TRANSACTION state and return what ``parse`` makes of its reply's text.

        :param parse: gets the session, the text and the numbers; or None: the text is returned
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
        return parse(self, text, *numbers) if parse else text

    def greet(self):
        """The operation that reads the greeting. Raises ServerError, ProtocolError."""
        self.due = 1
        self.greeting = b"+OK " + (yield from self.reply())

    def stat(self):
        """The operation of STAT: (number of mails, their octets, None where the server does not tell)."""
        return self.counted((yield from self.ask(None, "STAT")))

    def counted(self, text):
        """What STAT's reply says. Raises ProtocolError."""
        words = text.split(None, 2)
        if not words or not words[0].isdigit() or len(words[0]) > 9:
            raise self.broken("line", text, self.secret)
        count = int(words[0])
        self.max = count + self.deleted
        known = len(words) > 1 and words[1].isdigit() and len(words[1]) < 20
        return count, int(words[1]) if known else None

    def delete(self, number):
        """The operation of DELE."""
        self.need("TRANSACTION")
        self.index(number)
        yield from self.look()  # what follows a mail unasked shows that it ended too early
        yield from self.ask(None, "DELE", number)
        self.deleted += 1

    def look(self):
        """Read what is there already, without waiting. Raises ProtocolError if that is anything."""
        if self.head == self.stop:
            self.glance = True
            yield
        if self.head != self.stop:
            raise self.broken("unasked")

    def reset(self):
        """The operation of RSET."""
        yield from self.ask(None, "RSET")
        self.deleted = 0

    def noop(self):
        """The operation of NOOP."""
        yield from self.ask(None, "NOOP")

    def quit(self):
        """The operation of QUIT: the session is over with its reply. Raises ServerError."""
        self.need()
        self.send("QUIT")
        self.state = "UPDATE"
        yield
        yield from self.reply()

    # -- replies

    def line(self):
        """The next line, without its end, or None if it is not all there yet. A bare LF ends a line too."""
        at = self.head
        end = self.memory.find(b"\n", at, self.stop)
        if end < 0:
            return None
        line = bytes(self.pool._view[at:end])
        if self.text:
            line = self.text + line
        while line.endswith(b"\r"):
            line = line[:-1]
        self.head = end + 1  # now that nothing can fail
        self.text = b""
        return line

    def reply(self, line=None):
        """The text behind ``+OK`` in ``line``, or in the next line. Raises ServerError, ProtocolError."""
        while line is None:
            line = self.line()
            if line is None:
                yield
        if line[:3].upper() == b"+OK" and not line[3:4].isalpha() and not line[3:4].isdigit():
            self.due -= 1
            return line[4:]
        if line[:4].upper() != b"-ERR" or line[4:5].isalpha() or line[4:5].isdigit():
            raise self.broken("line", line, self.secret)
        self.due -= 1
        from ..errors.problems import problem

        raise problem("reply", line, self.secret, self.login)
