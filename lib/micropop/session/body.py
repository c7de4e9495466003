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

_SLACK = const(64)  # octets that a mail may have more or fewer than were announced, whatever its length


class Body:
    """A mail as a stream of packets, each lent until the next is asked for.

    ``number``: the mail's. ``octets``: the size that the server claims, or None; never rely on it.
    ``received``: bytes of the mail so far. ``complete``: True once its end was seen. ``read``: True once a reader came
    to the end behind the last packet, and nothing unasked followed.

    A driver uses ``take()``; or, while ``room`` is not None, may read into that at once and give ``load()`` the count.
    It puts False into ``room`` meanwhile, so that nobody else does the same.
    """

    def __init__(self, session, number, limit=None):
        # assigned here, for a first assignment takes memory
        self.session = session
        self.number = number
        self.limit = limit
        self.octets = None
        self.received = 0
        self.room = self.packet = None
        self.again = False  # the packet was lent, but nobody took it
        self.loop = False  # a loop reads
        self.fast = limit is None
        self.base = self.size = 0
        self.mode = _LF
        self.batch = self.refusal = None  # the Batch to which it belongs; the server's refusal in place of the mail
        self.gone = False  # a part of it was thrown away
        self.torn = self.ended = self.looked = self.complete = self.read = False

    def begin(self, text):
        """The server's reply was ``text``: the mail comes now."""
        session = self.session
        session.op = self
        self.size = session.pool.payload_size
        session.received = session.stop - session.head
        words = text.split(None, 1)
        if words and words[0].isdigit() and len(words[0]) < 20:
            self.octets = int(words[0])

    def load(self, n):
        """``n`` bytes were read into ``room``: the packet with them; or None where they hold no byte of the mail.

        The hot path of a download: no slice, no call but one search.
        """
        start = self.base
        stop = start + n
        memory = self.session.memory
        if memory.find(b"\n.", start, stop) < 0 and memory[start] != 46:
            self.received += n
            self.mode = memory[stop - 1]
            packet = self.packet
            if packet.end != stop or packet.start != start:
                packet._span(start, stop)
            self.room = packet._room
            return packet
        session = self.session
        session.head = start
        session.stop = stop
        self.room = None
        return self.take()

    def take(self):
        """The next packet; None where more bytes are needed; False at the end. Raises LimitExceeded, ProtocolError.

        What was refused because of the limit, or lent to a reader that did not take it, comes again.
        """
        session = self.session
        if self.again:
            if session.op is not self and session.last is not self:
                self.over()
        else:
            if self.ended:
                return self.finish()
            self.room = None
            if session.head == session.stop:
                return None
            self.torn = True
            found = self.decode()
            self.torn = False
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
        elif self.fast and self.mode < _DOT:
            self.room = packet._room
        return packet

    def decode(self):
        """Decode what lies unread in the inbox, in place. Returns whether ``packet`` is to be lent."""
        session = self.session
        memory = session.memory
        at = session.head
        stop = session.stop
        packet = self.packet = session.inbox
        self.base = packet._index
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
        while dot >= 0:
            after = memory[dot + 1] if dot + 1 < stop else 0
            if after == 46:
                session.copy(end, done, dot - done)
                end += dot - done
                done = dot + 1
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
        session.copy(end, done, tail - done)
        end += tail - done
        self.mode = mode
        session.head = stop
        session.withheld = mode - _DOT + 1 if mode >= _DOT else 0
        self.received += end - start
        packet._span(start, end)
        packet.final = self.ended
        if self.ended:
            self.let_go()
        return self.ended or end > start

    def let_go(self):
        # the end was seen: other commands may follow
        session = self.session
        session.op = self.batch
        session.last = self
        session.withheld = 0
        if not session.due and session.head != session.stop:
            raise session.broken("unasked")

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
                if not self.looked:  # whether anything follows
                    self.looked = session.glance = True
                    return None
            session.last = None
            self.read = self.batch is None or self.batch.measure(self)
        elif self.gone:
            self.over()
        return False

    def over(self):
        # what was not read of it is no more
        from ..errors.problems import problem

        raise problem("end")

    def left(self):
        """The rest was thrown away."""
        self.gone = True
        self.complete = False
        self.session.last = None
        if self.batch is not None:
            self.batch.measure(self)

    def refuse(self, error):
        """The server does not send the mail: every way to read it raises ``error``."""
        self.refusal = error
        self.ended = True

    def back(self):
        """A reader begins: what a loop was lent before, and left without asking for more, comes again."""
        session = self.session
        packet = self.packet
        if self.loop and packet is not None and packet is session.inbox and self in (session.op, session.last):
            if packet.length:
                self.give_again()
        self.loop = False

    def give_again(self):
        """What is left of the packet that was lent comes again."""
        self.again = True
        self.room = None

    def far_off(self):
        """Whether widely other octets came than were announced, by more than 12 % and 64."""
        if self.octets is None:
            return False
        off = abs(self.received - self.octets)
        return off > _SLACK and off * 100 > self.octets * 12


def fetch(body, verb, *numbers):
    """The operation that sends RETR or TOP and returns the body. Raises InvalidIndex, ServerError."""
    body.begin((yield from body.session.ask(None, verb, *numbers)))
    return body
