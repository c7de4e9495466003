"""The servers themselves, against Python's own poplib and ssl: what they prove about micropop rests on this."""

import base64
import hashlib
import hmac
import json
import os
import poplib
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from boards.tools.paths import ROOT
from host_tests.servers import keeper
from host_tests.servers.delay import SlowLink
from host_tests.servers.dovecot import Dovecot
from host_tests.servers.fixtures import KINDS
from host_tests.servers.maildir import odd_mails, sample_mails, small_mails
from host_tests.servers.scripted import FAULTS, Fault, Scripted
from host_tests.shared.eventually import eventually

every_server = pytest.mark.parametrize("server", KINDS, indirect=True)
PASSWORD = "tanstaaf"


class Pop(poplib.POP3):
    """poplib, which refuses lines of more than 2,048 bytes, with the mails as they are."""

    def mail(self, number: int) -> bytes:
        self._putcmd(f"RETR {number}")
        assert self._getline()[0].startswith(b"+OK")
        lines = []
        while (line := self.file.readline()) != b".\r\n":
            assert line, "the server closed the connection"
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def sasl(self, mechanism: str, *responses: bytes | Callable[[bytes], bytes]) -> bytes:
        """AUTH with these responses, or what they make of the challenge; the server's last line."""
        line = self._shortcmd(f"AUTH {mechanism}")
        for response in responses:
            challenge = base64.b64decode(line[2:])
            answer = response(challenge) if callable(response) else response
            line = self._shortcmd(base64.b64encode(answer).decode())
        return line


@pytest.fixture
def connect() -> Iterator[Callable[..., Pop]]:
    opened = []

    def connected(server, host: str | None = None) -> Pop:
        opened.append(Pop(host or server.host, server.port, timeout=20))
        return opened[-1]

    yield connected
    for each in opened:
        each.close()


def trusting(server) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=server.ca_pem)


# --- real servers --------------------------------------------------------------------------------------------------


@every_server
def test_serves_its_mails_as_they_are(server, connect):
    pop = connect(server)
    pop.user("mrose")
    pop.pass_(PASSWORD)
    mails = server.mails("mrose")
    assert pop.stat()[0] == len(mails) == len(sample_mails())
    assert [pop.mail(i + 1) for i in range(len(mails))] == mails
    for original, served in zip(sample_mails(), mails, strict=True):
        # Cyrus puts headers in front, and takes bare CRs out on delivery
        body = original.partition(b"\r\n\r\n")[2] or original.splitlines()[-1]
        assert served.replace(b"\r", b"").rstrip(b"\n").endswith(body.replace(b"\r", b"").rstrip(b"\n"))
    pop.quit()
    assert server.troubles() == []


@pytest.mark.parametrize("server", ["dovecot", "courier", "cyrus"], indirect=True)
def test_speaks_tls_on_both_ports_and_over_both_protocols(server, connect):
    pop = connect(server)
    pop.stls(trusting(server))
    pop.user("mrose")
    pop.pass_(PASSWORD)
    pop.quit()
    for host in server.hosts:
        secure = poplib.POP3_SSL(host, server.tls_port, timeout=20, context=trusting(server))
        secure.user("mrose")
        secure.pass_(PASSWORD)
        secure.quit()


@pytest.mark.parametrize("server", ["dovecot", "cyrus"], indirect=True)
def test_takes_apop(server, connect):
    pop = connect(server)
    pop.apop("mrose", PASSWORD)
    pop.quit()


@pytest.mark.parametrize("server", ["dovecot", "cyrus"], indirect=True)  # the others make everybody wait then
def test_refuses_a_wrong_password(server, connect):
    pop = connect(server)
    pop.user("mrose")
    with pytest.raises(poplib.error_proto):
        pop.pass_("wrong")


def cram(challenge: bytes) -> bytes:
    return b"mrose " + hmac.new(PASSWORD.encode(), challenge, hashlib.md5).hexdigest().encode()


