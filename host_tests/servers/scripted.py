"""A POP3 server of our own: complete, in threads, and with knobs for everything that may go wrong.

``with Scripted(mails=[…]) as server:`` listens on loopback; ``server.settings`` and the knobs may be changed between
sessions.
"""

import random
import socket
import ssl
import struct
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from host_tests.servers import certificates
from host_tests.servers.dialogue import CAPABILITIES, Dialogue, Mailbox, Reply, Settings, complete
from host_tests.servers.mechanisms import MECHANISMS, Accounts
from host_tests.servers.running import ipv6_here

__all__ = ["FAULTS", "Fault", "Scripted", "Session"]

FAULTS = ("close", "reset", "silence", "trickle", "error", "garbage")
"""What a Fault can be."""

READ = 65536
LINGER = 1  # seconds to wait for the client's close


@dataclass(frozen=True)
class Fault:
    """What goes wrong in a conversation.

    :ivar at: how many bytes the server sends before (before encryption)
    :ivar kind: close: the connection is closed. reset: it is reset. silence: nothing more is sent, and the connection
        stays. trickle: for the rest of this reply a byte each ``interval``. error, garbage: -ERR, or rubbish, stands
        for the rest of this reply, and the conversation goes on.
    :ivar interval: seconds
    """

    at: int
    kind: str
    interval: float = 0.05


@dataclass
class Session:
    """What happened in one connection.

    :ivar lines: what the client sent, line by line, without their ends, oldest first
    :ivar sent: how many bytes were sent to it, before encryption
    :ivar encrypted: whether TLS was on at the end
    :ivar problem: what broke the connection, or None
    :ivar done: set when it is over
    """

    lines: list[bytes] = field(default_factory=list)
    sent: int = 0
    encrypted: bool = False
    problem: Exception | None = None
    done: threading.Event = field(default_factory=threading.Event)


