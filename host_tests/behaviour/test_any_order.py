"""Any order of calls is safe: what is not possible now says so, and nothing is ever read as something else."""

import sys

import micropop

from host_tests.behaviour import layers
from host_tests.behaviour.clock import Clock, put_back
from host_tests.behaviour.fake import Server
from host_tests.behaviour.talking import raises

MAILS = 5
OF_WHAT_IS_OVER = ("call_packet", "call_readinto", "call_save", "call_batch_next", "call_listing_next")
CALLS = 400 if sys.implementation.name == "cpython" else 80


def mail(number):
    return b"Number: %d\r\n\r\n" % number + b"+OK 9 999\r\n-ERR %d\r\n.\r\n" % number * (7 * number - 6)


def stuffed(octets):
    return b"".join([b"." + line + b"\n" if line[:1] == b"." else line + b"\n" for line in octets.split(b"\n")[:-1]])


class Maildrop(Server):
    """A server that knows every command; each answer tells which one it was for."""

    def _answer(self):
        while b"\n" in self._heard:
            line, self._heard = self._heard.split(b"\r\n", 1)
            self._say((self.said(line.decode().split(" ")),))

    def said(self, words):
        verb = words[0]
        number = int(words[1]) if len(words) > 1 and verb not in ("USER", "PASS") else 0
        if number:
            if verb == "LIST":
                return b"+OK %d %d\r\n" % (number, 100 * number)
            if verb == "UIDL":
                return b"+OK %d uid%d\r\n" % (number, number)
            if verb == "DELE":
                return b"-ERR no deleting of %d\r\n" % number
            return b"+OK %s %d\r\n" % (verb.encode(), number) + stuffed(mail(number)) + b".\r\n"
        if verb == "STAT":
            return b"+OK %d 1500\r\n" % MAILS
        if verb == "LIST":
            return b"+OK\r\n" + b"".join([b"%d %d\r\n" % (n, 100 * n) for n in range(1, MAILS + 1)]) + b".\r\n"
        if verb == "UIDL":
            return b"+OK\r\n" + b"".join([b"%d uid%d\r\n" % (n, n) for n in range(1, MAILS + 1)]) + b".\r\n"
        if verb == "CAPA":
            return b"+OK\r\nPIPELINING\r\nUIDL\r\n.\r\n"
        return b"+OK %s\r\n" % verb.encode()


