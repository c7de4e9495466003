"""A client that talks to the fake server, as a context that checks the end: all said, all closed, all given back."""

import micropop

from host_tests.behaviour.clock import Clock, put_back
from host_tests.behaviour.fake import Server
from host_tests.behaviour.layers import client, connected

LOGIN = ((b"USER mrose\r\n", b"+OK\r\n"), (b"PASS tanstaaf\r\n", b"+OK\r\n"))


class Talking:
    """``with Talking(turn, ..., greeting=..., ...) as talk:`` then ``talk.connect()`` or ``talk.login()``.

    :param turns: what is said after the login, see ``fake.Server``
    :param logged_in: put USER and PASS in front of the turns
    """

    def __init__(self, *turns, greeting=b"+OK ready\r\n", payload=512, packets=2, logged_in=True, **how):
        if logged_in:
            turns = LOGIN + turns
        self.server = Server(greeting, *turns, **how)
        self.clock = Clock()
        self.pool = micropop.PacketPool(payload, packets)

    def __enter__(self):
        self._before = self.clock.install()
        return self

    def __exit__(self, kind, *_):
        put_back(self._before)
        if kind is None or issubclass(kind, micropop.Error):  # an error that the test wants, of a client in order
            self.server.finish()
            assert self.pool.free == self.pool.total, "packets are missing"

    def forgive(self):
        """Ask no more of the client than that it gives all back: it may leave the script's rest, and the socket to its
        close()."""
        self.server.finish = lambda: None

    def connect(self, timeout=30):
        """A client before its login."""
        return client(connected(self.server, self.clock), self.pool, timeout)

    def login(self, timeout=30):
        """A client in TRANSACTION state."""
        client = self.connect(timeout)
        client.login("mrose", "tanstaaf", method="USER", cleartext=True)
        return client


def raises(kind, function, *arguments, **options):
    """The exception of ``kind`` that the call raises."""
    try:
        function(*arguments, **options)
    except kind as error:
        return error
    raise AssertionError("no " + kind.__name__)
