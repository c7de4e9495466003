"""STLS and what connect() does around a session: required means required, and nothing is left open."""

import sys

import micropop
from micropop.session.stls import stls

from host_tests.behaviour import layers
from host_tests.behaviour.clock import Clock, put_back
from host_tests.behaviour.fake import CLOSE, Server
from host_tests.behaviour.layers import connected
from host_tests.behaviour.talking import raises

LAYERS = layers.TRANSPORTS  # of the blocking connect()
STLS = (b"STLS\r\n", b"+OK begin\r\n")
USER = (b"USER mrose\r\n", b"+OK\r\n")
PASS = (b"PASS tanstaaf\r\n", b"+OK\r\n")
QUIT = (b"QUIT\r\n", b"+OK\r\n")


class Dialled:
    """``with Dialled(greeting, turn, ...) as dialled:`` micropop.connect() reaches a scripted server, under TLS or not.

    :param failure: what the TLS handshake raises

    ``asked``: what was asked for: the arguments of dial(). ``handshakes``: what had been sent before each handshake.
    """

    def __init__(self, greeting, *turns, failure=None):
        self.server = Server(greeting, *turns)
        self.pool = micropop.PacketPool(128, 2)
        self.handshakes = []
        self._failure = failure
        self._clock = Clock()

    def __enter__(self):
        self._before = self._clock.install()
        self._module = __import__("micropop.transport." + sys.implementation.name, None, None, ("dial",))
        self._dial = self._module.dial
        self._module.dial = self.dial
        return self

    def __exit__(self, kind, *_):
        put_back(self._before)
        self._module.dial = self._dial
        if kind is None:
            self.server.finish()
            assert self.pool.free == self.pool.total

    def dial(self, *asked):
        self.asked = asked
        self.transport = connected(self.server, self._clock)
        self.transport.start_tls = self.start_tls
        return self.transport

    def start_tls(self, host, context, ca):
        self.handshakes.append(self.server.sent)
        if self._failure is not None:
            raise self._failure
        self.transport.secure = True

    def connect(self, **how):
        return micropop.connect("mail.example.org", pool=self.pool, **how)


def test_tls_comes_first():
    with Dialled(b"+OK\r\n", QUIT) as dialled:
        client = dialled.connect()
        assert dialled.handshakes == [b""]
        assert dialled.asked[:3] == ("mail.example.org", 995, True)
        client.quit()


def test_no_tls_where_none_is_wanted():
    with Dialled(b"+OK\r\n", QUIT) as dialled:
        client = dialled.connect(tls=False)
        assert dialled.handshakes == []
        assert dialled.asked[:3] == ("mail.example.org", 110, False)
        client.quit()


def test_stls_and_the_password_behind_it():
    with Dialled(b"+OK\r\n", STLS, USER, PASS, QUIT) as dialled:
        client = dialled.connect(tls="stls")
        assert dialled.asked[:3] == ("mail.example.org", 110, "stls")
        assert dialled.handshakes == [b"STLS\r\n"]
        client.login("mrose", "tanstaaf", method="USER")  # encrypted: nobody has to allow it
        client.quit()


def test_what_the_server_said_in_clear_is_forgotten():
    turns = (STLS, (b"CAPA\r\n", b"+OK\r\nUSER\r\n.\r\n"), QUIT)
    with Dialled(b"+OK\r\n", *turns) as dialled:
        client = dialled.connect(tls="stls")
        assert client._session.caps is None and client.pipelining is None
        assert list(client.capabilities()) == ["USER"]
        client.quit()


def test_what_was_asked_in_clear_is_forgotten_too():
    capa = (b"CAPA\r\n", b"+OK\r\nX-CLEAR\r\nSTLS\r\n.\r\n")
    with Dialled(b"+OK\r\n", capa, STLS, (b"CAPA\r\n", b"+OK\r\nUSER\r\n.\r\n"), QUIT) as dialled:
        client = dialled.connect(tls=False)
        assert "X-CLEAR" in client.capabilities()
        client.pipelining = True
        client._run(stls(client._session))
        assert client.pipelining is None
        assert list(client.capabilities()) == ["USER"]
        client.quit()


def test_stls_that_the_server_refuses_ends_the_connection():
    for reply in (b"-ERR\r\n", b"-ERR [SYS/TEMP] no certificate\r\n", b"-ERR command not understood\r\n"):
        with Dialled(b"+OK\r\n", (b"STLS\r\n", reply)) as dialled:
            error = raises(micropop.TLSError, dialled.connect, tls="stls")
            assert "995" in str(error)
            assert dialled.handshakes == []


def test_stls_that_is_answered_with_anything_else_ends_the_connection():
    for said, kind in (
        ((b"+OKAY\r\n",), micropop.ProtocolError),
        ((b"\x16\x03\x01 tls at once\r\n",), micropop.ProtocolError),
        ((b"+", CLOSE), micropop.ConnectionLost),
        ((), micropop.Timeout),
    ):
        with Dialled(b"+OK\r\n", (b"STLS\r\n",) + said) as dialled:
            raises(kind, dialled.connect, tls="stls", timeout=5)
            assert dialled.handshakes == []


def test_bytes_behind_the_reply_to_stls_are_an_attack():
    for injected in (b"+OK\r\n", b"\x16", b"\n", b"+OK\r\n-ERR\r\n"):
        with Dialled(b"+OK\r\n", (b"STLS\r\n", b"+OK begin\r\n" + injected)) as dialled:
            error = raises(micropop.ProtocolError, dialled.connect, tls="stls")
            assert "injected" in str(error)
            assert dialled.handshakes == []


def test_a_reply_to_stls_that_comes_before_stls_is_an_attack():
    with Dialled(b"+OK\r\n+OK begin\r\n") as dialled:
        raises(micropop.ProtocolError, dialled.connect, tls="stls")
        assert dialled.server.sent == b"" and dialled.handshakes == []


def test_a_handshake_that_fails_closes_everything():
    failure = micropop.TLSError("TLS failed")
    with Dialled(b"+OK\r\n", STLS, failure=failure) as dialled:
        assert raises(micropop.TLSError, dialled.connect, tls="stls") is failure
    with Dialled(b"+OK\r\n", failure=failure) as dialled:
        assert raises(micropop.TLSError, dialled.connect) is failure


def test_a_server_that_does_not_want_to_serve():
    for tls in (True, False, "stls"):
        with Dialled(b"-ERR [SYS/TEMP] later\r\n") as dialled:
            raises(micropop.TemporaryFailure, dialled.connect, tls=tls)


def test_other_words_for_tls_are_refused():
    for tls in (None, 1, 0, "STLS", "yes", ""):
        raises(micropop.InvalidArgument, micropop.connect, "mail.example.org", tls=tls)


def test_a_port_of_ones_own():
    for port in (1, 1110, 65535):
        with Dialled(b"+OK\r\n", QUIT) as dialled:
            client = dialled.connect(port=port, tls=False)
            assert dialled.asked[1] == port
            client.quit()


def test_a_pool_of_its_own_and_half_a_minute_unless_told():
    with Dialled(b"+OK\r\n", QUIT):
        client = micropop.connect("mail.example.org", tls=False)
        assert client.timeout == 30000
        assert client.pool.total == 4 and client.pool.payload_size == 512
        client.quit()
        assert client.pool.free == 4
