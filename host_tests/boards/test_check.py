"""`make check`: what it finds in a mailbox, the root certificate for the board, and what it says is wrong."""

import datetime
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from boards.commands import check
from boards.shared.payload import CERTIFICATE
from boards.shared.refusal import Refusal
from boards.shared.steps import Steps
from boards.tools.paths import ROOT
from boards.virtual.board import VirtualBoard
from host_tests.servers import certificates as making
from host_tests.servers.certificates import Certificates
from host_tests.servers.dovecot import Dovecot
from host_tests.servers.scripted import Scripted

MAILS = [b"Subject: one\r\n\r\nshort\r\n", b"Subject: two\r\n\r\n" + b"x" * 70 + b"\r\n" * 50_000]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Certificates:
    return making.make(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def trusting(made, monkeypatch) -> None:
    """This computer's trust store, with the test's root in it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(made.ca_pem))


@pytest.fixture(scope="module")
def server(made) -> Iterator[Scripted]:
    with Scripted(mails=MAILS, made=made) as server:
        yield server


def settings(folder: Path, server, **changed: str | int) -> Path:
    tls = changed.get("POP3_TLS", "tls")
    values = {
        "CIRCUITPY_WIFI_SSID": "home",
        "POP3_HOST": "localhost",
        "POP3_PORT": server.tls_port if tls == "tls" else server.port,
        "POP3_USER": "mrose",
        "POP3_PASSWORD": "tanstaaf",
        "POP3_TIMEOUT": 5,
    } | changed
    path = folder / "settings.toml"
    lines = (f'{key} = "{value}"' if isinstance(value, str) else f"{key} = {value}" for key, value in values.items())
    path.write_text("\n".join(lines) + "\n")
    return path


def checked(path: Path, dry_run: bool = False, **options: str | None) -> str:
    said: list[str] = []
    check.check(path, Steps(dry_run, said.append), **options)
    return "\n".join(said)


def wrong(path: Path, **options: str | None) -> str:
    with pytest.raises(Refusal) as caught:
        checked(path, **options)
    text = str(caught.value)
    assert "\n" not in text and "tanstaaf" not in text
    return text


def test_it_says_what_is_there(server, trusting, made, tmp_path):
    said = checked(settings(tmp_path, server))
    total = sum(map(len, MAILS))
    for line in (
        r"^encryption    TLSv1\.[23], ",
        r"^certificate   valid until 20..-..-.., signed by trustme",
        r"^server        localhost: \+OK ",
        r"^methods       .*PLAIN.*APOP.*; used: ",
        r"^capabilities  .*UIDL",
        rf"^mails         2 with {total:,} bytes$",
        rf"^sizes         {len(MAILS[0])} to {len(MAILS[1]):,} bytes; 1 longer than POP3_LIMIT \(65,536\)$",
        r"^UIDL          2 unique names$",
    ):
        assert re.search(line, said, re.M), said
    assert "tanstaaf" not in said


def test_it_writes_the_one_root_and_leaves_it_then(server, trusting, made, tmp_path):
    path = settings(tmp_path, server)
    assert str(tmp_path / CERTIFICATE) in checked(path)
    assert (tmp_path / CERTIFICATE).read_bytes() == made.ca_der.read_bytes()
    before = (tmp_path / CERTIFICATE).stat().st_mtime_ns
    assert "is that root already" in checked(path)
    assert (tmp_path / CERTIFICATE).stat().st_mtime_ns == before


def test_a_dry_run_writes_nothing(server, trusting, tmp_path):
    assert "would write that root" in checked(settings(tmp_path, server), dry_run=True)
    assert not (tmp_path / CERTIFICATE).exists()


def test_the_root_is_taken_over_stls_too(server, trusting, made, tmp_path):
    checked(settings(tmp_path, server, POP3_TLS="stls"))
    assert (tmp_path / CERTIFICATE).read_bytes() == made.ca_der.read_bytes()


def test_a_stranger_is_refused_and_gets_no_password(made, trusting, tmp_path):
    with Scripted(made=made, certificate=made.unknown_root) as stranger:
        text = wrong(settings(tmp_path, stranger))
        assert "no certificate authority" in text and "CA=FILE" in text
        assert not any(b"tanstaaf" in data or b"AUTH" in data for data in stranger.received)
    assert not (tmp_path / CERTIFICATE).exists()


@pytest.mark.parametrize(("kind", "said"), [("wrong_host", "another host name"), ("expired", "date|clock|valid")])
def test_other_bad_certificates_are_explained(made, trusting, tmp_path, kind, said):
    with Scripted(made=made, certificate=made.bad[kind]) as bad:
        assert re.search(said, wrong(settings(tmp_path, bad)))


@pytest.fixture
def incomplete(tmp_path: Path) -> Iterator[tuple[Scripted, trustme.CA, trustme.CA]]:
    """A server that leaves out its intermediate certificate: (it, the root, what it leaves out)."""
    root = trustme.CA(key_type=trustme.KeyType.ECDSA)
    middle = root.create_child_ca(key_type=trustme.KeyType.ECDSA)
    leaf = middle.issue_cert("localhost", key_type=trustme.KeyType.ECDSA)
    folder = tmp_path / "server"
    folder.mkdir()
    shown = making.Certificate(folder / "leaf.pem", folder / "leaf.key")
    leaf.cert_chain_pems[0].write_to_path(shown.chain)
    leaf.private_key_pem.write_to_path(shown.key)
    with Scripted(mails=MAILS, certificate=shown) as server:
        yield server, root, middle


def test_an_intermediate_that_the_server_leaves_out_is_told_and_taken_over(incomplete, tmp_path, monkeypatch):
    server, root, middle = incomplete
    (tmp_path / "store.pem").write_bytes(root.cert_pem.bytes() + middle.cert_pem.bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "store.pem"))
    path = settings(tmp_path, server)
    assert re.search(r"^warning       the server leaves out its intermediate certificate", checked(path), re.M)
    stored = (tmp_path / CERTIFICATE).read_bytes()
    assert stored == x509.load_pem_x509_certificate(middle.cert_pem.bytes()).public_bytes(Encoding.DER)
    (tmp_path / "store.pem").write_bytes(root.cert_pem.bytes())
    assert "2 unique names" in checked(path)  # by what was stored
    (tmp_path / CERTIFICATE).unlink()
    assert "leaves out an intermediate certificate" in wrong(path)


def test_no_warning_where_all_is_well(server, trusting, tmp_path):
    assert "warning  " not in checked(settings(tmp_path, server))


def test_a_root_that_ends_soon_is_told(server, trusting, tmp_path, monkeypatch):
    monkeypatch.setattr(check, "SOON", datetime.timedelta(days=500_000))
    path = settings(tmp_path, server)
    for _ in range(2):  # also where that root is stored already
        assert re.search(r"^warning       trustme .* ends on \d{4}-\d\d-\d\d: run `make check`", checked(path), re.M)


def test_further_roots_of_the_board_are_named(server, trusting, made, tmp_path):
    path = settings(tmp_path, server)
    (tmp_path / "ca.pem").write_bytes(made.ca_pem.read_bytes() + made.self_signed.chain.read_bytes())
    assert re.search(r"^ca.pem        the board also trusts trustme .*, localhost$", checked(path), re.M)
    (tmp_path / "ca.pem").write_text("nothing")
    assert "no certificates in PEM" in wrong(path)


def test_a_root_of_ones_own_is_taken_from_a_file(server, made, tmp_path, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/dev/null")
    for ca in (made.ca_pem, made.ca_der):
        (tmp_path / CERTIFICATE).unlink(missing_ok=True)
        checked(settings(tmp_path, server), ca=str(ca))
        assert (tmp_path / CERTIFICATE).read_bytes() == made.ca_der.read_bytes()
    assert "no certificate in PEM or DER" in wrong(settings(tmp_path, server), ca=__file__)
    assert "CA=/none: No such file" in wrong(settings(tmp_path, server), ca="/none")


def test_a_self_signed_server_is_trusted_by_its_fingerprint_only(made, trusting, tmp_path):
    with Scripted(mails=MAILS, made=made, certificate=made.self_signed) as home:
        path = settings(tmp_path, home)
        fingerprint = re.search(r"TRUST=([0-9a-f]{64})", wrong(path))[1]
        assert "is not the fingerprint" in wrong(path, trust="00" * 32)
        assert "mails         2" in checked(path, trust=fingerprint)
    shown = x509.load_pem_x509_certificate(made.self_signed.chain.read_bytes()).public_bytes(Encoding.DER)
    assert (tmp_path / CERTIFICATE).read_bytes() == shown


@pytest.mark.servers("dovecot")
def test_wrong_password_says_so(trusting, made, tmp_path):
    with Dovecot(mails=MAILS, made=made) as server:
        text = wrong(settings(tmp_path, server, POP3_PASSWORD="wrong-secret"))
        assert text.startswith("login failed: ") and "wrong-secret" not in text
        assert "mails         2" in checked(settings(tmp_path, server))
        assert len(server.mails("mrose")) == 2  # nothing was deleted


def test_what_is_not_there_says_so(tmp_path):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]

        class Nobody:
            tls_port = port

        assert "cannot connect to localhost" in wrong(settings(tmp_path, Nobody))
        assert "cannot find none.invalid" in wrong(settings(tmp_path, Nobody, POP3_HOST="none.invalid"))


def test_a_clear_password_must_be_allowed(made, tmp_path):
    with Scripted(mails=MAILS, made=made, apop=False, mechanisms=[]) as server:
        path = settings(tmp_path, server, POP3_TLS="off")
        assert "cleartext" in wrong(path).lower()
        assert "used: USER" in checked(settings(tmp_path, server, POP3_TLS="off", POP3_CLEARTEXT=1))
    assert not (tmp_path / CERTIFICATE).exists()


def test_a_mailbox_without_uidl_is_told(made, trusting, tmp_path):
    with Scripted(mails=MAILS, made=made, replies={"UIDL": b"-ERR unknown\r\n"}) as server:
        assert "UIDL          the server has none" in checked(settings(tmp_path, server))


@pytest.mark.parametrize(
    ("replies", "said"),
    [
        ({"STAT": b"+OK 2\r\n"}, "mails         2\nsizes         23 to"),
        ({"STAT": b"+OK 2 -1\r\n"}, "mails         2\nsizes         23 to"),
        ({"LIST": b"+OK\r\n.\r\n"}, "sizes         warning: LIST, which tells them, is empty"),
        ({"UIDL": b"+OK\r\n.\r\n"}, "UIDL          0 unique names"),
    ],
)
def test_odd_counts_and_lists_are_told(made, trusting, tmp_path, replies, said):
    with Scripted(mails=MAILS, made=made) as server:
        server.settings.replies = replies
        assert said in checked(settings(tmp_path, server))


def test_the_command_itself_finds_the_library_and_the_file(server, trusting, tmp_path):
    command = [sys.executable, "-m", "boards", "check", "--settings", str(settings(tmp_path, server))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "mails         2 with" in done.stdout, done.stderr
    assert (tmp_path / CERTIFICATE).is_file()


def test_a_providers_peculiarity_is_hinted_at(tmp_path):
    assert "app password" in check._hint({"HOST": "pop.gmail.com"})
    assert check._hint({"HOST": "localhost"}) == ""


def test_the_root_lets_a_board_verify_the_server(server, trusting, made, tmp_path):
    checked(settings(tmp_path, server))
    with VirtualBoard("rpi_pico_w") as board:
        root = (tmp_path / CERTIFICATE).read_bytes()
        program = f"""
import network, time, socket, tls
station = network.WLAN(network.STA_IF)
station.active(True)
station.connect("home", "")
while not station.isconnected():
    time.sleep_ms(5)
link = socket.socket()
link.connect(socket.getaddrinfo("localhost", {server.tls_port})[0][-1])
context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
context.verify_mode = tls.CERT_REQUIRED
context.load_verify_locations({root!r})
print(context.wrap_socket(link, server_hostname="localhost").readline())
"""
        assert "+OK" in board.exec(program)


def test_a_root_that_was_stored_is_taken_the_next_time(server, made, tmp_path):
    path = settings(tmp_path, server)
    assert "CA=FILE" in wrong(path)
    checked(path, ca=str(made.ca_pem))
    assert "ca.der is that root already" in checked(path)
    assert path.with_name(CERTIFICATE).read_bytes() == made.ca_der.read_bytes()


def test_another_root_than_the_stored_one_is_refused_and_gets_no_password(server, made, tmp_path):
    other = making.make(tmp_path)
    path = settings(tmp_path, server)
    path.with_name(CERTIFICATE).write_bytes(other.ca_der.read_bytes())
    sessions = len(server.sessions)
    for options in ({}, {"ca": str(other.ca_pem)}):
        wrong(path, **options)
    assert not [line for session in server.sessions[sessions:] for line in session.lines if b"A" in line]
    assert path.with_name(CERTIFICATE).read_bytes() == other.ca_der.read_bytes()
