"""A program's life with a mailbox: all commands in any order and from anywhere, on both faces, while things go wrong.

What is random: which face, the pool, how bytes are cut; the calls; callbacks (``idle``, ``progress``, a stream's
``write``, the numbers of a batch) that make calls, raise, or close the client; packets that the program keeps; a wait
that is interrupted, as by Ctrl-C or a task's cancellation; the connection, which fails at any byte; other clients that
delete mails; and sessions that follow one another on the same pool.
"""

import os

import micropop
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from host_tests.aio import face
from host_tests.behaviour.clock import Clock, put_back
from host_tests.faults.peer import Peer
from host_tests.servers.dialogue import CAPABILITIES, Mailbox, Settings, complete
from host_tests.servers.mechanisms import Accounts

LONG = os.environ.get("FUZZ") == "long"
MAILS = [
    b"Subject: dots\r\n\r\n.\r\n..\r\n.x\r\n",
    b"",
    b"Subject: long\r\n\r\n" + b"0123456789" * 30 + b"\r\n.end\r\n",
    b"Subject: a reply\r\n\r\n+OK 4 999\r\n-ERR\r\n.\r\n+OK\r\n",
    b"Subject: lines\r\n\r\n" + b"a line\r\n" * 40,
]
NUMBERS = st.integers(1, len(MAILS)) | st.integers(0, len(MAILS) + 1)
READING = st.lists(
    st.sampled_from(["next", "next", "next", "keep", "release", "loop", "save", "call"]) | st.integers(1, 200),
    max_size=12,
)
FAULTS = ("close", "reset", "silence", "trickle", "close after", "reset after", "silence after")
COMMANDS = ("stat", "list", "uidl", "check", "noop", "reset", "capabilities", "languages", "quit", "discard")


class Mine(Exception):
    """The program's own."""


class Interrupt(BaseException):
    """Like KeyboardInterrupt and asyncio.CancelledError."""


class Wire(Peer):
    """The connection; replies come in pieces, with gaps in which the client waits.

    :param pieces: how many bytes come at a time, over and over

    ``interrupt``: so many waits from now one is interrupted; None: never.
    """

    def __init__(self, settings, clock, kind, at, takes, pieces):
        super().__init__(settings, clock, kind, at, takes)
        self.pieces, self.turn = pieces, 0
        self.gap = False
        self.interrupt = None

    def readinto(self, buf):
        self.gap = not self.gap
        if self.gap:
            assert not self.closed
            return None
        self.turn += 1
        return super().readinto(buf[: self.pieces[self.turn % len(self.pieces)]])

    def wait(self, writing, ms):
        if self.interrupt is not None:
            self.interrupt -= 1
            if self.interrupt < 0:
                self.interrupt = None
                raise Interrupt
        if writing or not self.gap:
            super().wait(writing, ms)


