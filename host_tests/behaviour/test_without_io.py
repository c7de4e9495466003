"""Whole sessions driven with bytes alone: no socket, no clock, no client."""

import micropop
from micropop.login import login
from micropop.session import Session, commands, ends
from micropop.session.batch import Batch, check
from micropop.session.body import Body, fetch
from micropop.session.capabilities import capabilities
from micropop.session.languages import language, languages, tag_and_description
from micropop.session.listing import Lines, listed, octets, unique
from micropop.session.stls import stls

from host_tests.behaviour.talking import raises
from host_tests.behaviour.test_logins import Scram

LAYERS = ("waiting",)  # none takes part

MAILS = (b"Subject: one\r\n\r\n.dot\r\n", b"two\r\n", b"Subject: three\r\n\r\n" + b"..three\r\n" * 60)


def stuffed(mail):
    return b"".join([b"." + line + b"\n" if line[:1] == b"." else line + b"\n" for line in mail.split(b"\n")[:-1]])


class Peer:
    """A mailbox that takes bytes and gives bytes; what it gives comes in pieces of a size of its own.

    ``heard``: the commands that came.
    """

    def __init__(self, piece=1000, caps=b"SASL SCRAM-SHA-256\r\nPIPELINING\r\n"):
        self.piece = piece
        self.caps = caps
        self.scram = Scram()
        self.proof = []  # the steps of a login that are still to come
        self.heard = []
        self.rest = b""
        self.out = b"+OK ready <1@example.org>\r\n"
        self.deleted = []

    def take(self, data):
        self.rest += bytes(data)
        while b"\n" in self.rest:
            line, self.rest = self.rest.split(b"\r\n", 1)
            self.heard.append(line.decode())
            self.out += self.answer(line)

    def answer(self, line):
        if self.proof:
            return self.proof.pop(0)(line + b"\r\n")
        words = line.decode().split(" ")
        number = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
        if words[0] == "AUTH":
            self.proof = [self.scram.first, self.scram.final, self.scram.last]
            return b"+\r\n"
        if words[0] == "CAPA":
            return b"+OK\r\n" + self.caps + b".\r\n"
        if words[0] == "STAT":
            return b"+OK 3 %d\r\n" % len(b"".join(MAILS))
        if words[0] == "UIDL":
            return b"+OK\r\n1 a\r\n2 b\r\n3 c\r\n.\r\n"
        if words[0] == "LIST":
            return b"+OK\r\n" + b"".join([b"%d %d\r\n" % (n + 1, len(MAILS[n])) for n in range(3)]) + b".\r\n"
        if words[0] == "LANG" and len(words) == 1:
            return b"+OK\r\nen English\r\nde Deutsch\r\n.\r\n"
        if words[0] == "RETR":
            if number == 2:
                return b"-ERR [SYS/TEMP] not now\r\n"
            return b"+OK %d octets\r\n" % len(MAILS[number - 1]) + stuffed(MAILS[number - 1]) + b".\r\n"
        if words[0] == "DELE":
            self.deleted.append(number)
        return b"+OK %s\r\n" % line

    def give(self, room):
        """Put bytes into a view; returns how many."""
        n = min(len(room), self.piece, len(self.out))
        room[:n] = self.out[:n]
        self.out = self.out[n:]
        return n


class Driver:
    """What a client does, with bytes in place of a transport."""

    def __init__(self, payload=128, packets=2, slow=False, **how):
        self.pool = micropop.PacketPool(payload, packets)
        self.session = Session(self.pool)
        self.slow = slow  # an octet at a time is sent, and step() asked behind each
        self.peer = Peer(**how)

    def feed(self):
        session = self.session
        room = session.room()
        n = self.peer.give(room)
        assert n or session.glance, "the session waits for what never comes"
        session.came(n)

    def run(self, task, stream=None):
        session = self.session
        session.begin(task, stream)
        try:
            while session.step():
                if session.out is not None:
                    data = bytes(session.out.data)[:1] if self.slow else session.out.data
                    self.peer.take(data)
                    session.sent(len(data))
                else:
                    self.feed()
        except Exception as error:
            raise session.failed(error)
        return session.value

    def all(self, stream):
        """Every packet's data, or item, of a stream."""
        found = []
        while True:
            self.session.begin(None, stream)
            try:
                thing = stream.take()
                while thing is None:
                    self.feed()
                    thing = stream.take()
            except Exception as error:
                raise self.session.failed(error)
            self.session.leave()
            if thing is False:
                return found
            found.append(bytes(thing.data) if isinstance(stream, Body) else thing)

    def opened(self):
        """Greet and log in."""
        self.run(ends.greet(self.session))
        self.run(login(self.session, False, "mrose", "pencil", None, None, False, None))
        return self.session


