"""What is fuzzed, on CPython and on a board: ``run(data)`` raises AssertionError where micropop is wrong.

The first bytes of ``data`` choose: what is done, the payload, the packets, the size of the pieces that arrive. The
others are what the server sends, reply by reply, with ``SEPARATOR`` between.
"""

from binascii import a2b_base64, b2a_base64

import micropop

from host_tests.fuzz import reference

SEPARATOR = b"\xff"
PAYLOADS = (64, 65, 79, 100, 128, 512)
SECRET = "tanstaaf"


class Feed:
    """A transport: each line that the client sends makes the next of the server's replies come.

    :param replies: the first is the greeting
    :param piece: bytes that one read gets at the most
    :param challenges: replies are SASL challenges: they are encoded, and ``%r`` in them is the client's nonce
    """

    secure = True

    def __init__(self, replies, piece, challenges=False):
        self._replies = replies[::-1]
        self._piece = piece
        self._challenges = challenges
        self._nonce = b""
        self._there = self._replies.pop() if replies else b""
        self._gap = False
        self.closed = False

    def readinto(self, buf):
        assert not self.closed and len(buf)
        self._gap = not self._gap
        if self._gap:
            return None
        n = min(len(buf), len(self._there), self._piece)
        buf[:n] = self._there[:n]
        self._there = self._there[n:]
        return n

    def write(self, data):
        assert not self.closed
        data = bytes(data)
        for line in data.split(b"\n")[:-1]:
            if self._challenges:
                self._note(line)
            if self._replies:
                self._there += self._challenge(self._replies.pop())
        return len(data)

    def _note(self, line):
        try:
            said = a2b_base64(line)
        except ValueError:
            return
        if b"r=" in said and not self._nonce:
            self._nonce = said[said.find(b"r=") + 2 :]

    def _challenge(self, reply):
        if not self._challenges or reply[:1] in (b"+", b"-"):
            return reply
        return b"+ " + b2a_base64(reply.replace(b"%r", self._nonce))[:-1] + b"\r\n"

    def wait(self, writing, ms):
        assert not self.closed

    def close(self):
        self.closed = True


def status(stream):
    """What stands behind a reply's first line, which must say +OK."""
    line, rest = reference.first_line(stream)
    assert reference.is_ok(line)
    return rest


def greeting(client, stream):
    status(stream)


def login(method):
    """A target that logs in."""

    def target(client, stream):
        client._session.state = "AUTHORIZATION"
        if method in ("XOAUTH2", "OAUTHBEARER"):
            client.login("mrose", token=SECRET, method=method)
        else:
            client.login("mrose", SECRET, method=method)
        assert client.state == "TRANSACTION"

    return target


def numbers(client, stream):
    count, octets = client.stat()
    assert count >= 0 and (octets is None or octets >= 0)
    client.size(1)
    assert isinstance(client.uid(1), bytes)
    client.noop()
    client.delete(1)
    client.reset()


def lists(client, stream):
    """LIST, and then UIDL, each as the reference has it."""
    stream = status(stream)
    for verb in ("list", "uidl"):
        found = list(getattr(client, verb)())
        lines, stream = reference.listing(status(stream))
        assert len(found) == len(lines), f"{lines}: {found}"
        assert [int(line.split()[0]) for line in lines] == [number for number, _ in found]


def bodies(client, stream):
    """RETR, and then TOP, each as the reference has it."""
    stream = status(stream)
    for open_one in (lambda: client.retrieve(1), lambda: client.top(1, 5)):
        with open_one() as message:
            mail = b"".join([bytes(packet.data) for packet in message])
        expected, stream = reference.body(status(stream))
        assert message.complete and mail == expected, f"{mail} instead of {expected}"
        assert message.received == len(mail)


def readinto(client, stream):
    """RETR by ``readinto`` of a few bytes at a time."""
    buf = bytearray(7)
    mail = b""
    message = client.retrieve(1)
    while True:
        n = message.readinto(buf)
        if not n:
            break
        mail += bytes(buf[:n])
    assert mail == reference.body(status(status(stream)))[0]


def abandoned(client, stream):
    """A mail of which one packet is read, and then another command."""
    with client.retrieve(1) as message:
        for _ in message:
            break
    client.noop()


def capabilities(client, stream):
    found = client.capabilities()
    assert len(found) <= 64
    for name, arguments in found.items():
        assert name == name.upper() and len(name) + len(" ".join(arguments)) <= 2048
    found.expire, found.login_delay, found.implementation  # noqa: B018  they must not raise


def check(client, stream):
    client.pipelining = True
    ids = client.check()[2]
    for number, uid in ids:
        assert number >= 0 and isinstance(uid, bytes)


def many(client, stream):
    client.pipelining = True
    with client.retrieve_many((1, 2, 3), delete=True) as mails:
        for message in mails:
            try:
                for packet in message:
                    assert packet.length == len(packet.data)
            except micropop.ServerError:
                pass


def languages(client, stream):
    for tag, text in client.languages():
        assert len(tag) == len(tag.encode())  # it is ASCII
        assert isinstance(text, bytes)


TARGETS = (
    ("greeting", greeting, False),
    ("numbers", numbers, False),
    ("lists", lists, False),
    ("bodies", bodies, False),
    ("readinto", readinto, False),
    ("abandoned", abandoned, False),
    ("capabilities", capabilities, False),
    ("check", check, False),
    ("many", many, False),
    ("languages", languages, False),
    ("login", login(None), False),
    ("USER", login("USER"), False),
    ("APOP", login("APOP"), False),
    ("PLAIN", login("PLAIN"), False),
    ("LOGIN", login("LOGIN"), True),
    ("CRAM-MD5", login("CRAM-MD5"), True),
    ("SCRAM-SHA-256", login("SCRAM-SHA-256"), True),
    ("XOAUTH2", login("XOAUTH2"), True),
    ("OAUTHBEARER", login("OAUTHBEARER"), True),
)
FIRST_LOGIN = 10


def packed(name, replies, payload=0, packets=1, piece=255):
    """The ``data`` for ``run``.

    :param name: of the target
    :param payload: an index into PAYLOADS
    """
    for index, target in enumerate(TARGETS):
        if target[0] == name:
            return bytes([index, payload, packets, piece]) + SEPARATOR.join(replies)
    raise KeyError(name)


def run(data):
    """Do what ``data`` says, and check all that must hold whatever the server sends."""
    if len(data) < 5:
        return
    index = data[0] % len(TARGETS)
    _, target, challenges = TARGETS[index]
    pool = micropop.PacketPool(PAYLOADS[data[1] % len(PAYLOADS)], 1 + data[2] % 3)
    replies = data[4:].split(SEPARATOR)
    feed = Feed(replies, 1 + data[3], challenges)
    client = None
    try:
        client = micropop.Client(feed, pool)
        if target is not greeting:
            client._session.state = "TRANSACTION"
        target(client, b"".join(replies))
    except micropop.Error as error:
        # only in a login does the client know what must not be shown
        assert client is None or index < FIRST_LOGIN or SECRET not in str(error)
        if error.fatal or client is None:
            assert feed.closed, f"a fatal error left the connection open: {error!r}"
        else:
            assert client.state != "CLOSED", f"an error that is not fatal closed the client: {error!r}"
    if client is not None:
        assert len(client._session.text) <= 512 + pool.payload_size
        client.close()
    assert feed.closed
    assert pool.free == pool.total, "a packet is missing"
    if SECRET.encode() not in data:  # the server did not say it itself
        assert SECRET.encode() not in pool.memory, "a secret lies in the pool"