def oauth(kind: str, token: str) -> bytes:
    start = "user=mrose" if kind == "XOAUTH2" else "n,a=mrose,"
    return f"{start}\1auth=Bearer {token}\1\1".encode()


class Scram:
    """The client's side of SCRAM-SHA-256, as RFC 5802 tells it."""

    bare = "n=mrose,r=rOprNGfwEbeRWgbNEkqO"

    def first(self, _: bytes) -> bytes:
        return b"n,," + self.bare.encode()

    def last(self, challenge: bytes) -> bytes:
        fields = dict(part.split("=", 1) for part in challenge.decode().split(","))
        salt, count = base64.b64decode(fields["s"]), int(fields["i"])
        self.salted = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), salt, count)
        without_proof = f"c=biws,r={fields['r']}"
        self.whole = f"{self.bare},{challenge.decode()},{without_proof}".encode()
        key = self.mac(self.salted, b"Client Key")
        signature = self.mac(hashlib.sha256(key).digest(), self.whole)
        proof = bytes(a ^ b for a, b in zip(key, signature, strict=True))
        return f"{without_proof},p={base64.b64encode(proof).decode()}".encode()

    def checked(self, final: bytes) -> bytes:
        assert base64.b64decode(final[2:]) == self.mac(self.mac(self.salted, b"Server Key"), self.whole)
        return b""

    @staticmethod
    def mac(key: bytes, text: bytes) -> bytes:
        return hmac.new(key, text, hashlib.sha256).digest()


def log_in(pop: Pop, mechanism: str, token: str = "") -> bytes:
    if mechanism == "PLAIN":
        return pop.sasl("PLAIN", b"\0mrose\0" + PASSWORD.encode())
    if mechanism == "LOGIN":
        return pop.sasl("LOGIN", b"mrose", PASSWORD.encode())
    if mechanism == "CRAM-MD5":
        return pop.sasl("CRAM-MD5", cram)
    if mechanism == "SCRAM-SHA-256":
        scram = Scram()
        return pop.sasl("SCRAM-SHA-256", scram.first, scram.last, scram.checked)
    return pop.sasl(mechanism, oauth(mechanism, token))


@pytest.mark.parametrize("server", ["dovecot", "courier", "cyrus"], indirect=True)
def test_takes_each_mechanism_that_it_offers(server, connect):
    offered = connect(server).capa()["SASL"]
    assert set(server.mechanisms) <= set(offered)
    for mechanism in server.mechanisms:
        token = server.token("mrose", padding=3000) if mechanism in ("XOAUTH2", "OAUTHBEARER") else ""
        pop = connect(server)
        assert log_in(pop, mechanism, token).startswith(b"+OK"), mechanism
        assert pop.stat()[0] == len(sample_mails())
        pop.quit()


def test_dovecot_refuses_an_expired_token(dovecot, connect):
    pop = connect(dovecot)
    final = pop.sasl("XOAUTH2", oauth("XOAUTH2", dovecot.token("mrose", lifetime=-60)))
    assert json.loads(base64.b64decode(final[2:]))["status"] == "401"
    with pytest.raises(poplib.error_proto, match="AUTH"):
        pop._shortcmd("")


@pytest.mark.servers("dovecot")
def test_dovecot_takes_no_password_in_clear_where_told(connect, certificates):
    with Dovecot(cleartext=False, apop=False, mechanisms=["PLAIN", "SCRAM-SHA-256"], made=certificates) as server:
        pop = connect(server)
        assert pop.capa()["SASL"] == ["SCRAM-SHA-256"]
        assert b"<" not in pop.welcome
        with pytest.raises(poplib.error_proto, match="disallowed"):
            pop.user("mrose")
        pop.stls(trusting(server))
        assert pop.capa()["SASL"] == ["PLAIN", "SCRAM-SHA-256"]