def whole(**how):
    driver = Driver(**how)
    session = driver.opened()
    assert session.method == "SCRAM-SHA-256" and session.state == "TRANSACTION"
    assert driver.run(commands.stat(session)) == (3, len(b"".join(MAILS)))
    assert driver.all(driver.run(listed(Lines(session, unique), "UIDL"))) == [(1, b"a"), (2, b"b"), (3, b"c")]
    assert driver.all(driver.run(listed(Lines(session, octets), "LIST")))[2] == (3, len(MAILS[2]))
    body = driver.run(fetch(Body(session, 3), "RETR %d", 3))
    assert b"".join(driver.all(body)) == MAILS[2] and body.complete and body.read and body.octets == len(MAILS[2])
    count, _, lines = driver.run(check(Lines(session, unique)))
    assert count == len(driver.all(lines)) == 3
    batch = Batch(session, [1, 2, 3], delete=True)
    seen = []
    body = driver.run(batch.coming())
    while body is not None:
        if body.number == 2:
            assert raises(micropop.TemporaryFailure, driver.all, body).code == "SYS/TEMP"
        else:
            seen.append(b"".join(driver.all(body)))
        body = driver.run(batch.coming(), batch if batch.open else None)
    assert seen == [MAILS[0], MAILS[2]] and driver.peer.deleted == [1, 3] and session.deleted == 2
    driver.run(ends.quit(session))
    assert session.state == "UPDATE" and driver.peer.heard[-1] == "QUIT"
    session.end()
    assert driver.pool.free == driver.pool.total


def test_a_whole_session():
    whole()


def test_a_whole_session_however_it_is_cut():
    for piece in (1, 2, 3, 7, 64):
        for payload, packets in ((64, 1), (128, 2), (512, 4)):
            whole(piece=piece, payload=payload, packets=packets)


def test_a_whole_session_in_turn():
    whole(caps=b"SASL SCRAM-SHA-256\r\n")


def test_a_whole_session_that_is_sent_an_octet_at_a_time():
    whole(slow=True)


def test_capabilities_languages_and_stls():
    driver = Driver()
    session = driver.session
    driver.run(ends.greet(session))
    assert "PIPELINING" in driver.run(capabilities(session))
    lines = driver.run(languages(Lines(session, tag_and_description)))
    assert driver.all(lines) == [("en", b"English"), ("de", b"Deutsch")]
    driver.run(language(session, "de"))
    assert session.greeting.endswith(b"<1@example.org>")
    driver.run(stls(session))
    assert session.caps is None and b"@" not in session.greeting
    driver.run(capabilities(session))
    assert driver.peer.heard == ["CAPA", "LANG", "LANG de", "STLS", "CAPA"]


def test_nothing_else_goes_while_something_is_in_progress():
    driver = Driver()
    session = driver.opened()
    heard = len(driver.peer.heard)
    task = commands.noop(session)
    session.begin(task)
    assert session.step() and session.out.data == b"NOOP\r\n"
    for other in (commands.stat(session), ends.quit(session)):
        raises(micropop.InvalidState, session.begin, other)
    driver.peer.take(session.out.data)
    session.sent(session.out.length)
    while session.step():
        driver.feed()
    assert driver.peer.heard[heard:] == ["NOOP"] and session.op is None


def test_an_operation_that_is_left_with_its_reply_due_ends_the_session():
    for steps, state in ((0, "TRANSACTION"), (1, "CLOSED"), (2, "CLOSED")):
        driver = Driver()
        session = driver.opened()
        session.begin(commands.noop(session))
        if steps:
            session.step()
        if steps == 2:
            session.sent(session.out.length)
        assert session.failed(KeyError("mine")).args == ("mine",)
        assert session.state == state and driver.pool.free == driver.pool.total


def test_a_mail_that_is_left_goes_on_where_it_stood():
    driver = Driver(piece=10)
    session = driver.opened()
    body = driver.run(fetch(Body(session, 3), "RETR %d", 3))
    session.begin(None, body)
    while body.take() is None:
        driver.feed()
    got = bytes(body.packet.data)
    session.failed(KeyError("mine"))
    assert session.state == "TRANSACTION" and session.op is body
    raises(micropop.InvalidState, session.begin, commands.noop(session))
    assert got + b"".join(driver.all(body)) == MAILS[2]
    driver.run(commands.noop(session))


def test_what_was_yet_to_be_written_goes_back_when_the_session_ends():
    """A packet of its own too, as a batch fills one while replies lie in the inbox; and no secret stays in it."""
    pool = micropop.PacketPool(64, 2)
    session = Session(pool)
    packet = pool.allocate()
    packet.append(b"PASS tanstaaf")
    packet.secret = True
    session.ship(packet)
    session.sent(3)
    session.end()
    assert pool.free == pool.total and session.out is None
    assert b"tanstaaf" not in bytes(pool.memory)
