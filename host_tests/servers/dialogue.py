"""What a POP3 server says, without I/O: lines of a client in, replies out (RFC 1939, 2449, 2595, 5034, 6856)."""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from host_tests.servers.mechanisms import MECHANISMS, Accounts, Exchange, Refused

__all__ = ["CAPABILITIES", "Dialogue", "Mailbox", "Settings"]

CAPABILITIES = ("TOP", "UIDL", "USER", "RESP-CODES", "AUTH-RESP-CODE", "PIPELINING", "UTF8", "LANG")
"""What CAPA lists unless told, besides STLS and SASL."""

Reply = bytes | Callable[["Dialogue", str], bytes | None]


class Mailbox:
    """A user's mails. What is deleted in a session goes when that session says QUIT."""

    def __init__(self, mails: Iterable[bytes]):
        self.mails: dict[str, bytes] = {}
        self._copies: dict[str, int] = {}  # that ever came: no unique id is used again (RFC 1939 section 7)
        self.in_use = False
        for mail in mails:
            self.add(mail)

    def add(self, mail: bytes) -> str:
        """Let a mail arrive; returns its unique id."""
        digest = hashlib.sha1(mail).hexdigest()[:16]
        copies = self._copies[digest] = self._copies.get(digest, -1) + 1
        uid = f"{digest}.{copies}"
        self.mails[uid] = mail
        return uid


@dataclass
class Settings:
    """How a server behaves.

    :ivar accounts: who may come in
    :ivar mailboxes: by name
    :ivar capabilities: what CAPA lists besides STLS and SASL, or None: CAPA is refused
    :ivar mechanisms: SASL mechanisms on offer
    :ivar stls: whether STLS is offered
    :ivar apop: whether the greeting has a timestamp
    :ivar cleartext: whether passwords are taken over an unencrypted connection
    :ivar lock: whether a mailbox has one session at a time ([IN-USE])
    :ivar replies: bytes to send as they are, or a function (dialogue, argument) that returns them, or None for the
        usual reply; in place of the reply to a command ("STAT"), to one with just this argument ("RETR 2"), or of the
        greeting (""). Where they start with +OK the command takes effect all the same.
    :ivar line_limit: longest command in octets, CRLF included; longer ones are refused
    """

    accounts: Accounts
    mailboxes: dict[str, Mailbox]
    capabilities: Iterable[str] | None = CAPABILITIES
    mechanisms: Iterable[str] = tuple(MECHANISMS)
    stls: bool = True
    apop: bool = True
    cleartext: bool = True
    lock: bool = False
    replies: Mapping[str, Reply] = field(default_factory=dict)
    line_limit: int | None = None


class _Failure(Exception):
    """The reply is -ERR and this text."""


