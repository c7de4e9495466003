"""The transport for CircuitPython: over real sockets and TLS, and over strict stand-ins for what boards have."""

import errno
import gc
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import micropop
import pytest
from micropop.transport import circuitpython_tls

from boards.tools import bundle
from host_tests.behaviour.clock import Clock
from host_tests.behaviour.fake import CLOSE, RESET, Server
from host_tests.circuitpython import drivers, sockets
from host_tests.circuitpython.layer import Standing, circuitpython_layer
from host_tests.circuitpython.strict import Module, forgive
from host_tests.servers import certificates
from host_tests.servers.maildir import sample_mails
from host_tests.servers.running import KeptServer
from host_tests.servers.scripted import Fault, Scripted

CIRCUITPYTHON = SimpleNamespace(**{**vars(sys.implementation), "name": "circuitpython", "version": (10, 0, 0)})
ROOT_PEM = b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"


@pytest.fixture(scope="module", autouse=True)
def manager_module() -> ModuleType:
    """The real adafruit_connection_manager."""
    bundle.fetch()
    with Standing({}):
        import adafruit_connection_manager
    return adafruit_connection_manager


@pytest.fixture(autouse=True)
def nothing_that_boards_lack() -> Iterator[None]:
    """No test may ask for what CircuitPython does not have."""
    forgive()
    yield
    assert forgive() == []


# --- real sockets, real TLS ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> certificates.Certificates:
    return certificates.make(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def server(made: certificates.Certificates) -> Iterator[Scripted]:
    with Scripted(mails=sample_mails(), made=made) as running:
        yield running


@pytest.fixture
def radio(manager_module: ModuleType) -> Iterator[object]:
    """CPython's network as a radio; every socket must be closed in the end."""
    radio = manager_module.CPythonNetwork()
    yield radio
    pool = manager_module.get_radio_socketpool(radio)
    left = manager_module.get_connection_manager(pool).managed_socket_count
    manager_module.connection_manager_close_all(pool)
    assert left == 0


def log_in(server: Scripted | KeptServer, radio: object, **options: object) -> micropop.Client:
    port = server.tls_port if options.setdefault("tls", True) else server.port
    client = micropop.connect(server.host, port, radio=radio, **options)
    client.login("mrose", "tanstaaf", cleartext=not options["tls"])
    return client


def read(client: micropop.Client, number: int) -> bytes:
    with client.retrieve(number) as message:
        return b"".join(bytes(packet.data) for packet in message)


@pytest.mark.parametrize("tls", [False, True])
def test_every_mail_arrives_as_it_is(server: Scripted, radio: object, tls: bool):
    pool = micropop.PacketPool(512, 2)
    with log_in(server, radio, tls=tls, ca=server.ca_der.read_bytes() if tls else None, pool=pool) as client:
        assert client.transport.secure is tls
        mails = server.mails("mrose")
        assert client.stat()[0] == len(mails)
        assert [read(client, number) for number in range(1, len(mails) + 1)] == mails
        client.quit()
    assert pool.free == pool.total


@pytest.mark.parametrize("tls", [False, True])
def test_dovecot(dovecot: KeptServer, radio: object, tls: bool):
    with log_in(dovecot, radio, tls=tls, ca=dovecot.ca_der.read_bytes() if tls else None) as client:
        mails = dovecot.mails("mrose")
        listed = [number for number, _ in client.list()]
        assert [read(client, number) for number in listed] == mails
        client.quit()


@pytest.mark.parametrize("given", ["der", "pem", "list", "path"])
def test_roots_are_taken_in_every_form(server: Scripted, radio: object, given: str):
    der, pem = server.ca_der.read_bytes(), server.ca_pem.read_bytes()
    ca = {"der": der, "pem": pem, "list": [der, pem], "path": str(server.ca_pem)}[given]
    with log_in(server, radio, ca=ca) as client:
        client.noop()


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("self_signed", "unknown-ca"),
        ("unknown_root", "unknown-ca"),
        ("wrong_host", "wrong-host"),
        ("expired", "dates"),
        ("not_yet_valid", "dates"),
    ],
)
def test_bad_certificates_are_refused(made: certificates.Certificates, radio: object, bad: str, reason: str):
    with Scripted(made=made, certificate=made.bad[bad]) as server:
        with pytest.raises(micropop.TLSError) as caught:
            log_in(server, radio, ca=server.ca_der.read_bytes())
        assert caught.value.reason == reason
        assert not server.received


def test_the_firmware_s_own_roots_do_not_vouch_for_everybody(server: Scripted, radio: object):
    with pytest.raises(micropop.TLSError, match="ca="):
        log_in(server, radio)


