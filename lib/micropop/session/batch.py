"""Several commands in flight (RFC 2449 section 6.8), where the server allows it; the same calls work in turn elsewhere.

What the server has to send is held back by TCP; what the client sends must never be, or both would wait for ever. So
at most 512 octets of commands are in flight: any server's socket takes that much while the server itself waits for us
to read.

A server that breaks a mail off in the middle goes on with the next reply, which is then taken for more of that mail.
Only the octets that it announced tell. Where those of the first mail are far off, either it was broken off, or the
server's sizes are always wrong: the next mail tells which, and until then the first is in doubt. A server whose sizes
are wrong is asked for one mail at a time from there on.
"""

from .body import Body
from .capabilities import capabilities
from .commands import ask, counted, look, stat

_WINDOW = 512
_SLACK = 64  # octets that a mail may have more or fewer than were announced, whatever its length


def allowed(session):
    """The operation that tells whether several commands may be in flight; it asks CAPA where nobody knows."""
    if session.pipelining is None:
        session.pipelining = "PIPELINING" in (yield from capabilities(session))
    return session.pipelining


def check(lines):
    """The operation of STAT and UIDL: (mails, octets, the listing). Raises ServerError."""
    session = lines.session
    session.need("TRANSACTION")
    if not (yield from allowed(session)):
        count, octets = yield from stat(session)
        yield from ask(session, "UIDL")
        return count, octets, lines.begin()
    session.send("STAT\r\nUIDL")
    session.due = 2
    session.piped = True
    yield
    failure = None
    try:
        count, octets = counted(session, (yield from session.reply()))
    except Exception as error:
        if session.due == 2 or session.state == "CLOSED":
            raise
        failure = error
    yield from session.reply()
    lines.begin()
    session.piped = False
    if failure is not None:
        session.op = session.task  # the listing is nothing without it
        session.due = 1
        while True:
            found = lines.take()
            if found is False:
                break
            if found is None:
                yield
        session.due = 0
        raise failure
    return count, octets, lines