class Dialogue:
    """One session.

    :ivar state: AUTHORIZATION, TRANSACTION or UPDATE
    :ivar user: who logged in
    :ivar encrypted: set by who owns the connection
    :ivar start_tls: True after STLS was accepted, until the owner has done it
    :ivar over: True after QUIT: the owner closes the connection
    """

    def __init__(self, settings: Settings, encrypted: bool = False):
        self.settings = settings
        self.encrypted = encrypted
        self.state = "AUTHORIZATION"
        self.user = ""
        self.start_tls = False
        self.over = False
        self.timestamp = f"<{secrets.randbits(20)}.{secrets.randbits(30)}@localhost>" if settings.apop else ""
        self._name = ""
        self._exchange: Exchange | None = None
        self._items: list[str] = []
        self._deleted: set[str] = set()

    def greeting(self) -> bytes:
        """The first line."""
        text = self._override("", "")
        return f"+OK POP3 ready {self.timestamp}".rstrip().encode() + b"\r\n" if text is None else text

    def end(self) -> None:
        """The connection is gone: let the next session have the mailbox."""
        if self.state == "TRANSACTION":
            self._mailbox.in_use = False
            self.state = "UPDATE"

    def handle(self, line: bytes) -> Iterator[bytes]:
        """The reply to a line (without its end), in one or more pieces."""
        try:
            if self._exchange is not None:
                yield self._respond(line)
                return
            limit = self.settings.line_limit
            if limit is not None and len(line) + 2 > limit:
                raise _Failure("line too long")
            words = line.decode("utf-8", "surrogateescape").split(" ", 1)
            verb, argument = words[0].upper(), words[1] if len(words) > 1 else ""
            override = self._override(verb, argument)
            if override is not None:
                if override[:3].upper() == b"+OK":
                    for _ in self._command(verb, argument):
                        pass
                yield override
                return
            yield from self._command(verb, argument)
        except _Failure as failure:
            yield f"-ERR {failure}\r\n".encode()

    def _override(self, verb: str, argument: str) -> bytes | None:
        replies = self.settings.replies
        reply = replies.get(f"{verb} {argument}", replies.get(verb)) if argument else replies.get(verb)
        return reply(self, argument) if callable(reply) else reply

    # -- commands

    def _command(self, verb: str, argument: str) -> Iterator[bytes]:
        state, function = _COMMANDS.get(verb, ("", None))
        if function is None:
            raise _Failure("unknown command")
        if state not in ("", self.state):
            raise _Failure(f"not in {self.state} state")
        result = function(self, argument)
        if isinstance(result, Iterator):
            yield from result
        else:
            yield f"+OK {result}".rstrip().encode() + b"\r\n"

    def _capa(self, _: str) -> Iterator[bytes]:
        if self.settings.capabilities is None:
            raise _Failure("unknown command")
        lines = list(self.settings.capabilities)
        if self.state == "AUTHORIZATION":
            if self.settings.stls and not self.encrypted:
                lines.append("STLS")
            mechanisms = [name for name in self.settings.mechanisms if self._allowed(name)]
            if mechanisms:
                lines.append("SASL " + " ".join(mechanisms))
            if not self._allowed("USER") and "USER" in lines:
                lines.remove("USER")
        yield "".join(f"{line}\r\n" for line in ["+OK", *lines, "."]).encode()

    def _stls(self, _: str) -> str:
        if not self.settings.stls or self.encrypted:
            raise _Failure("no TLS here")
        self.start_tls = True
        return "begin TLS"

    def _allowed(self, method: str) -> bool:
        return self.encrypted or self.settings.cleartext or method in ("CRAM-MD5", "SCRAM-SHA-256")

    def _user(self, name: str) -> str:
        if not self._allowed("USER"):
            raise _Failure("[AUTH] not over an unencrypted connection")
        self._name = name
        return ""

    def _pass(self, password: str) -> str:
        name, self._name = self._name, ""
        if not name:
            raise _Failure("USER first")
        try:
            return self._enter(self.settings.accounts.check(name, password))
        except Refused as reason:
            raise _Failure(f"[AUTH] {reason}") from None

    def _apop(self, argument: str) -> str:
        name, _, digest = argument.rpartition(" ")
        password = self.settings.accounts.passwords.get(name, "")
        expected = hashlib.md5(self.timestamp.encode() + password.encode()).hexdigest()
        if not self.timestamp or not password or not hmac.compare_digest(expected, digest):
            raise _Failure("[AUTH] refused")
        return self._enter(name)

    def _auth(self, argument: str) -> Iterator[bytes]:
        if not argument:
            yield "".join(f"{line}\r\n" for line in ["+OK", *self.settings.mechanisms, "."]).encode()
            return
        name, _, initial = argument.partition(" ")
        if name.upper() not in self.settings.mechanisms or not self._allowed(name.upper()):
            raise _Failure("[AUTH] no such mechanism here")
        self._exchange = Exchange(MECHANISMS[name.upper()], self.settings.accounts)
        if initial:
            yield self._respond(b"" if initial == "=" else initial.encode())
        else:
            yield self._challenge()

    def _challenge(self) -> bytes:
        assert self._exchange
        return b"+ " + base64.b64encode(self._exchange.challenge) + b"\r\n"

    def _respond(self, line: bytes) -> bytes:
        assert self._exchange
        try:
            self._exchange.respond(line)
        except Refused as reason:
            self._exchange = None
            raise _Failure(f"[AUTH] {reason}") from None
        if not self._exchange.done:
            return self._challenge()
        user, self._exchange = self._exchange.user, None
        return f"+OK {self._enter(user)}\r\n".encode()

    def _enter(self, user: str) -> str:
        mailbox = self.settings.mailboxes[user]
        if self.settings.lock and mailbox.in_use:
            raise _Failure("[IN-USE] another session has this mailbox")
        mailbox.in_use = True
        self.user, self.state = user, "TRANSACTION"
        self._mailbox = mailbox
        self._items = list(mailbox.mails)
        return "welcome"

    def _stat(self, _: str) -> str:
        left = [uid for uid in self._items if uid not in self._deleted]
        return f"{len(left)} {sum(self._size(uid) for uid in left)}"

    def _list(self, argument: str) -> Iterator[bytes] | str:
        return self._listing(argument, lambda uid: str(self._size(uid)))

    def _uidl(self, argument: str) -> Iterator[bytes] | str:
        return self._listing(argument, lambda uid: uid)

    def _listing(self, argument: str, value: Callable[[str], str]) -> Iterator[bytes] | str:
        if argument:
            return f"{int(argument)} {value(self.item(argument))}"
        rows = [(i, uid) for i, uid in enumerate(self._items, 1) if uid not in self._deleted]
        lines = [f"+OK {len(rows)} messages", *(f"{i} {value(uid)}" for i, uid in rows), "."]
        return iter([("\r\n".join(lines) + "\r\n").encode()])

    def _retr(self, argument: str) -> Iterator[bytes]:
        mail = self._mailbox.mails[self.item(argument)]
        yield f"+OK {len(complete(mail))} octets\r\n".encode()
        yield stuffed(mail)

    def _top(self, argument: str) -> Iterator[bytes]:
        number, _, lines = argument.partition(" ")
        if not lines.isdigit():
            raise _Failure("how many lines?")
        head, gap, body = self._mailbox.mails[self.item(number)].partition(b"\r\n\r\n")
        wanted = b"".join(body.splitlines(keepends=True)[: int(lines)])
        yield b"+OK\r\n"
        yield stuffed(head + gap + wanted)

    def _dele(self, argument: str) -> str:
        self._deleted.add(self.item(argument))
        return "marked"

    def _rset(self, _: str) -> str:
        self._deleted.clear()
        return ""

    def _quit(self, _: str) -> str:
        self.over = True
        if self.state == "TRANSACTION":
            for uid in self._deleted:
                self._mailbox.mails.pop(uid, None)
            self.end()
        return "bye"

    def item(self, argument: str) -> str:
        """The unique id of the mail that has this number in the session."""
        if not argument.isdigit() or not 0 < int(argument) <= len(self._items):
            raise _Failure("no such message")
        uid = self._items[int(argument) - 1]
        if uid in self._deleted:
            raise _Failure("that message is deleted")
        if uid not in self._mailbox.mails:
            raise _Failure("another client deleted that message")
        return uid

    def _size(self, uid: str) -> int:
        return len(complete(self._mailbox.mails.get(uid, b"")))

    def _lang(self, argument: str) -> Iterator[bytes] | str:
        if argument:
            return f"{argument} taken"
        return iter([b"+OK\r\nen English\r\n.\r\n"])