def test_a_port_without_tls_is_told(server: Scripted, radio: object):
    with pytest.raises(micropop.TLSError, match="no TLS port"):
        micropop.connect(server.host, server.port, radio=radio)


def test_stls_is_refused_before_anything_is_sent(server: Scripted, radio: object):
    before = len(server.sessions)
    with pytest.raises(micropop.TLSError, match="port 995"):
        log_in(server, radio, tls="stls")
    assert len(server.sessions) == before


def test_two_mailboxes_at_one_server_at_the_same_time(server: Scripted, radio: object):
    with log_in(server, radio, tls=False) as one, log_in(server, radio, tls=False) as other:
        assert one.stat() == other.stat()


def test_nobody_listens(radio: object):
    with pytest.raises(micropop.ConnectionLost, match=r"cannot connect to 127\.0\.0\.1 port 1 "):
        micropop.connect("127.0.0.1", 1, tls=False, radio=radio)


def test_a_name_that_nobody_has(radio: object):
    with pytest.raises(micropop.ConnectionLost, match=r"cannot find nowhere\.invalid"):
        micropop.connect("nowhere.invalid", radio=radio)


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize(
    ("kind", "error"),
    [("close", micropop.ConnectionLost), ("reset", micropop.ConnectionLost), ("silence", micropop.Timeout)],
)
def test_a_server_that_fails_in_the_middle_of_a_mail(
    made: certificates.Certificates, radio: object, tls: bool, kind: str, error: type[micropop.Error]
):
    pool = micropop.PacketPool(256, 2)
    mail = b"Subject: x\r\n\r\n" + b"line\r\n" * 2000
    with Scripted(mails=[mail], made=made, fault=Fault(5000, kind)) as server:
        ca = server.ca_der.read_bytes() if tls else None
        client = log_in(server, radio, tls=tls, ca=ca, pool=pool, timeout=1 if kind == "silence" else 30)
        with pytest.raises(error):
            read(client, 1)
        assert client.state == "CLOSED"
        assert pool.free == pool.total


def test_a_watchdog_is_fed_while_the_server_is_silent(made: certificates.Certificates, radio: object):
    fed: list[int] = []
    with Scripted(made=made, replies={"NOOP": lambda *_: b""}) as server:
        client = log_in(server, radio, tls=False, timeout=1, idle=lambda: fed.append(1))
        fed.clear()
        with pytest.raises(micropop.Timeout):
            client.noop()
    assert fed


# --- the sockets of a board's own Wi-Fi, in virtual time ------------------------------------------------------------


class Net:
    """A network with one server on it, and whatever may go wrong."""

    def __init__(self, server: Server, clock: Clock):
        self.server, self.clock = server, clock
        self.address: str | None = "192.0.2.1"
        self.refusal: Exception | None = None  # raised by connect
        self.handshake: Exception | None = None  # raised by TLS
        self.trusted: list[str | None] = []
        self.seconds: list[float] = []

    def resolve(self, host: str) -> str | None:
        return self.address

    def connect(self, address: str, port: int, seconds: float) -> Server:
        self.seconds.append(seconds)
        if self.refusal:
            raise self.refusal
        self.server.start(self.clock)
        return self.server

    def secure(self, line: Server, host: str, cadata: str | None, seconds: float) -> Server:
        self.trusted.append(cadata)
        if self.handshake:
            raise self.handshake
        return line


class Radio(sockets.Radio):
    """wifi.Radio."""


class Board:
    """A board with Wi-Fi; ``connect()`` is micropop's there."""

    def __init__(self, clock: Clock, server: Server, monkeypatch: pytest.MonkeyPatch, espressif: bool = True):
        self.network = Net(server, clock)
        self.radio = Radio()
        self.modules = sockets.modules(self.network, espressif)
        self.modules["wifi"] = Module("wifi", {"radio": self.radio})
        self.pool = self.modules["socketpool"].SocketPool(self.radio)
        from micropop.transport import circuitpython_socket

        monkeypatch.setattr(circuitpython_socket, "ticks_ms", clock.ticks_ms)
        monkeypatch.setattr(circuitpython_socket, "sleep", clock.sleep)

    def connect(self, **options: object) -> micropop.Client:
        """With TLS and ``wifi.radio`` unless told."""
        with Standing(self.modules), pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "implementation", CIRCUITPYTHON)
            return micropop.connect("mail.example.org", **options)

    def failure(self, **options: object) -> Exception:
        """What connect() raises; every socket is closed then."""
        with pytest.raises(Exception) as caught:
            self.connect(**options)
        error = caught.value
        del caught
        gc.collect()
        assert not self.pool.opened
        return error