class Batch:
    """Many mails as a stream of bodies, in the order of their numbers as given.

    :param numbers: an iterable of the mails' numbers
    :param bool delete: send DELE for each mail that was read to its end
    :param int limit: for each mail, see ``Body``

    ``body``: the mail that came last. ``open``: commands may be in flight: it is ``session.op``, or its body is.
    """

    def __init__(self, session, numbers, delete=False, limit=None):
        self.session = session
        self.limit = limit
        self.delete = delete
        self.open = False
        self.body = None
        self.numbers = iter(numbers)
        self.upcoming = None  # a command that found no room yet
        self.expected = []  # in flight: a mail's number for RETR, the negative one for DELE
        self.octets = 0  # of those commands
        self.read = 0  # a mail whose DELE waits until the next reply shows that it was not cut short
        self.sizes = None  # whether the octets announced are about right; None: nobody knows
        self.doubt = None  # the first mail, while nobody knows whether its octets or those announced are wrong
        self.deletions = []
        self.failure = None

    def make(self, number):
        """A body for a mail; clients make messages of their own."""
        return Body(self.session, number, self.limit)

    def coming(self):
        """The operation that returns the next mail, its body, or None at the end; what was lent before must be over.

        A mail that the server refuses is a body that raises. A refused DELE, or what ``numbers`` raised, is raised
        when all mails before it have come.
        """
        session = self.session
        if not self.open:
            session.need("TRANSACTION")
            yield from allowed(session)
            self.open = True
            session.op = self
        body = self.body
        if body is not None:
            self.body = None
            if self.delete and body.read:
                self.read = -body.number
        while True:
            yield from self.top_up()
            if not self.expected:
                if self.read or self.doubt is not None:
                    yield from look(session)  # nothing follows unasked
                    self.trust()
                    self.ripen()
                    continue
                session.op = None
                session.piped = self.open = False
                failure = self.failure
                self.failure = None
                if failure is not None:
                    raise failure
                return None
            due = session.due
            text = refusal = None
            try:
                text = yield from session.reply()
            except Exception as error:
                if session.due == due or session.state == "CLOSED":
                    raise
                refusal = error
            number = self.expected.pop(0)
            self.octets -= length(number)
            self.ripen()
            if number > 0:
                body = self.body = self.make(number)
                body.batch = self
                if refusal is None:
                    body.begin(text)
                else:
                    body.refusal = refusal  # every way to read it raises that
                    body.ended = True
                return body
            if refusal is None:
                session.deleted += 1
            else:
                self.failure = self.failure or refusal

    def ripen(self):
        # what came behind the last mail is no part of it
        if self.read:
            self.deletions.append(self.read)
            self.read = 0

    def top_up(self):
        # an operation: send commands until the window, or a packet, is full
        session = self.session
        window = _WINDOW if session.pipelining and self.sizes is not False and self.doubt is None else 1
        if self.octets > window // 2:
            return
        packet = None
        count = 0
        while True:
            number = self.next_command()
            if session.state == "CLOSED":  # by ``numbers``
                if packet is not None and packet.holder is True:
                    session.pool.append(packet)
                session.need()
            if number is None or (self.octets and self.octets + length(number) > window):
                break
            if packet is None:
                packet = self.packet()
            if packet is None or packet.length + length(number) > session.pool.payload_size:
                break
            packet.append("%s %d\r\n" % ("RETR" if number > 0 else "DELE", abs(number)))
            if number < 0:
                self.deletions.pop(0)
            else:
                self.upcoming = None
            self.expected.append(number)
            self.octets += length(number)
            count += 1
        if packet is not None:
            session.ship(packet, count)
            session.piped = session.piped or len(self.expected) > 1
            yield

    def next_command(self):
        # a mail's number for RETR, the negative one for DELE, or None
        if self.deletions:
            return self.deletions[0]
        if self.upcoming is None:
            try:
                for number in self.numbers:
                    self.session.need(None, number)
                    self.upcoming = number
                    break
            except BaseException as error:  # what is in flight comes first
                self.stop(error)
        return self.upcoming

    def packet(self):
        # to write from; None if none is free while something is in flight, which will free one
        session = self.session
        if not self.expected or session.head == session.stop:
            return session.compose()
        session.last = None
        return session.pool.allocate() if session.pool.free else None

    def measure(self, body):
        """Whether a mail that was read to its end is whole; it may be known only when the next has come.

        Raises ProtocolError where it is likely that it, or the one in doubt, swallowed the reply behind it.
        """
        session = self.session
        off = far_off(body)
        if self.sizes is None and body.octets is not None:
            if self.doubt is not None:
                if not off:
                    body = self.doubt
                    self.doubt = None
                    raise self.swallowed(body)
                self.sizes = False
                self.trust()
            elif not off:
                self.sizes = True
            elif session.due:
                self.doubt = body
                return False
        elif off and session.due and self.sizes:
            raise self.swallowed(body)
        return True

    def trust(self):
        # the mail in doubt was whole
        body = self.doubt
        if body is not None:
            self.doubt = None
            if body.complete:
                body.read = True
                if self.delete:
                    self.deletions.append(-body.number)

    def swallowed(self, body):
        body.complete = False
        return self.session.broken("other size", body.number, body.octets, body.received)

    def stop(self, failure=None):
        """Ask for no more mails; those in flight still come."""
        self.numbers = iter(())
        self.upcoming = None
        self.failure = self.failure or failure


def length(number):
    """The octets of a RETR or DELE of mail ``number``."""
    return len("RETR %d\r\n" % abs(number))


def far_off(body):
    """Whether widely other octets came than were announced, by more than 12 % and 64."""
    if body.octets is None:
        return False
    off = abs(body.received - body.octets)
    return off > _SLACK and off * 100 > body.octets * 12