@pytest.mark.servers(*KINDS)
@pytest.mark.parametrize("kind", KINDS)
def test_deletions_count_from_quit_on(kind, connect, certificates):
    with KINDS[kind](mails=small_mails(3), made=certificates) as server:
        before = server.mails("mrose")
        for quits, left in ((False, before), (True, [before[0], before[2]])):
            pop = connect(server)
            pop.user("mrose")
            pop.pass_(PASSWORD)
            pop.dele(2)
            pop.quit() if quits else pop.close()
            assert eventually(lambda left=left, server=server: server.mails("mrose") == left)


@pytest.mark.servers("dovecot")
def test_two_thousand_mails_are_quickly_made(connect, certificates):
    with Dovecot(mails=small_mails(2000), made=certificates) as server:
        pop = connect(server)
        pop.user("mrose")
        pop.pass_(PASSWORD)
        assert pop.stat()[0] == len({line.split()[1] for line in pop.uidl()[1]}) == 2000


# --- nothing is left -----------------------------------------------------------------------------------------------


def running_under(folder: Path) -> list[str]:
    """The command lines of processes that have something to do with a folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            where = os.readlink(entry / "cwd")
        except OSError:
            continue
        if str(folder) in command or where.startswith(str(folder)):
            found.append(command)
    return found


@pytest.mark.servers(*KINDS)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_left_after_the_end(kind, certificates):
    with KINDS[kind](mails=small_mails(1), made=certificates) as server:
        folder = server.folder
        assert running_under(folder)
    assert running_under(folder) == []
    assert not folder.exists()


@pytest.mark.servers(*KINDS)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_left_when_the_parent_is_killed(kind):
    program = (
        f"import signal; from host_tests.servers.fixtures import KINDS; server = KINDS[{kind!r}]().__enter__();"
        "print(server.folder, flush=True); signal.pause()"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        folder = Path(parent.stdout.readline().strip())
        assert running_under(folder)
        parent.send_signal(signal.SIGKILL)
    assert eventually(lambda: not running_under(folder) and not folder.exists())


def test_the_keeper_ends_children_that_ran_away():
    """They left their parent, ignore SIGTERM and have a session of their own."""
    stubborn = "trap '' TERM; setsid sh -c 'trap \"\" TERM; echo $$; while :; do sleep 1; done' & wait"
    command = [sys.executable, keeper.__file__, "--", "sh", "-c", stubborn]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as kept:
        pid = int(kept.stdout.readline())
        assert Path(f"/proc/{pid}").exists()
        kept.stdin.close()
        assert kept.wait(10) == 0
    assert not Path(f"/proc/{pid}").exists()


# --- certificates --------------------------------------------------------------------------------------------------


REASONS = {
    "self_signed": "self.signed certificate",
    "unknown_root": "unable to get local issuer",
    "wrong_host": "mismatch",
    "expired": "expired",
    "not_yet_valid": "not yet valid",
}


@pytest.mark.parametrize("name", REASONS)
def test_bad_certificates_are_bad(name, certificates):
    with Scripted(certificate=certificates.bad[name], made=certificates) as server:
        with pytest.raises(ssl.SSLCertVerificationError, match=REASONS[name]):
            poplib.POP3_SSL("localhost", server.tls_port, context=trusting(server))
        server.show(certificates.good)
        for host in ("localhost", *server.hosts):
            poplib.POP3_SSL(host, server.tls_port, context=trusting(server)).quit()


def test_the_root_is_the_same_in_der(certificates):
    assert ssl.DER_cert_to_PEM_cert(certificates.ca_der.read_bytes()).strip() == certificates.ca_pem.read_text().strip()


# --- the scripted server -------------------------------------------------------------------------------------------


def test_scripted_serves_its_mails_as_they_are(connect, certificates):
    mails = sample_mails() + list(odd_mails().values())
    with Scripted(mails=mails, made=certificates) as server:
        pop = connect(server)
        pop.stls(trusting(server))
        pop.user("mrose")
        pop.pass_(PASSWORD)
        assert pop.stat() == (len(mails), sum(map(len, server.mails("mrose"))))
        assert [pop.mail(i + 1) for i in range(len(mails))] == server.mails("mrose")
        assert [mail.removesuffix(b"\r\n") for mail in server.mails("mrose")] == [
            mail.removesuffix(b"\r\n") for mail in mails
        ]
        assert pop.top(1, 1)[1][-1] == b"Dear Sir or Madam,"
        uids = [line.split()[1] for line in pop.uidl()[1]]
        assert len(set(uids)) == len(mails)
        assert pop.uidl(3).split()[2] == uids[2]
        pop.quit()
        assert server.received[:4] == [b"CAPA", b"STLS", b"USER mrose", b"PASS tanstaaf"]
        assert eventually(server.sessions[0].done.is_set)
        assert server.sessions[0].problem is None


def test_scripted_deletes_at_quit_alone(scripted, connect):
    before = scripted.mails("mrose")
    for end in ("close", "reset", "quit"):
        pop = connect(scripted)
        pop.apop("mrose", PASSWORD)
        pop.dele(1)
        with pytest.raises(poplib.error_proto):
            pop.retr(1)
        if end == "reset":
            pop.rset()
        pop.close() if end == "close" else pop.quit()
        assert scripted.mails("mrose") == (before[1:] if end == "quit" else before)


def test_scripted_takes_each_mechanism(connect, certificates):
    with Scripted(tokens={"mrose": "a" * 4000}, made=certificates) as server:
        for mechanism in connect(server).capa()["SASL"]:
            pop = connect(server)
            assert log_in(pop, mechanism, server.token("mrose")).startswith(b"+OK"), mechanism
            assert pop.stat() == (0, 0)
        pop = connect(server)
        with pytest.raises(poplib.error_proto, match="wrong digest"):
            pop.sasl("CRAM-MD5", b"mrose 0123456789abcdef0123456789abcdef")
        with pytest.raises(poplib.error_proto, match="wrong password"):
            pop.sasl("PLAIN", b"\0mrose\0nothing")
        with pytest.raises(poplib.error_proto, match="cancelled"):
            pop._shortcmd("AUTH PLAIN")
            pop._shortcmd("*")


def test_scripted_answers_commands_that_come_together(scripted):
    with socket.create_connection((scripted.host, scripted.port), 10) as connection, connection.makefile("rb") as file:
        connection.sendall(b"USER mrose\r\nPASS tanstaaf\r\nNOOP\r\nUIDL 1\nDELE 99\r\nQUIT\r\n")
        assert [line[:3] for line in file] == [b"+OK"] * 5 + [b"-ER", b"+OK"]


def test_scripted_forgets_what_came_along_where_told(connect, certificates):
    with Scripted(forgets_after=["PASS"], made=certificates) as server:
        pop = connect(server)
        pop.sock.sendall(b"USER mrose\r\nPASS tanstaaf\r\nSTAT\r\n")
        assert [pop._getresp()[:3] for _ in range(2)] == [b"+OK"] * 2
        assert pop.noop() == b"+OK"
        assert server.received[-1] == b"NOOP"
        assert b"STAT" not in server.received


def test_scripted_says_what_it_is_told_to(connect, certificates):
    replies = {"": b"+OK <not a timestamp\r\n", "STAT": b"+OK 7\r\n", "RETR 2": b"-ERR [SYS/PERM] lost\r\n"}
    with Scripted(mails=small_mails(2), replies=replies, capabilities=None, made=certificates) as server:
        pop = connect(server)
        assert pop.welcome == b"+OK <not a timestamp"
        with pytest.raises(poplib.error_proto):
            pop.capa()
        pop.user("mrose")
        pop.pass_(PASSWORD)
        assert pop._shortcmd("STAT") == b"+OK 7"
        assert pop.mail(1) == server.mails("mrose")[0]
        with pytest.raises(poplib.error_proto, match="SYS/PERM"):
            pop.retr(2)


def test_scripted_has_one_session_for_a_mailbox_where_told(connect, certificates):
    with Scripted(lock=True, made=certificates) as server:
        first, second = connect(server), connect(server)
        first.apop("mrose", PASSWORD)
        with pytest.raises(poplib.error_proto, match="IN-USE"):
            second.apop("mrose", PASSWORD)
        first.quit()
        third = connect(server)
        third.apop("mrose", PASSWORD)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_scripted_speaks_the_tls_of_every_board(scripted, version):
    context = ssl.create_default_context(cafile=scripted.ca_pem)
    context.minimum_version = context.maximum_version = version
    with socket.create_connection((scripted.host, scripted.tls_port), 10) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as stream:
            assert stream.recv(3) == b"+OK"


def conversation(
    server: Scripted, port: int, context: ssl.SSLContext | None, seconds: float
) -> tuple[bytes, OSError | None]:
    """What comes in a fixed session until the server closes, and what broke it, such as a silence that long."""
    got = b""
    try:
        with socket.create_connection((server.host, port), seconds) as raw:
            connection = context.wrap_socket(raw, server_hostname="localhost") if context else raw
            connection.sendall(b"USER mrose\r\nPASS tanstaaf\r\nSTAT\r\nRETR 1\r\nQUIT\r\n")
            while data := connection.recv(4096):
                got += data
            connection.close()
    except OSError as problem:
        return got, problem
    return got, None


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("secure", [False, True], ids=["clear", "tls"])
def test_faults_happen_where_they_should(kind, secure, certificates):
    with Scripted(mails=small_mails(1), apop=False, made=certificates) as server:
        port, context = (server.tls_port, trusting(server)) if secure else (server.port, None)
        whole, _ = conversation(server, port, context, 10)
        assert whole.startswith(b"+OK POP3 ready\r\n+OK\r\n+OK") and whole.endswith(b".\r\n+OK bye\r\n")
        for at in (0, 7, whole.index(b"From:"), len(whole) - 1, len(whole)):
            server.fault = Fault(at, kind, interval=0.001)
            got, problem = conversation(server, port, context, 0.2 if kind == "silence" else 10)
            if at == len(whole) or kind == "trickle":
                assert (got, problem) == (whole, None)
            elif kind == "error":
                assert got[:at] == whole[:at] and got[at:].startswith(b"-ERR [SYS/TEMP]")
            elif kind == "garbage":
                assert got[:at] == whole[:at] and len(got) >= at + 64 and got[at : at + 64] != whole[at : at + 64]
            elif kind == "close":
                assert (got, problem) == (whole[:at], None)
            elif kind == "silence":
                assert got == whole[:at] and isinstance(problem, TimeoutError)
            else:
                assert whole[:at].startswith(got)  # a reset may overtake what was sent before it
                assert problem is not None or secure  # Python's ssl may take it for an end
            server.fault = None
        assert conversation(server, port, context, 10) == (whole, None)


def test_a_slow_link_is_slow_and_counts(scripted, connect):
    with SlowLink(scripted.port, delay_ms=25) as link:
        started = time.monotonic()
        pop = connect(link)
        pop.apop("mrose", PASSWORD)
        pop.stat()
        pop.quit()
        assert time.monotonic() - started >= 4 * 2 * 0.025 - 0.025  # the greeting comes by itself
        assert link.round_trips == link.turns == 3
        assert link.octets_up == sum(len(line) + 2 for line in scripted.received)
        assert link.octets_down == scripted.sessions[0].sent
        link.reset()
        with socket.create_connection((link.host, link.port), 10) as connection, connection.makefile("rb") as file:
            connection.sendall(b"USER mrose\r\nPASS tanstaaf\r\nSTAT\r\nQUIT\r\n")
            assert len(list(file)) == 5
        assert link.round_trips <= 1


def test_a_narrow_link_keeps_to_its_rate(scripted, connect):
    with SlowLink(scripted.port, mbit=8) as link:
        pop = connect(link)
        pop.apop("mrose", PASSWORD)
        started = time.monotonic()
        assert pop.mail(14) == scripted.mails("mrose")[13]
        assert time.monotonic() - started >= 0.9  # a megabyte