class Caller:
    """Makes calls of all kinds as a seed has it, and checks what comes of each."""

    def __init__(self, seed, client):
        self._seed = seed
        self._client = client
        self._kept = []
        self._message = self._listing = self._batch = None
        self._read = 0  # octets of the message
        self.results = 0
        self._names = [name for name in sorted(dir(Caller)) if name.startswith("call_")]

    def choose(self, most):
        """A number from 0 to ``most`` - 1."""
        self._seed = (self._seed * 1103515245 + 12345) & 0x3FFFFFFF
        return (self._seed >> 12) % most

    def call(self):
        """One call. InvalidState is right only while something is open, or of what is over."""
        name = self._names[self.choose(len(self._names))]
        client = self._client
        before = client._session.op is not None
        try:
            getattr(self, name)()
            self.results += 1
        except micropop.InvalidState:
            assert before or name in OF_WHAT_IS_OVER, name
        except micropop.PoolEmpty:
            self.release()
        assert client.state == "TRANSACTION", name

    def release(self):
        while self._kept:
            packet, data = self._kept.pop()
            assert bytes(packet.data) == data, "a kept packet changed"
            packet.release()

    def finish(self):
        """End all that is open; the session is in step."""
        self.release()
        self._client.discard()
        self.call_stat()
        self._client.quit()

    def number(self):
        return 1 + self.choose(MAILS)

    # -- commands of one line

    def call_stat(self):
        assert self._client.stat() == (MAILS, 1500)

    def call_size(self):
        number = self.number()
        assert self._client.size(number) == 100 * number

    def call_uid(self):
        number = self.number()
        assert self._client.uid(number) == b"uid%d" % number

    def call_delete(self):
        number = self.number()
        try:
            self._client.delete(number)
            raise AssertionError("deleted")
        except micropop.ServerError as error:
            assert error.text == "no deleting of %d" % number

    def call_noop(self):
        self._client.noop()

    def call_reset(self):
        self._client.reset()

    def call_capabilities(self):
        assert sorted(self._client.capabilities()) == ["PIPELINING", "UIDL"]

    def call_impossible(self):
        if not (self._client._session.op is not None):
            raises(micropop.InvalidIndex, self._client.retrieve, 0)
        raises(micropop.InvalidState, self._client.login, "x", "y", method="USER", cleartext=True)

    # -- listings

    def call_list(self):
        self._listing = self._client.list()
        self._expected = [(n, 100 * n) for n in range(1, MAILS + 1)]

    def call_uidl(self):
        self._listing = self._client.uidl()
        self._expected = [(n, b"uid%d" % n) for n in range(1, MAILS + 1)]

    def call_check(self):
        count, octets, listing = self._client.check()
        assert (count, octets) == (MAILS, 1500)
        self._listing = listing
        self._expected = [(n, b"uid%d" % n) for n in range(1, MAILS + 1)]

    def call_listing_next(self):
        if self._listing is not None:
            item = next(self._listing, None)
            if item is None:
                self._listing = None
            else:
                assert item == self._expected.pop(0)

    def call_listing_close(self):
        if self._listing is not None:
            self._listing.close()
            assert next(self._listing, None) is None
            self._listing = None

    # -- mails

    def call_retrieve(self):
        self._message = self._client.retrieve(self.number())
        self._read = 0

    def call_top(self):
        self._message = self._client.top(self.number(), self.choose(3))
        self._read = 0

    def call_packet(self):
        message = self._message
        if message is not None:
            packet = next(message, None)
            if packet is None:
                self.at_end()
            else:
                self.check(bytes(packet.data))
                if self.choose(4) == 0:
                    packet.keep()
                    self._kept.append((packet, bytes(packet.data)))
                elif self.choose(4) == 0:
                    packet.release()

    def call_readinto(self):
        if self._message is not None:
            buf = bytearray(1 + self.choose(200))
            n = self._message.readinto(buf)
            if n:
                self.check(bytes(buf[:n]))
            else:
                self.at_end()

    def check(self, data):
        assert mail(self._message.number)[self._read :].startswith(data)
        self._read += len(data)

    def at_end(self):
        message = self._message
        self._message = None
        if message.complete:
            assert self._read == len(mail(message.number))

    def call_discard(self):
        self._client.discard()
        self._batch = None
        self._client.noop()

    def call_message_discard(self):
        if self._message is not None:
            self._message.discard()
            self._message = None

    # -- batches

    def call_batch(self):
        self._batch = self._client.retrieve_many([self.number() for _ in range(4)], limit=self.choose(2) * 5000 or None)

    def call_batch_of_numbers_that_call(self):
        self._batch = self._client.retrieve_many(self.meddling([self.number() for _ in range(4)]))

    def meddling(self, numbers):
        for number in numbers:
            self.meddle()
            yield number

    def call_save(self):
        if self._message is not None:
            self._message.save(self, self.meddle)
            self.at_end()

    def write(self, data):
        """What a stream has: it takes some of what it is given, and calls the client meanwhile."""
        taken = 1 + self.choose(len(data))
        self.check(bytes(data[:taken]))
        self.meddle()
        return taken

    def meddle(self, *_):
        """A call from within another: none is possible."""
        client = self._client
        calls = (client.stat, client.uidl, client.noop, client.quit, client.discard, client.check, client.capabilities)
        raises(micropop.InvalidState, calls[self.choose(len(calls))])
        if self._message is not None and not self._message.complete:
            raises(micropop.InvalidState, next, self._message)

    def call_batch_next(self):
        if self._batch is not None:
            message = next(self._batch, None)
            if message is None:
                self._batch = None
            else:
                self._message = message
                self._read = 0

    def call_batch_close(self):
        if self._batch is not None:
            self._batch.close()
            self._batch = None


def called(seed, payload, packets, pieces):
    clock = Clock()
    before = clock.install()
    try:
        server = Maildrop(pieces=pieces)
        pool = micropop.PacketPool(payload, packets)
        client = layers.client(layers.connected(server, clock), pool)
        client.login("mrose", "tanstaaf", method="USER", cleartext=True)
        caller = Caller(seed, client)
        for _ in range(CALLS):
            caller.call()
        caller.finish()
        server.finish()
        assert pool.free == pool.total and pool.invalid_releases == 0
        assert caller.results > CALLS // 8
    finally:
        put_back(before)


def test_any_order_of_calls():
    seed = 0
    for payload, packets in ((64, 1), (64, 3), (128, 2), (512, 4)):
        for pieces in ((), [3, 1, 60, 2] * 5000):
            for _ in range(3):
                seed += 1
                called(seed, payload, packets, pieces)