class Life(RuleBasedStateMachine):
    """The program, and what it may rely on."""

    @initialize(
        blocking=st.booleans(),
        payload=st.sampled_from([64, 100, 128, 512]),
        packets=st.integers(1, 5),
        takes=st.integers(1, 200),
        pieces=st.lists(st.sampled_from([1, 2, 7, 60, 1000]), min_size=1, max_size=4),
        pipelining=st.booleans(),
        logged_in=st.booleans(),
    )
    def begin(self, blocking, payload, packets, takes, pieces, pipelining, logged_in):
        self.clock = Clock()
        self.before = self.clock.install()
        self.face = micropop.Client if blocking else face.Client
        self.pool = micropop.PacketPool(payload, packets)
        self.takes, self.pieces = takes, pieces
        self.mailbox = Mailbox(MAILS)
        capabilities = [name for name in CAPABILITIES if pipelining or name != "PIPELINING"]
        self.server = Settings(Accounts({"mrose": "tanstaaf"}, {}), {"mrose": self.mailbox}, capabilities)
        self.kept: list[tuple] = []
        self.client = self.peer = None
        self.fault = (None, 0)
        self.connect()
        if logged_in:
            self.login("USER")

    def teardown(self):
        if hasattr(self, "before"):
            put_back(self.before)
            if self.client is not None:
                self.client.close()
                self.over()
            self.release_all()
            assert self.pool.free == self.pool.total and self.pool.invalid_releases == 0

    def connect(self):
        """A session, which a fault may end before it has begun."""
        kind, at = self.fault
        self.fault = (None, 0)
        self.peer = Wire(self.server, self.clock, kind, at, self.takes, self.pieces)
        self.peer.waiting = face.Waiting(self.peer, self.clock)
        self.calm = kind is None  # nothing may go wrong
        self.stirred = False  # something of the program's own may have ended the session
        self.armed = None
        self.message = self.listing = self.batch = None
        self.got = b""
        self.method = None
        self.deleting = False
        self.uids = list(self.mailbox.mails)
        self.texts = [complete(mail) for mail in self.mailbox.mails.values()]
        self.meant: set[str] = set()  # mails that may be deleted
        self.client = None
        try:
            self.client = self.face(self.peer, self.pool, 10, self.idle)
        except micropop.PoolEmpty:
            assert self.kept
        except micropop.Error:
            assert not self.calm
        if self.client is None:
            assert self.peer.closed

    # -- what must hold whatever is done

    def attempt(self, call):
        """What a call returned, or the exception that it raised, with all checked that must hold then."""
        client = self.client
        state, opened = client.state, client._session.op is not None
        wrong = state != ("AUTHORIZATION" if call == self.log_in else "TRANSACTION")
        quiet = self.calm and not self.stirred and self.armed is None and self.peer.interrupt is None
        try:
            return call()
        except micropop.InvalidState as error:
            assert opened or wrong or not quiet or call in self.of_streams(), error
            found = error
        except micropop.PoolEmpty as error:
            assert self.kept, "a packet is missing"
            found = error
        except micropop.ServerError as error:
            assert "other client" in error.text or "deleted" in error.text or "no such" in error.text, error
            found = error
        except (micropop.ConnectionLost, micropop.Timeout, micropop.ProtocolError) as error:
            assert not quiet, error
            found = error
        except (micropop.InvalidIndex, micropop.LimitExceeded) as error:
            found = error
        except (Mine, Interrupt) as error:
            assert not quiet
            found = error
        if getattr(found, "fatal", False):
            assert client.state == "CLOSED"
        elif quiet:
            assert client.state == state, found
        if not isinstance(found, micropop.Error):
            self.stirred = True
        if client.state == "CLOSED":
            self.over()
        return found

    def of_streams(self):
        """Calls that go on with what may be over."""
        return self.step, self.step_listing, self.step_batch, self.read_some, self.save_rest

    def over(self):
        """The session is over: all is given back, and no mail is gone that was not to go."""
        assert self.peer.closed, "the connection was left open"
        assert self.pool.free == self.pool.total - len(self.kept), "a packet is missing"
        assert b"tanstaaf" not in self.pool.memory
        for uid in self.uids:
            assert uid in self.mailbox.mails or uid in self.meant, "a mail is gone"
        self.message = self.listing = self.batch = None

    def right(self, found, value):
        """What a call returned is right, if it returned anything."""
        if not isinstance(found, BaseException):
            assert found == value
            return True
        return False

    @invariant()
    def kept_packets_are_the_program_s(self):
        for packet, data in getattr(self, "kept", ()):
            assert bytes(packet.data) == data, "a kept packet changed"

    # -- what the program's callbacks do

    @rule(
        where=st.sampled_from(["idle", "progress", "write", "numbers"]),
        what=st.sampled_from(["call", "call", "raise", "close"]),
        after=st.integers(0, 5),
        command=st.sampled_from(COMMANDS),
    )
    def arm(self, where, what, after, command):
        self.armed = [where, what, after, command]

    def called_back(self, where):
        if self.armed is None or self.armed[0] != where or self.client is None:
            return
        self.armed[2] -= 1
        if self.armed[2] >= 0:
            return
        _, what, _, command = self.armed
        self.armed = None
        if what == "raise":
            self.stirred = True
            raise Mine
        if what == "close":
            self.stirred = True
            self.client.close()
            return
        sent = self.peer.heard
        with pytest.raises(micropop.InvalidState):
            getattr(self.client, command)()
        assert self.peer.heard == sent

    def idle(self):
        self.called_back("idle")

    def progress(self, received, octets):
        self.called_back("progress")

    def write(self, data):
        self.took(bytes(data[: self.takes]))
        self.called_back("write")
        return min(len(data), self.takes)

    def numbers(self, numbers):
        for number in numbers:
            self.called_back("numbers")
            yield number

    @rule(after=st.integers(0, 30))
    def interrupt(self, after):
        self.peer.interrupt = after

    @rule(kind=st.sampled_from(FAULTS), at=st.integers(0, 2000))
    def the_next_connection_fails(self, kind, at):
        self.fault = (kind, at)

    @rule(data=st.data())
    def another_client_deletes(self, data):
        if self.mailbox.mails:
            uid = data.draw(st.sampled_from(sorted(self.mailbox.mails)))
            del self.mailbox.mails[uid]
            self.meant.add(uid)

    @rule(number=st.integers(0, len(MAILS) - 1))
    def a_mail_comes(self, number):
        self.mailbox.add(MAILS[number])

    # -- sessions

    @precondition(lambda self: self.client is None or self.client.state == "CLOSED")
    @rule()
    def connect_again(self):
        self.connect()

    def there(self):
        return self.client is not None and self.client.state == "TRANSACTION"

    def free(self):
        return self.there() and self.message is None and self.listing is None and self.batch is None

    @precondition(lambda self: self.client is not None and self.client.state == "AUTHORIZATION")
    @rule(method=st.sampled_from(["USER", "APOP", "PLAIN", "CRAM-MD5", None]))
    def login(self, method):
        state, self.method = self.client.state, method
        found = self.attempt(self.log_in)
        if found is None:
            assert state == "AUTHORIZATION" and self.client.state == "TRANSACTION"
            self.uids = list(self.mailbox.mails)
            self.texts = [complete(mail) for mail in self.mailbox.mails.values()]

    def log_in(self):
        return self.client.login("mrose", "tanstaaf", method=self.method, cleartext=True)

    @precondition(free)
    @rule()
    def quit(self):
        if self.attempt(self.client.quit) is None:
            assert self.client.state == "CLOSED"
            self.over()

    @precondition(there)
    @rule()
    def close(self):
        self.client.close()
        self.over()
        self.client.close()

    @precondition(lambda self: self.there() and not self.free())
    @rule(name=st.sampled_from([*COMMANDS[:-1], "log_in"]))
    def a_call_in_between(self, name):
        call = self.log_in if name == "log_in" else getattr(self.client, name)
        if self.client._session.op is not None:
            assert isinstance(self.attempt(call), micropop.InvalidState)

    # -- commands of one reply

    @precondition(free)
    @rule(name=st.sampled_from(["noop", "capabilities", "stat", "reset"]))
    def plain_command(self, name):
        found = self.attempt(getattr(self.client, name))
        if name == "capabilities" and not isinstance(found, BaseException):
            assert "UIDL" in found and "LANG" in found

    @precondition(free)
    @rule(number=NUMBERS)
    def uid(self, number):
        found = self.attempt(lambda: self.client.uid(number))
        if not isinstance(found, BaseException):
            assert found == self.uids[number - 1].encode()

    @precondition(free)
    @rule(number=NUMBERS)
    def delete(self, number):
        if 0 < number <= len(self.uids):
            self.meant.add(self.uids[number - 1])
        self.right(self.attempt(lambda: self.client.delete(number)), None)

    # -- listings

    @precondition(free)
    @rule(checks=st.booleans())
    def uidl(self, checks):
        found = self.attempt(self.client.check if checks else self.client.uidl)
        if not isinstance(found, BaseException):
            self.listing = found[2] if checks else found
            self.listed = 0

    @precondition(lambda self: self.listing is not None)
    @rule(items=st.integers(1, 8))
    def next_items(self, items):
        while items and self.listing is not None:
            items -= 1
            self.next_item()

    def next_item(self):
        found = self.attempt(self.step_listing)
        if found is None:
            self.listing = None
        elif not isinstance(found, BaseException):
            number, uid = found
            assert self.listed < number <= len(self.uids) and uid == self.uids[number - 1].encode()
            self.listed = number

    def step_listing(self):
        return next(self.listing, None)

    @precondition(lambda self: self.listing is not None)
    @rule()
    def close_listing(self):
        if self.attempt(self.listing.close) is None:
            self.listing = None

    # -- mails

    @precondition(free)
    @rule(number=NUMBERS, limit=st.none() | st.sampled_from([0, 100, 10000]), how=READING)
    def retrieve(self, number, limit, how):
        self.open(self.attempt(lambda: self.client.retrieve(number, limit)))
        self.read_on(how)

    @precondition(free)
    @rule(number=NUMBERS, how=READING)
    def top(self, number, how):
        self.open(self.attempt(lambda: self.client.top(number, 1000)))
        self.read_on(how)

    @precondition(lambda self: self.message is not None)
    @rule(how=READING)
    def read_on(self, how):
        """Read by each of the ways in turn, until the mail's end."""
        for way in how:
            if self.message is None:
                break
            if isinstance(way, int):
                self.readinto(way)
            elif way in ("next", "keep", "release"):
                self.packet(way)
            elif way == "call":
                self.a_call_in_between("stat")
            else:
                getattr(self, way)()

    def open(self, found):
        if not isinstance(found, BaseException):
            self.message = found
            self.got = b""
            self.lent = 0  # octets of its last packet, which a loop may yet leave
            self.looping = False
            self.text = dict(enumerate(self.texts, 1)).get(found.number, b"")

    def took(self, data):
        """Bytes of the mail came: they are those that follow."""
        assert self.text[len(self.got) :].startswith(data)
        self.got += data

    def at_end(self):
        message, self.message = self.message, None
        if message is not None and message.complete:
            assert self.got == self.text, "a mail with a hole counts as whole"
            if self.deleting and message.read:
                self.meant.add(self.uids[message.number - 1])

    def loop(self):
        self.begins()
        self.looping = True
        iter(self.message)
        self.packet("next")

    def begins(self):
        """A reader begins: what a loop was lent, and left, comes again."""
        if self.looping:
            self.got = self.got[: len(self.got) - self.lent]
            self.lent = 0
        self.looping = False

    def packet(self, then):
        self.lent = 0  # who asks for the next has taken the last
        packet = self.attempt(self.step)
        if packet is None:
            self.at_end()
        elif not isinstance(packet, BaseException):
            data = bytes(packet.data)
            if then == "keep":
                try:
                    packet.keep()
                except micropop.PoolEmpty:
                    then = "next"
                else:
                    self.kept.append((packet, data))
            elif then == "release":
                packet.release()
            self.took(data)
            if then == "next":
                self.lent = len(data)

    def step(self):
        return next(self.message, None)

    def readinto(self, size):
        self.buf = bytearray(size)
        self.begins()
        self.lent = 0
        n = self.attempt(self.read_some)
        if isinstance(n, int):
            self.took(bytes(self.buf[:n]))
            if not n:
                self.at_end()

    def read_some(self):
        return self.message.readinto(self.buf)

    def save(self):
        self.begins()
        self.lent = 0
        before = len(self.got)
        n = self.attempt(self.save_rest)
        if isinstance(n, int):
            assert n == len(self.got) - before
            self.at_end()

    def save_rest(self):
        return self.message.save(self, self.progress)

    @precondition(lambda self: self.message is not None)
    @rule(by=st.sampled_from([None, Mine, Interrupt]))
    def leave(self, by):
        message, self.message = self.message, None
        if by is not None:
            self.stirred = True
        self.attempt(lambda: message.__exit__(by, None, None))

    @precondition(there)
    @rule()
    def discard(self):
        if not isinstance(self.attempt(self.client.discard), BaseException):
            self.message = self.listing = self.batch = None

    # -- batches

    @precondition(free)
    @rule(
        numbers=st.lists(NUMBERS, max_size=6),
        delete=st.booleans(),
        limit=st.none() | st.just(200),
        how=st.lists(READING, max_size=6),
    )
    def many(self, numbers, delete, limit, how):
        found = self.attempt(lambda: self.client.retrieve_many(self.numbers(numbers), delete, limit))
        if not isinstance(found, BaseException):
            self.batch, self.deleting = found, delete
        self.next_mails(how)

    @precondition(lambda self: self.batch is not None)
    @rule(how=st.lists(READING, max_size=6))
    def next_mails(self, how):
        for each in how:
            if self.batch is not None:
                self.next_mail()
                self.read_on(each)

    def next_mail(self):
        found = self.attempt(self.step_batch)
        if found is None:
            self.batch = None
        elif not isinstance(found, BaseException):
            self.open(found)

    def step_batch(self):
        return next(self.batch, None)

    @precondition(lambda self: self.batch is not None)
    @rule()
    def close_batch(self):
        if not isinstance(self.attempt(self.batch.close), BaseException):
            self.batch = self.message = None

    # -- kept packets

    @rule()
    def release_all(self):
        for packet, data in getattr(self, "kept", ()):
            assert bytes(packet.data) == data
            packet.release()
        self.kept = []


TestLife = Life.TestCase
if not LONG:
    TestLife.settings = settings(settings.default, max_examples=120, stateful_step_count=50)