class Scripted:
    """The server.

    :param users: names and passwords; every user has the same mails
    :param mails: with CRLF line ends, in the order of their numbers
    :param tokens: OAuth 2 access tokens by user
    :param certificate: what to show to clients, or None: a good one
    :param made: certificates to choose from; made on the spot unless told
    :param capabilities, mechanisms, stls, apop, cleartext, lock, replies, line_limit: see dialogue.Settings
    :param forgets_after: commands after which bytes that came along with them are lost, as Courier loses them
    :param cut: send at most this many bytes at a time
    :param pause: seconds between two such pieces
    :param delay: seconds before each reply
    :param newest_tls: the newest version of TLS that it speaks

    :ivar fault: what goes wrong in the sessions that begin from now on, or None
    :ivar sessions: all that there were, oldest first
    """

    name = "scripted"
    version = ""
    host = "127.0.0.1"

    def __init__(
        self,
        users: Mapping[str, str] | None = None,
        mails: Iterable[bytes] = (),
        *,
        tokens: Mapping[str, str] | None = None,
        certificate: certificates.Certificate | None = None,
        made: certificates.Certificates | None = None,
        capabilities: Iterable[str] | None = CAPABILITIES,
        mechanisms: Iterable[str] = tuple(MECHANISMS),
        stls: bool = True,
        apop: bool = True,
        cleartext: bool = True,
        lock: bool = False,
        replies: Mapping[str, Reply] | None = None,
        line_limit: int | None = None,
        forgets_after: Iterable[str] = (),
        cut: int | None = None,
        pause: float = 0,
        delay: float = 0,
        newest_tls: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
        fault: Fault | None = None,
    ):
        self.users = dict(users or {"mrose": "tanstaaf"})
        self.tokens = dict(tokens or {})
        mails = list(mails)
        self.settings = Settings(
            Accounts(self.users, self.tokens),
            {user: Mailbox(mails) for user in self.users},
            capabilities=capabilities,
            mechanisms=tuple(mechanisms),
            stls=stls,
            apop=apop,
            cleartext=cleartext,
            lock=lock,
            replies=dict(replies or {}),
            line_limit=line_limit,
        )
        self.forgets_after = set(forgets_after)
        self.cut, self.pause, self.delay, self.fault = cut, pause, delay, fault
        self.newest_tls = newest_tls
        self._certificate, self._made = certificate, made

    def __enter__(self) -> Self:
        self.sessions: list[Session] = []
        self._bugs: list[BaseException] = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._connections: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._folder = TemporaryDirectory(prefix="scripted-")
        self.made = self._made or certificates.make(Path(self._folder.name))
        self.ca_pem, self.ca_der = self.made.ca_pem, self.made.ca_der
        self.show(self._certificate or self.made.good)
        self._listeners: list[socket.socket] = []
        self.port = self._listen(encrypted=False)
        self.tls_port = self._listen(encrypted=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        with self._lock:
            open_sockets = [*self._listeners, *self._connections]
        for each in open_sockets:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        for thread in self._threads:
            thread.join()
        for listener in self._listeners:
            listener.close()
        self._folder.cleanup()
        if self._bugs:
            raise self._bugs[0]

    # -- for the tests

    @property
    def hosts(self) -> list[str]:
        """The addresses that it answers at."""
        return ["127.0.0.1", "::1"] if ipv6_here() else ["127.0.0.1"]

    def show(self, certificate: certificates.Certificate) -> None:
        """Show this certificate to those who connect from now on."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = min(self.newest_tls, ssl.TLSVersion.TLSv1_2)  # boards' own builds speak no newer one
        if self.newest_tls < ssl.TLSVersion.TLSv1_2:
            context.set_ciphers("ALL:@SECLEVEL=0")
        context.maximum_version = self.newest_tls
        context.load_cert_chain(certificate.chain, certificate.key)
        self._context = context

    def mails(self, user: str) -> list[bytes]:
        """What it delivers of the mails in the user's mailbox as it is now, in the order of their numbers."""
        return [complete(mail) for mail in self.settings.mailboxes[user].mails.values()]

    def add(self, mail: bytes, user: str | None = None) -> None:
        """Let a mail arrive (for the first user unless told); sessions that are open do not see it."""
        self.settings.mailboxes[user or next(iter(self.users))].add(mail)

    @property
    def received(self) -> list[bytes]:
        """Every line of every client so far."""
        return [line for session in self.sessions for line in session.lines]

    def token(self, user: str) -> str:
        """The access token that lets the user in."""
        return self.tokens[user]

    # -- connections

    def _listen(self, encrypted: bool) -> int:
        """Listen at a free port of every loopback address, and return the port."""
        while True:
            first = socket.create_server(("127.0.0.1", 0), backlog=128)
            port = first.getsockname()[1]
            listeners = [first]
            if ipv6_here():
                try:
                    listeners.append(socket.create_server(("::1", port), family=socket.AF_INET6, backlog=128))
                except OSError:  # somebody has that one
                    first.close()
                    continue
            for listener in listeners:
                self._listeners.append(listener)
                self._start(self._accept, listener, encrypted)
            return port

    def _start(self, function: Any, *arguments: Any) -> None:
        thread = threading.Thread(target=function, args=arguments, daemon=True)
        thread.start()
        with self._lock:
            self._threads = [each for each in self._threads if each.is_alive()] + [thread]

    def _accept(self, listener: socket.socket, encrypted: bool) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:  # shut down
                return
            with self._lock:
                if self._stopping.is_set():
                    connection.close()
                    return
                self._connections.add(connection)
                session = Session()
                self.sessions.append(session)
            self._start(self._serve, connection, session, encrypted)

    def _serve(self, connection: socket.socket, session: Session, encrypted: bool) -> None:
        line = _Line(self, connection, session)
        try:
            line.converse(encrypted)
        except (OSError, _Cut) as problem:
            session.problem = problem
        except BaseException as bug:
            self._bugs.append(bug)
        finally:
            line.close()
            session.done.set()


class _Cut(Exception):
    """The fault ended the conversation."""


class _Line:
    """One connection, as the knobs have it."""

    def __init__(self, server: Scripted, connection: socket.socket, session: Session):
        self._server = server
        self._raw = self._socket = connection
        self._session = session
        self._fault = server.fault
        self._buffer = b""
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def converse(self, encrypted: bool) -> None:
        """The whole session."""
        server = self._server
        if encrypted:
            self._encrypt()
        dialogue = Dialogue(server.settings, encrypted)
        try:
            self._reply(dialogue.greeting())
            while not dialogue.over:
                line = self._line()
                if line is None:
                    return
                self._session.lines.append(line)
                server._stopping.wait(server.delay)
                self._reply(b"".join(dialogue.handle(line)))
                if line.split(b" ")[0].decode("latin-1").upper() in server.forgets_after:
                    self._buffer = b""
                if dialogue.start_tls:
                    self._buffer = b""
                    self._encrypt()
                    dialogue.start_tls, dialogue.encrypted = False, True
        finally:
            dialogue.end()

    def _encrypt(self) -> None:
        self._socket = self._server._context.wrap_socket(self._raw, server_side=True)
        self._session.encrypted = True
        with self._server._lock:  # wrapping gave the connection a new socket object
            self._server._connections.discard(self._raw)
            self._server._connections.add(self._socket)
            if self._server._stopping.is_set():
                raise _Cut

    def _line(self) -> bytes | None:
        while b"\n" not in self._buffer:
            data = self._socket.recv(READ)
            if not data:
                return None
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.removesuffix(b"\r")

    # -- sending, and what goes wrong then

    def _reply(self, data: bytes) -> None:
        fault = self._fault
        if fault is None or self._session.sent + len(data) <= fault.at:
            self._send(data)
            return
        before = data[: max(0, fault.at - self._session.sent)]
        self._send(before)
        self._go_wrong(fault, data[len(before) :])

    def _go_wrong(self, fault: Fault, rest: bytes) -> None:
        if fault.kind == "trickle":
            for i in range(len(rest)):
                self._send(rest[i : i + 1])
                if self._server._stopping.wait(fault.interval):
                    raise _Cut
            return
        if fault.kind in ("error", "garbage"):
            self._fault = None
            rubbish = random.Random(fault.at).randbytes(64)
            self._send(b"-ERR [SYS/TEMP] out of order\r\n" if fault.kind == "error" else rubbish + b"\r\n")
            return
        if fault.kind == "silence":
            self._socket.settimeout(None)
            while self._socket.recv(READ):
                pass
        elif fault.kind == "reset":
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise _Cut

    def _send(self, data: bytes) -> None:
        server = self._server
        size = server.cut or len(data) or 1
        for start in range(0, len(data), size):
            if start and server.pause:
                server._stopping.wait(server.pause)
            piece = data[start : start + size]
            self._socket.sendall(piece)
            self._session.sent += len(piece)

    def close(self) -> None:
        """Close the connection; what was sent last arrives, as it would not if bytes of the client's lay unread."""
        try:
            if self._fault is None or self._fault.kind != "reset":
                self._socket.settimeout(LINGER)
                self._socket.shutdown(socket.SHUT_WR)
                while self._socket.recv(READ):
                    pass
        except OSError:
            pass
        with self._server._lock:
            self._server._connections.discard(self._socket)
        self._socket.close()
