"""A mail on its way: what RETR or TOP brings (RFC 1939 section 3), decoded in the packet that it came in.

A line that starts with a dot is told from the end by what follows the dot. Bytes withheld at a packet's end because
only the next packet tells what they mean (a dot, or a dot and a CR, at the start of a line) are put in front of the
next.
"""

try:
    from micropython import const
except ImportError:
    const = int

# `mode`: where in the mail the next byte stands: behind an octet, of which a LF counts, or behind what is withheld
_LF = const(10)
_DOT = const(256)  # a dot that starts a line
_DOT_CR = const(257)  # a dot and a CR that start a line
_LOOKED = const(258)  # behind the end, and whether anything follows it was looked for

_MANY = const(4)  # stuffed dots of a packet that are taken off one by one; the others all at once


class Body:
    """A mail as a stream of packets, each lent until the next is asked for.

    ``number``: the mail's. ``octets``: the size that the server claims, or None; never rely on it.
    ``received``: bytes of the mail so far. ``complete``: True once its end was seen. ``read``: True once a reader came
    to the end behind the last packet, and nothing unasked followed.

    A driver uses ``take()``; or, while ``room`` is a view, may read into that at once and give ``load()`` the count. It
    puts False into ``room`` meanwhile, so that nobody else does the same. ``room`` is there behind a packet that was
    full (``memory[start:stop]``, ``size`` bytes) and ended inside a line.
    """

    limit = batch = refusal = None  # ``batch``: to which it belongs; ``refusal``: came in place of the mail
    fast = True  # a driver may read into ``room``
    gone = False  # a part of it was thrown away

    def __init__(self, session, number, limit=None):
        # what changes while it is read is assigned here: a first assignment takes memory
        self.session = session
        self.number = number
        self.received = 0
        self.room = self.packet = None
        self.again = False  # the packet was lent, but nobody took it
        self.loop = False  # a loop reads
        self.mode = _LF
        self.size = session.pool.payload_size
        self.start = self.stop = 0
        self.text = b""  # of the reply
        self.ended = self.complete = self.read = False
        if limit is not None:
            self.limit = limit
            self.fast = False

    def begin(self, text):
        """The server's reply was ``text``: the mail comes now."""
        self.session.op = self
        self.text = text
        return self

    @property
    def octets(self):
        # looked for when it is asked for: few do, and small mails come faster
        words = self.text.split(None, 1)
        return int(words[0]) if words and words[0].isdigit() and len(words[0]) < 20 else None

    def load(self, n):
        """``n`` bytes were read into ``room``: the packet with them; or None where they hold no byte of the mail."""
        session = self.session
        session.head = self.start
        session.stop = self.start + n
        return self.take()

    def take(self):
        """The next packet; None where more bytes are needed; False at the end. Raises LimitExceeded, ProtocolError.

        What was refused because of the limit, or lent to a reader that did not take it, comes again.
        """
        session = self.session
        if self.again:
            if session.op is not self and session.last is not self:
                self.gone = True
                return self.finish()
        else:
            if self.ended:
                self.packet = None  # who asks for the next has taken the last
                return self.finish()
            self.room = None
            if session.head == session.stop:
                self.packet = None
                return None
            session.torn = True
            found = self.decode()
            session.torn = False
            if not found:
                return None
        packet = self.packet
        if self.limit is not None and self.received > self.limit:
            self.again = True
            from ..errors.problems import problem

            raise problem("limit", self.limit)
        self.again = False
        if self.ended:
            self.complete = True
        elif self.fast and self.mode != _LF and packet.end - packet.start == self.size:
            self.start = packet.start
            self.stop = packet.end
            self.room = packet.room
        return packet

    def decode(self):
        """Decode what lies unread in the inbox, in place. Returns whether ``packet`` is to be lent."""
        session = self.session
        memory = session.pool.memory
        at = session.head
        stop = session.stop
        packet = self.packet = session.inbox
        mode = self.mode
        if mode >= _DOT:
            if mode == _DOT_CR:
                at -= 1
                memory[at] = 13
            at -= 1
            memory[at] = 46
            mode = _LF
        start = end = done = at  # memory[start:end] is decoded; what stands from done on comes behind it
        tail = stop
        if mode == _LF and memory[at] == 46:
            dot = at
        else:
            dot = memory.find(b"\n.", at, stop) + 1 or -1
        mode = memory[stop - 1]
        locked = False  # the heap is, so nothing can be moved in one go
        many = _MANY
        while dot >= 0:
            after = memory[dot + 1] if dot + 1 < stop else 0
            if after == 46:
                locked = move(session.pool, end, done, dot - done, locked)
                end += dot - done
                done = dot + 1
                many -= 1
                if not many and not locked:
                    from .dots import unstuff

                    tail, end = unstuff(session.pool, end, done, stop)
                    done = tail
                    dot = tail if tail < stop else -1  # the end, or what is withheld
                    continue
            elif dot + 1 == stop or (after == 13 and dot + 2 == stop):
                mode = _DOT if dot + 1 == stop else _DOT_CR
                tail = dot
                break
            elif after == 10 or (after == 13 and memory[dot + 2] == 10):
                tail = dot
                stop = dot + (2 if after == 10 else 3)
                self.ended = True
                break
            dot = memory.find(b"\n.", dot + 1, stop) + 1 or -1
        if end != done:
            move(session.pool, end, done, tail - done, locked)
        end += tail - done
        self.mode = mode
        session.head = stop
        session.withheld = mode - _DOT + 1 if mode >= _DOT else 0
        self.received += end - start
        packet.span(start, end)
        packet.final = self.ended
        if self.ended:  # other commands may follow
            session.op = self.batch
            session.last = self
            if not session.due and session.head != session.stop:
                raise session.broken("unasked")
        return self.ended or end > start

    def finish(self):
        # behind the last packet
        if self.refusal is not None:
            raise self.refusal
        session = self.session
        if session.last is self:
            if not session.due and session.inbox is not None:
                if session.head != session.stop:
                    self.complete = False
                    raise session.broken("unasked")
                if self.mode != _LOOKED:  # whether anything follows
                    self.mode = _LOOKED
                    session.glance = True
                    return None
            session.last = None
            self.read = self.batch is None or self.batch.measure(self)
        elif self.gone:
            from ..errors.problems import problem

            raise problem("end")
        return False

    def left(self):
        """The rest was thrown away."""
        self.gone = True
        self.complete = False
        self.session.last = None
        if self.batch is not None:
            self.batch.measure(self)

    def back(self):
        """A reader begins: what a loop was lent before, and left without asking for more, comes again."""
        if self.loop:
            self.loop = False
            session = self.session
            packet = self.packet
            if session.op is self or session.last is self:
                if packet is not None and packet is session.inbox and packet.end > packet.start:
                    self.give_again()

    def copy(self, packet, buf):
        """Copy what was lent into ``buf``, as much as it holds; returns how many bytes. The rest comes again."""
        n = min(len(buf), packet.length)
        buf[:n] = packet.data[:n]
        if n < packet.length:
            packet.span(packet.start + n, packet.end)
            self.give_again()
        return n

    def give_again(self):
        """What is left of the packet that was lent comes again."""
        self.again = True
        self.room = None


def fetch(body, command, *numbers):
    """The operation that sends RETR or TOP and returns the body. Raises InvalidIndex, ServerError."""
    return body.begin, command, numbers


def whole(name, value):
    """Raise InvalidArgument unless an argument is a whole number, 0 or more, or None."""
    if value is not None and (not isinstance(value, int) or value is True or value < 0):
        from ..errors.problems import problem

        raise problem("count", name, value)


def move(pool, dest, src, length, locked=False):
    """Move bytes inside a pool's memory; the spans may overlap. Returns whether the heap is locked, as it may be known
    to be: then not even a slice may be made."""
    if dest != src and length:
        if not locked:
            view = pool.view
            try:
                view[dest : dest + length] = view[src : src + length]
                return False
            except MemoryError:
                locked = True
        memory = pool.memory
        for i in range(length):
            memory[dest + i] = memory[src + i]
    return locked