@pytest.fixture
def board(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Board:
    return Board(clock, Server(), monkeypatch)


def test_wifi_radio_is_the_radio_unless_told(board: Board):
    board.connect(timeout=12).close()
    assert board.network.seconds == [12]
    assert board.network.trusted == [None]
    assert not board.pool.opened
    board.network.server.finish()


def test_the_firmware_s_roots_are_replaced_by_ca(board: Board, made: certificates.Certificates):
    board.connect(ca=made.ca_der.read_bytes()).close()
    assert board.network.trusted == [made.ca_pem.read_text()]


def test_a_context_of_the_caller_s_is_used(board: Board):
    context = sockets.SSLContext()
    context.load_verify_locations(cadata=ROOT_PEM.decode())
    board.connect(ssl_context=context, ca=b"not looked at").close()
    assert board.network.trusted == [ROOT_PEM.decode()]


def test_a_name_that_is_not_found_leaves_no_socket(board: Board):
    board.network.address = None
    error = board.failure()
    assert isinstance(error, micropop.ConnectionLost)
    assert "cannot find mail.example.org" in str(error)


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("number", [errno.ECONNREFUSED, errno.ETIMEDOUT, 116, errno.EHOSTUNREACH, errno.ENOMEM])
def test_a_failing_connect_leaves_no_socket(board: Board, tls: bool, number: int):
    board.network.refusal = OSError(number, "")
    error = board.failure(tls=tls)
    assert isinstance(error, micropop.ConnectionLost)
    assert error.retry or isinstance(error, micropop.TLSError)


@pytest.mark.parametrize(
    ("raised", "reason"),
    [
        (OSError(-9984), "unknown-ca or wrong-host"),
        (OSError(-9984, "MBEDTLS_ERR_X509_CERT_VERIFY_FAILED"), "unknown-ca or wrong-host"),
        (OSError(-9984, "CERT_VERIFY; The certificate is not correctly signed by the trusted CA"), "unknown-ca"),
        (OSError(-9984, "VERIFY; The certificate Common Name (CN) does not match with the expected CN"), "wrong-host"),
        (OSError(-32512), "memory"),
        (MemoryError(), "memory"),
        (OSError(-30592, "MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE"), "handshake"),
    ],
)
def test_a_failing_handshake_leaves_no_socket(board: Board, raised: Exception, reason: str):
    board.network.handshake = raised
    error = board.failure()
    assert isinstance(error, micropop.TLSError)
    assert error.reason == reason


def raising(text: str) -> Callable[..., None]:
    """What raises a new RuntimeError each time."""

    def fail(*_: object) -> None:
        raise RuntimeError(text)

    return fail


@pytest.mark.parametrize("step", ["resolve", "connect", "secure"])
def test_a_python_stack_that_is_used_up_is_no_lost_connection(board: Board, step: str):
    setattr(board.network, step, raising("pystack exhausted"))
    with pytest.raises(RuntimeError, match="pystack exhausted"):
        board.connect()


@pytest.mark.parametrize("step", ["resolve", "connect"])
def test_other_errors_of_a_driver_s_are_a_lost_connection(board: Board, step: str):
    setattr(board.network, step, raising("ESP32 not responding"))
    with pytest.raises(micropop.ConnectionLost, match="ESP32 not responding"):
        board.connect()


@pytest.mark.parametrize("raised", [MemoryError(), OSError(-32512)])
def test_memory_that_does_not_suffice_for_tls_leaves_no_socket(board: Board, monkeypatch, raised: Exception):
    monkeypatch.setattr(sockets.SSLContext, "failure", raised)
    for ca in (None, ROOT_PEM):
        error = board.failure(ca=ca)
        assert isinstance(error, micropop.TLSError)
        assert error.reason == "memory"


def test_a_root_that_the_firmware_cannot_read_is_told(board: Board, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sockets.SSLContext, "failure", ValueError("invalid cert"))
    assert "invalid cert" in str(board.failure(ca=ROOT_PEM))
    assert isinstance(board.failure(ca=ROOT_PEM), micropop.InvalidArgument)


@pytest.mark.parametrize("ca", [b"rubbish", b"-----BEGIN CERTIFICATE-----\n", [b""], b"", []])
def test_no_certificate_at_all_is_told(board: Board, ca):
    assert isinstance(board.failure(ca=ca), micropop.InvalidArgument)
    assert not board.network.seconds


def test_no_socket_is_left_on_the_board(board: Board):
    held = [board.pool.socket() for _ in range(sockets.MOST_SOCKETS)]
    with pytest.raises(micropop.ConnectionLost, match="Out of sockets"):
        board.connect(tls=False)
    for each in held:
        each.close()
    board.connect(tls=False).close()
    assert not board.pool.opened


def test_a_board_without_wifi_is_told(board: Board):
    board.modules["wifi"] = Module("wifi", {})
    error = board.failure()
    assert isinstance(error, micropop.InvalidArgument)
    assert "radio=" in str(error)
    assert forgive() == ["module wifi has no radio"]


def test_a_radio_that_nobody_knows_is_told(board: Board):
    error = board.failure(radio=object())
    assert isinstance(error, micropop.InvalidArgument)
    assert "Unsupported radio class: object" in str(error)


def test_stls_is_refused_before_the_connection(board: Board):
    assert isinstance(board.failure(tls="stls"), micropop.TLSError)
    assert not board.network.seconds


def test_greeting_refused_closes_the_socket(clock: Clock, monkeypatch: pytest.MonkeyPatch):
    board = Board(clock, Server(b"-ERR too many connections\r\n"), monkeypatch)
    assert isinstance(board.failure(), micropop.ServerError)
    board.network.server.finish()


@pytest.mark.parametrize("espressif", [False, True])
@pytest.mark.parametrize("end", [CLOSE, RESET])
def test_the_end_of_a_connection_is_noticed_at_once(clock: Clock, monkeypatch, espressif: bool, end: str):
    board = Board(clock, Server(b"+OK\r\n", (b"NOOP\r\n", 900, end)), monkeypatch, espressif)
    client = board.connect()
    client._session.state = "TRANSACTION"
    with pytest.raises(micropop.ConnectionLost, match="closed" if end == CLOSE or espressif else "broke"):
        client.noop()
    assert 900 <= clock.now < 1000
    assert not board.pool.opened
    board.network.server.finish()


def test_short_sends_and_full_buffers(clock: Clock):
    command = b"USER " + b"u" * 90 + b"\r\n"
    server = Server(b"+OK\r\n", (command, b"+OK\r\n"), (b"PASS p\r\n", b"+OK\r\n"), takes=3)
    client = micropop.Client(circuitpython_layer(server, clock), micropop.PacketPool(128, 1))
    client.login("u" * 90, "p", method="USER", cleartext=True)
    client.close()
    server.finish()


def test_a_server_that_takes_nothing_is_given_up(clock: Clock):
    server = Server(b"+OK\r\n", takes=0)
    client = micropop.Client(circuitpython_layer(server, clock), micropop.PacketPool(128, 1), timeout=7)
    client._session.state = "TRANSACTION"
    with pytest.raises(micropop.Timeout):
        client.noop()
    assert 7000 <= clock.now < 7100
    server.finish()


def test_a_server_that_trickles_cannot_stretch_the_deadline(clock: Clock):
    server = Server(b"+OK\r\n", (b"NOOP\r\n", *[word for byte in b"+OK" * 99 for word in (1000, bytes([byte]))]))
    client = micropop.Client(circuitpython_layer(server, clock), micropop.PacketPool(128, 1), timeout=30)
    client._session.state = "TRANSACTION"
    with pytest.raises(micropop.Timeout):
        client.noop()
    assert 30000 <= clock.now < 31000


def test_idle_is_called_about_every_half_second(clock: Clock):
    fed: list[int] = []
    server = Server(b"+OK\r\n", (b"NOOP\r\n", 5000, b"+OK\r\n"))
    transport = circuitpython_layer(server, clock)
    client = micropop.Client(transport, micropop.PacketPool(128, 1), idle=lambda: fed.append(clock.now))
    client._session.state = "TRANSACTION"
    client.noop()
    client.close()
    assert 9 <= len(fed) <= 12


def test_close_bears_that_somebody_closed_all_sockets(board: Board, manager_module: ModuleType):
    client = board.connect(tls=False)
    manager_module.connection_manager_close_all(board.pool)
    assert not board.pool.opened
    client.close()
    client.close()


def test_idle_is_called_before_the_connection(board: Board):
    order: list[str] = []
    board.network.resolve = lambda host: order.append("look-up") or "192.0.2.1"
    board.connect(idle=lambda: order.append("fed")).close()
    assert order[:2] == ["fed", "look-up"]


def test_pem_of_der_is_pem(made: certificates.Certificates):
    assert circuitpython_tls.pem_of(made.ca_der.read_bytes()).encode() == made.ca_pem.read_bytes()


# --- radios that are driven in Python: the real drivers' sockets ----------------------------------------------------


@pytest.fixture
def driven(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    folder: Path = drivers.fetch()
    monkeypatch.syspath_prepend(str(folder))
    from micropop.transport import circuitpython_socket

    monkeypatch.setattr(circuitpython_socket, "ticks_ms", clock.ticks_ms)
    monkeypatch.setattr(circuitpython_socket, "sleep", clock.sleep)
    with Standing(drivers.modules()):
        import adafruit_wiznet5k.adafruit_wiznet5k

        assert adafruit_wiznet5k  # as who makes such a radio does
        yield clock


SESSION = (
    (b"USER mrose\r\n", b"+OK\r\n"),
    (b"PASS tanstaaf\r\n", 700, b"+OK\r\n"),
    (b"RETR 1\r\n", b"+OK\r\nSubject: x\r\n\r\n", 300, b"..\r\n" + b"line\r\n" * 300 + b".\r\n"),
    (b"QUIT\r\n", b"+OK bye\r\n", CLOSE),
)
MAIL = b"Subject: x\r\n\r\n.\r\n" + b"line\r\n" * 300


@pytest.mark.parametrize(
    ("kind", "tls"), [(drivers.ESP_SPIcontrol, False), (drivers.ESP_SPIcontrol, True), (drivers.WIZNET5K, False)]
)
def test_a_session_through_a_driver_s_sockets(driven: Clock, kind: type[drivers.Chip], tls: bool):
    server = Server(b"+OK\r\n", *SESSION, pieces=(1, 2, 3), pause=30)
    chip = kind(server, driven)
    with micropop.connect("mail.example.org", tls=tls, radio=chip) as client:
        client.login("mrose", "tanstaaf", method="USER", cleartext=not tls)
        assert read(client, 1) == MAIL
        client.quit()
    assert not chip.held
    server.finish()
    if kind is drivers.ESP_SPIcontrol:
        assert chip.modes == (chip.TLS_MODE if tls else chip.TCP_MODE,)


@pytest.mark.parametrize(
    ("kind", "error"),
    # ESP32SPI's sockets do not tell the end from silence
    [(drivers.ESP_SPIcontrol, micropop.Timeout), (drivers.WIZNET5K, micropop.ConnectionLost)],
)
def test_a_server_that_closes_on_a_driver_s_sockets(driven: Clock, kind: type[drivers.Chip], error: type):
    chip = kind(Server(b"+OK\r\n", (b"USER mrose\r\n", CLOSE)), driven)
    client = micropop.connect("mail.example.org", tls=False, radio=chip)
    with pytest.raises(error):
        client.login("mrose", "tanstaaf", method="USER", cleartext=True)
    assert not chip.held


@pytest.mark.parametrize("kind", [drivers.ESP_SPIcontrol, drivers.WIZNET5K])
def test_a_driver_that_cannot_connect_keeps_no_socket(
    driven: Clock, monkeypatch: pytest.MonkeyPatch, kind: type[drivers.Chip]
):
    chip = kind(None, driven)
    collected: list[bool] = []
    collect = gc.collect
    monkeypatch.setattr(gc, "collect", lambda: collected.append(True))  # only that closes it on a board
    with pytest.raises(micropop.ConnectionLost, match=r"cannot connect to mail\.example\.org"):
        micropop.connect("mail.example.org", tls=False, radio=chip)
    assert collected
    collect()
    assert not chip.held


def test_a_radio_with_roots_of_its_own_refuses_ca(driven: Clock):
    chip = drivers.ESP_SPIcontrol(None, driven)
    with pytest.raises(micropop.InvalidArgument, match="leave ca= out"):
        micropop.connect("mail.example.org", radio=chip, ca=ROOT_PEM)
    assert not chip.held


def test_a_radio_without_tls_is_told(driven: Clock):
    chip = drivers.WIZNET5K(None, driven)
    with pytest.raises(micropop.TLSError, match="does not support TLS"):
        micropop.connect("mail.example.org", radio=chip)
    assert not chip.held


def test_a_driver_s_send_that_returns_nothing_has_sent_all(clock: Clock, monkeypatch: pytest.MonkeyPatch):
    server = Server(b"+OK\r\n", (b"NOOP\r\n", b"+OK\r\n"))
    transport = circuitpython_layer(server, clock)
    send = transport.send
    transport.send = lambda data: send(data) and None  # as old drivers do
    client = micropop.Client(transport, micropop.PacketPool(128, 1))
    client._session.state = "TRANSACTION"
    client.noop()
    client.close()
    server.finish()