def complete(mail: bytes) -> bytes:
    """A mail as this server delivers it: the last line has an end."""
    return mail if not mail or mail.endswith(b"\r\n") else mail + b"\r\n"


def stuffed(mail: bytes) -> bytes:
    """A mail as it goes over the wire, with its end marker."""
    return re.sub(rb"(?m)^\.", b"..", complete(mail)) + b".\r\n"


_COMMANDS: dict[str, tuple[str, Callable]] = {
    "CAPA": ("", Dialogue._capa),
    "STLS": ("AUTHORIZATION", Dialogue._stls),
    "USER": ("AUTHORIZATION", Dialogue._user),
    "PASS": ("AUTHORIZATION", Dialogue._pass),
    "APOP": ("AUTHORIZATION", Dialogue._apop),
    "AUTH": ("AUTHORIZATION", Dialogue._auth),
    "UTF8": ("AUTHORIZATION", lambda self, _: "UTF8 mode"),
    "LANG": ("", Dialogue._lang),
    "STAT": ("TRANSACTION", Dialogue._stat),
    "LIST": ("TRANSACTION", Dialogue._list),
    "UIDL": ("TRANSACTION", Dialogue._uidl),
    "RETR": ("TRANSACTION", Dialogue._retr),
    "TOP": ("TRANSACTION", Dialogue._top),
    "DELE": ("TRANSACTION", Dialogue._dele),
    "NOOP": ("TRANSACTION", lambda self, _: ""),
    "RSET": ("TRANSACTION", Dialogue._rset),
    "QUIT": ("", Dialogue._quit),
}
