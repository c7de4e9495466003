"""However a server's bytes are cut into segments, and whatever the payload, a session gives the same results."""

import micropop

from host_tests.behaviour import layers
from host_tests.behaviour.clock import Clock
from host_tests.behaviour.talking import Talking

MAILS = (
    b"Subject: dots\r\n\r\n..two dots\r\n.one dot\r\n.\r\n...\r\nlast line\r\n",
    b"Subject: only a dot\r\n\r\n.\r\n",
    b"",
    b"Subject: ends without a dot\r\n\r\nDear Sir or Madam.\r\n.\r\n\r\n.\r\n",
)


def stuffed(mail):
    """A mail as it goes over the wire."""
    return b"".join([b"." + line + b"\n" if line[:1] == b"." else line + b"\n" for line in mail.split(b"\n")[:-1]])


def answers():
    """What the server says, by command."""
    said = {
        b"APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n": b"+OK 4 messages\r\n",
        b"STAT\r\n": b"+OK 4 %d\r\n" % sum([len(mail) for mail in MAILS]),
        b"LIST\r\n": b"+OK\r\n" + b"".join([b"%d %d\r\n" % (i + 1, len(MAILS[i])) for i in range(4)]) + b".\r\n",
        b"UIDL\r\n": b"+OK\r\n" + b"".join([b"%d uid-%d\r\n" % (i + 1, i) for i in range(4)]) + b".\r\n",
        b"DELE 2\r\n": b"+OK marked\r\n",
        b"QUIT\r\n": b"+OK bye\r\n",
    }
    for i in range(4):
        said[b"RETR %d\r\n" % (i + 1)] = b"+OK %d octets\r\n" % len(MAILS[i]) + stuffed(MAILS[i]) + b".\r\n"
    return said


QUIT = (b"QUIT\r\n", b"+OK\r\n")
GREETING = b"+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\r\n"
SAID = answers()


class Cut:
    """A server that ends a segment at each of ``places``, counted in its bytes since the greeting began."""

    def __init__(self, places):
        self._places = iter(places)
        self._next = self._following()
        self._given = 0
        self._said = GREETING
        self._gap = False
        self.closed = False

    def _following(self):
        for place in self._places:
            return place
        return None

    def start(self, clock):
        self.clock = clock

    def receive(self, buf):
        if self._gap or not self._said:
            self._gap = False
            return None
        n = min(len(buf), len(self._said))
        while self._next is not None and self._next <= self._given:
            self._next = self._following()
        if self._next is not None and self._given + n >= self._next:
            n = self._next - self._given
            self._next = self._following()
            self._gap = True  # then nothing is there for a moment
        buf[:n] = self._said[:n]
        self._said = self._said[n:]
        self._given += n
        return n

    def send(self, data):
        self._said += SAID[bytes(data)]
        return len(data)

    def wait(self, writing, ms):
        assert self._said, "waits for what never comes"

    def close(self):
        self.closed = True


def session(places, payload, packets=2):
    """All that a full session gives."""
    server = Cut(places)
    pool = micropop.PacketPool(payload, packets)
    client = layers.client(layers.connected(server, Clock()), pool)
    client.login("mrose", "tanstaaf", method="APOP")
    found = [client.greeting, client.stat(), list(client.list()), list(client.uidl())]
    for number in range(1, 5):
        mail = b""
        finals = 0
        with client.retrieve(number) as message:
            for packet in message:
                assert not finals, "a packet behind the final one"
                finals += packet.final
                assert packet.final or packet.length, "a packet of nothing"
                mail += bytes(packet.data)
            assert message.complete and message.received == len(mail)
        assert finals == 1
        found.append(mail)
    client.delete(2)
    client.quit()
    assert server.closed and client.state == "CLOSED"
    assert pool.free == pool.total
    return found


def expected():
    return [
        GREETING[:-2],
        (4, sum([len(mail) for mail in MAILS])),
        [(i + 1, len(MAILS[i])) for i in range(4)],
        [(i + 1, b"uid-%d" % i) for i in range(4)],
    ] + list(MAILS)


def sparsely():
    """A step: the first layer takes every cut, the others some of them."""
    return 1 if layers.chosen == layers.LAYERS[0] else 9


def octets():
    """How many bytes the server says in all."""
    return len(GREETING) + sum([len(words) for words in SAID.values()])


def test_uncut():
    for payload in (128, 129, 512, 1460):
        assert session((), payload) == expected(), payload


def test_one_packet_is_enough():
    for payload in (64, 128, 512):
        assert session((), payload, 1) == expected(), payload
        assert session(range(1, octets()), payload, 1) == expected(), payload


def test_cut_in_two_at_every_place():
    for payload in (128, 512, 1460):
        for place in range(1, octets(), sparsely()):
            assert session((place,), payload) == expected(), (payload, place)


def test_one_byte_at_a_time():
    for payload in (128, 512, 1460):
        assert session(range(1, octets()), payload) == expected(), payload


def test_random_cuts():
    seed = 1939
    for turn in range(600 // sparsely()):
        places = []
        at = 0
        while at < octets():
            seed = (seed * 1103515245 + 12345) & 0x3FFFFFFF
            at += 1 + (seed >> 12) % (7 if turn % 2 else 40)
            places.append(at)
        payload = 128 + (seed >> 8) % (1460 - 127)
        assert session(places, payload) == expected(), (payload, places)


def test_payloads_from_small_to_large():
    for payload in range(128, 1461, 7 * sparsely()):
        assert session(range(50, octets(), 50), payload) == expected(), payload


def test_many_stuffed_dots_however_they_are_cut():
    mail = b"..one\r\n.\r\n...\r\n.\r\n.x\r\n" * 12
    sent = b"".join([b"." + line + b"\n" for line in mail.split(b"\n")[:-1]])
    for payload in (64, 128, 512):
        for cut in range(1, len(sent), 3):
            turns = ((b"RETR 1\r\n", b"+OK\r\n" + sent[:cut], sent[cut:], b".\r\n"), (b"NOOP\r\n", b"+OK\r\n"))
            with Talking(*turns, payload=payload) as talk, talk.login() as client:
                assert b"".join([bytes(packet.data) for packet in client.retrieve(1)]) == mail, (payload, cut)
                client.noop()


def test_the_end_is_cut_behind_many_stuffed_dots():
    for n in range(8):
        mail = b"x" * n + b"\r\n" + b".one\r\n" * 9
        said = stuffed(mail) + b".\r\n"
        for cut in (1, 2, 3):
            with Talking((b"RETR 1\r\n", b"+OK\r\n", said[:-cut], said[-cut:]), QUIT) as talk, talk.login() as client:
                assert b"".join([bytes(packet.data) for packet in client.retrieve(1)]) == mail, (n, cut)
                client.quit()


def test_a_line_ends_at_each_place_of_the_packets():
    for n in range(40, 180):
        for rest in (b"", b".dot\r\n", b".\r\n", b"dotless\r\n"):
            mail = b"x" * n + b"\r\n" + rest + b"y" * 150 + b"\r\n"
            with Talking((b"RETR 1\r\n", b"+OK\r\n", stuffed(mail) + b".\r\n"), QUIT, payload=64) as talk:
                client = talk.login()
                with client.retrieve(1) as message:
                    assert b"".join([bytes(packet.data) for packet in message]) == mail, (n, rest)
                client.quit()
