"""The protocol without I/O: bytes in, bytes out (RFC 1939). A session never sees a socket, a clock or a client.

A command is an operation: a generator that sends, reads replies, and returns the command's result. One that begins a
stream is ``(then, command, numbers)`` instead, which costs less for each mail: ``then`` makes the result of the text of
the reply. Whoever drives it::

    session.begin(commands.stat(session))
    while session.step():                               # until it is done
        if session.out is not None:
            session.sent(write(session.out.data))       # any number of its bytes
        else:
            session.came(readinto(session.room()))      # at least one byte; or 0 where session.glance is set
    count, octets = session.value

What takes more than one reply (a mail: ``body.py``; LIST, UIDL: ``listing.py``; many mails: ``batch.py``) is a stream:
it stays in progress until its end, and between its steps belongs to the caller::

    session.begin(None, stream)
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
    ``user``: the name of the login. ``method``: how it was made. ``pipelining``: whether several commands may be in
    flight, None where nobody knows. ``op``: what is in progress, or None. ``out``: the packet that is to be written, or
    None. ``value``: the result of the operation that is done.
    """

    piped = False  # several commands were in flight
    login = False  # a login is in progress
    refusal = None  # with which the server refused a method of it
    secret = None  # what no error may show

    def __init__(self, pool):
        # all that a session sets later, for a first assignment takes memory, which may be short then
        self.pool = pool
        self.state = "AUTHORIZATION"
        self.op = self.task = None  # what is in progress; the generator that runs for it just now
        self.busy = False  # somebody is inside: between begin() and the end of that
        self.out = self.value = None
        self.glance = False  # nothing need come: bytes are taken if there are any
        self.due = 0  # replies that the server still owes
        self.torn = False  # a stream is being decoded: it cannot be taken up again
        self.last = None  # the stream that ended last, if nothing was sent since
        self.inbox = None  # the packet that bytes are read into
        self.head = self.stop = self.withheld = self.received = self.deleted = 0
        self.text = b""  # the head of a line that is longer than a packet
        self.why = None  # why the session is over: a word, or the exception that was not told yet
        self.caps = None  # what CAPA said last, while it holds
        self.greeting = self.user = self.method = self.pipelining = None
        self.max = _MOST  # no mail has a higher number; STAT tells ...
        self.listed = 0  # ... and a listing, in which this was the highest

    # -- what is in progress

    def begin(self, task, stream=None):
        """Put an operation in progress, or go on with a stream: ``leave()`` ends that.

        :param task: the operation; None: the stream's own ``take()`` is called
        :param stream: the stream that it is a step of, if any
        Raises InvalidState while something else is in progress, or where the stream is over; nothing was sent then.
        """
        if self.busy or (self.op is not stream and (task is not None or not stream.ended)):
            from .refusing import refuse

            refuse(self, stream)
        self.busy = True
        if task is not None:
            self.task = task
            self.received = 0
            if stream is None:
                self.op = task

    def step(self):
        """Go on until something is to be written or read: True then; False when the operation is done."""
        if self.out is not None:
            return True
        task = self.task
        if type(task) is tuple:
            if not self.due:
                self.need("TRANSACTION", task[2][0] if task[2] else ...)
                self.send(task[1] % task[2])
                return True
            self.value = None if self.head == self.stop else self.answer()
            if self.value is None:
                return True
            self.value = task[0](self.value)
        else:
            try:
                next(task)
                return True
            except StopIteration as stop:
                self.value = stop.value
        if self.op is task:
            self.op = None
        self.leave()
        return False

    def leave(self):
        """Nobody is inside any more."""
        self.task = None
        self.busy = False
        if self.op is None:
            self.flush()

    def failed(self, error=None):
        """What is in progress was left by an exception: the session is in order then, or it is over.

        An operation whose reply may still come cannot be taken up again; a stream can, where it stood. Returns the
        exception that tells best what went wrong.
        """
        if self.state == "CLOSED":
            if self.refusal is not None and isinstance(error, Exception):
                error = self.refusal  # the server hung up on whom it refused
        elif self.op is not None and self.op is self.task:
            self.op = None
            if self.due or self.out is not None:
                self.end("interrupted")
        elif self.torn:
            self.end("interrupted")
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
            self.sent(self.out.length)
        self.flush()

    def broken(self, name, *details):
        """End the session, and return the exception that says why: see ``errors/problems.py``."""
        self.end(name)
        from ..errors.problems import problem

        return problem(name, *details)

    # -- packets in and out

    def room(self):
        """A view to read bytes into; then call ``came(n)``. Raises PoolEmpty."""
        packet = self.inbox
        if packet is None:
            packet = self.inbox = self.pool.allocate()
        packet.holder = self
        base = packet.index
        if self.head == self.stop:
            if not self.withheld:
                self.head = self.stop = base
                return packet.room
            self.head = self.stop = base + 2  # in front there is room for what was withheld
            return packet.tail
        end = base + self.pool.payload_size
        if self.stop == end:
            if self.head == base:
                self.text += bytes(packet.room)
                if len(self.text) > _LINE:
                    raise self.broken("endless")
                self.stop = base
            else:
                view = self.pool.view
                view[base : base + end - self.head] = view[self.head : end]
                self.stop -= self.head - base
                self.head = base
        return self.pool.view[self.stop : end]

    def came(self, n):
        """``n`` bytes were read into ``room()``; 0: there are none now, which only a ``glance`` takes."""
        self.glance = False
        self.stop += n
        self.received += n

    def sent(self, n):
        """``n`` bytes of ``out`` were written."""
        packet = self.out
        if n < packet.end - packet.start:
            packet.span(packet.start + n, packet.end)
            return
        self.out = None
        if packet.secret:
            packet.clear()
        if packet is not self.inbox:
            self.pool.append(packet)

    def remove(self, packet, kept):
        """The reader of the packet that was lent keeps it, or wants no more of it. Raises PoolEmpty."""
        from .keeping import remove

        remove(self, packet, kept)

    def flush(self):
        """Give the inbox back to the pool if nothing in it is still to be read."""
        packet = self.inbox
        if packet is not None and self.head == self.stop and self.op is None and self.last is None:
            self.inbox = None
            self.pool.append(packet)

    # -- commands

    def need(self, state=None, number=...):
        """Raise InvalidState unless the session is in ``state``, or in any that takes commands, and InvalidIndex unless
        a mail may have that number."""
        fit = self.state == state or (state is None and self.state in ("AUTHORIZATION", "TRANSACTION"))
        if number is not ...:
            fit = fit and isinstance(number, int) and number is not True and 0 < number <= self.max
        if not fit:
            from .refusing import unfit

            unfit(self, state, number)

    def compose(self, *parts):
        """Put ``parts`` into a packet that is to be sent, and return it; ``ship()`` it then.

        Raises PoolEmpty, PayloadTooSmall, and ProtocolError if bytes lie in the inbox that nobody asked for.
        """
        if self.head != self.stop:
            raise self.broken("unasked")
        self.last = None
        packet = self.inbox
        if packet is None:
            packet = self.inbox = self.pool.allocate()
        else:
            packet.span(packet.index, packet.index)
            packet.holder = True  # while it is filled
        self.head = self.stop = packet.index
        for part in parts:
            packet.append(part)
        return packet

    def ship(self, packet, due=1):
        """Have a packet sent, to which ``due`` replies will come; yield next."""
        packet.holder = self
        self.out = packet
        self.due += due

    def send(self, command):
        """Have a command sent, with CRLF behind it; yield next. Raises what ``compose()`` does."""
        self.ship(self.compose(command + "\r\n"))

    # -- replies

    def line(self):
        """The next line, without its end, or None if it is not all there yet. A bare LF ends a line too."""
        at = self.head
        end = self.pool.memory.find(b"\n", at, self.stop)
        if end < 0:
            return None
        line = bytes(self.pool.view[at:end])
        if self.text:
            line = self.text + line
            self.text = b""
        line = line.rstrip(b"\r")
        self.head = end + 1  # now that nothing can fail
        return line

    def reply(self):
        """The operation that reads a reply: the text behind ``+OK``. Raises ServerError, ProtocolError."""
        text = self.answer()
        while text is None:
            yield
            text = self.answer()
        return text

    def answer(self, line=None):
        """The text behind ``+OK`` in ``line``, or in the next line; None if it is not all there yet. Raises
        ServerError, ProtocolError."""
        if line is None:
            line = self.line()
            if line is None:
                return None
        self.due -= 1
        if not line.startswith(b"+OK ") and line != b"+OK":
            from .refusing import refused

            if refused(self, line):
                from ..errors.problems import problem

                raise problem("reply", line, self.secret, self.login)
        return line[4:]
