"""Any order of calls against a real dialogue: right results, typed errors for wrong calls, and nothing leaks."""

import micropop
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from host_tests.behaviour.clock import Clock, put_back
from host_tests.faults.peer import Peer
from host_tests.servers.dialogue import Mailbox, Settings, complete
from host_tests.servers.mechanisms import Accounts

MAILS = [
    b"Subject: dots\r\n\r\n.\r\n..\r\n.x\r\n",
    b"",
    b"Subject: long\r\n\r\n" + b"0123456789" * 30 + b"\r\n",
    b"Subject: a reply\r\n\r\n+OK\r\n-ERR\r\n",
]
NUMBERS = st.integers(-1, len(MAILS) + 2)


class Calls(RuleBasedStateMachine):
    """A client, a server, and what the program may expect."""

    @initialize(payload=st.sampled_from([64, 128, 512]), packets=st.integers(1, 3), takes=st.integers(1, 200))
    def begin(self, payload, packets, takes):
        self.clock = Clock()
        self.before = self.clock.install()
        self.mailbox = Mailbox(MAILS)
        self.server = Settings(Accounts({"mrose": "tanstaaf"}, {}), {"mrose": self.mailbox})
        self.pool = micropop.PacketPool(payload, packets)
        self.takes = takes
        self.connect()

    def connect(self):
        self.peer = Peer(self.server, self.clock, takes=self.takes)
        self.client = micropop.Client(self.peer, self.pool)
        self.state = "AUTHORIZATION"
        self.open = None  # what is half read: an iterator
        self.counted = False  # whether the client knows how many mails there are
        self.mails = [complete(mail) for mail in self.mailbox.mails.values()]
        self.deleted: set[int] = set()

    def teardown(self):
        if hasattr(self, "before"):
            self.client.close()
            assert self.peer.closed and self.pool.free == self.pool.total
            put_back(self.before)

    # -- what the model says

    def refuses(self, call, number=None):
        """Make a call that needs the TRANSACTION state; True, with all checked, if it must not succeed."""
        if self.state != "TRANSACTION" or self.open is not None:
            with pytest.raises(micropop.InvalidState):
                call()
        elif number is not None and not self.possible(number):
            with pytest.raises(micropop.InvalidIndex):
                call()
        elif number is not None and (number > len(self.mails) or number in self.deleted):
            with pytest.raises(micropop.ServerError):
                call()
        else:
            return False
        return True

    def possible(self, number):
        """Whether a mail may have that number, as far as the client can know."""
        return 0 < number and (not self.counted or number <= len(self.mails))

    def left(self):
        return [number for number in range(1, len(self.mails) + 1) if number not in self.deleted]

    # -- the calls

    @rule(method=st.sampled_from([None, "USER", "APOP", "PLAIN", "CRAM-MD5"]))
    def login(self, method):
        def call():
            self.client.login("mrose", "tanstaaf", method=method, cleartext=True)

        if self.state != "AUTHORIZATION":
            with pytest.raises(micropop.InvalidState):
                call()
        else:
            call()
            self.state = "TRANSACTION"
            assert self.client.state == self.state

    @rule()
    def wrong_password(self):
        if self.state == "AUTHORIZATION":
            with pytest.raises(micropop.AuthenticationError):
                self.client.login("mrose", "wrong", cleartext=True, method="PLAIN")

    @rule()
    def stat(self):
        if not self.refuses(self.client.stat):
            left = self.left()
            assert self.client.stat() == (len(left), sum(len(self.mails[n - 1]) for n in left))
            self.counted = True

    @rule(number=NUMBERS)
    def size_and_uid(self, number):
        if not self.refuses(lambda: self.client.size(number), number):
            assert self.client.size(number) == len(self.mails[number - 1])
            assert self.client.uid(number) == list(self.mailbox.mails)[number - 1].encode()

    @rule(read=st.integers(0, 5))
    def listing(self, read):
        if self.refuses(self.client.list):
            return
        expected = [(n, len(self.mails[n - 1])) for n in self.left()]
        listing = self.client.list()
        for _ in range(read):
            item = next(listing, None)
            assert item == (expected.pop(0) if expected else None)
            if item is None:
                return
        self.open = listing

    @rule(number=NUMBERS, packets=st.integers(0, 8), to_the_end=st.booleans())
    def retrieve(self, number, packets, to_the_end):
        if self.refuses(lambda: self.client.retrieve(number), number):
            return
        message = self.client.retrieve(number)
        got = b""
        for _ in range(packets):
            packet = next(message, None)
            if packet is None:
                assert message.complete and got == self.mails[number - 1]
                return
            got += bytes(packet.data)
            assert self.mails[number - 1].startswith(got)
            assert packet.final == message.complete
        if not message.complete:
            self.open = message
        elif to_the_end:
            assert next(message, None) is None
        else:
            self.client.noop()  # the last packet was lent: the next command may come, and takes it back

    @rule(numbers=st.lists(st.integers(1, len(MAILS)), max_size=4, unique=True), read=st.integers(0, 4))
    def many(self, numbers, read):
        if self.refuses(lambda: self.client.retrieve_many(numbers)) or not all(map(self.possible, numbers)):
            return
        with self.client.retrieve_many(numbers) as batch:
            for number, message in zip(numbers[:read], batch, strict=False):
                assert message.number == number
                if number in self.deleted or number > len(self.mails):
                    with pytest.raises(micropop.ServerError):
                        list(message)
                else:
                    assert b"".join(bytes(packet.data) for packet in message) == self.mails[number - 1]

    @precondition(lambda self: self.open is not None)
    @rule()
    def discard(self):
        self.client.discard()
        self.open = None

    @rule(number=NUMBERS)
    def delete(self, number):
        if not self.refuses(lambda: self.client.delete(number), number):
            self.client.delete(number)
            self.deleted.add(number)

    @rule()
    def reset(self):
        if not self.refuses(self.client.reset):
            self.client.reset()
            self.deleted.clear()
            self.counted = False
            self.stat()
            self.size_and_uid(len(self.mails) + 1)

    @rule()
    def noop(self):
        if not self.refuses(self.client.noop):
            self.client.noop()

    @rule()
    def capabilities(self):
        if self.state == "CLOSED" or self.open is not None:
            return
        assert "UIDL" in self.client.capabilities()

    @rule()
    def quit(self):
        if self.state == "CLOSED" or self.open is not None:
            with pytest.raises(micropop.InvalidState):
                self.client.quit()
            return
        self.client.quit()
        if self.state == "TRANSACTION":
            left = [self.mails[n - 1] for n in self.left()]
            assert [complete(mail) for mail in self.mailbox.mails.values()] == left
        self.closed()

    @rule()
    def close(self):
        self.client.close()
        self.closed()

    def closed(self):
        self.state, self.open = "CLOSED", None
        assert self.client.state == "CLOSED" and self.peer.closed
        assert self.pool.free == self.pool.total

    @precondition(lambda self: self.state == "CLOSED")
    @rule()
    def connect_again(self):
        self.connect()

    @invariant()
    def no_packet_is_missing(self):
        if hasattr(self, "pool") and self.open is None:
            assert self.pool.free == self.pool.total
            assert b"tanstaaf" not in self.pool.memory
            assert self.clock.now == 0, "waited although the server answers at once"


TestCalls = Calls.TestCase
