"""The server's side of SASL, each mechanism a generator: it yields challenges, is sent responses, returns the user.

A mechanism raises Refused where the client may not come in.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field

__all__ = ["MECHANISMS", "Accounts", "Refused"]

Mechanism = Generator[bytes, bytes, str]


class Refused(Exception):
    """The client may not come in; the text says why."""


@dataclass
class Accounts:
    """Who may come in.

    :ivar passwords: by name
    :ivar tokens: OAuth 2 access tokens by name
    :ivar delegates: who may act for whom: (name, the other's name)
    """

    passwords: Mapping[str, str]
    tokens: Mapping[str, str] = field(default_factory=dict)
    delegates: set[tuple[str, str]] = field(default_factory=set)

    def password(self, user: str) -> str:
        """The user's password. Raises Refused."""
        try:
            return self.passwords[user]
        except KeyError:
            raise Refused("no such user") from None

    def check(self, user: str, password: str) -> str:
        """The user, if that is the password. Raises Refused."""
        if not hmac.compare_digest(self.password(user).encode(), password.encode()):
            raise Refused("wrong password")
        return user

    def acting(self, user: str, other: str) -> str:
        """Whose mailbox the user gets who asks for another's. Raises Refused."""
        if other in ("", user):
            return user
        if (user, other) not in self.delegates:
            raise Refused("not allowed to act for that user")
        return other


def plain(accounts: Accounts) -> Mechanism:
    """RFC 4616."""
    parts = (yield b"").decode().split("\0")
    if len(parts) != 3:
        raise Refused("not three parts")
    other, user, password = parts
    return accounts.acting(accounts.check(user, password), other)


def login(accounts: Accounts) -> Mechanism:
    """The draft that never became an RFC: name, then password."""
    user = (yield b"Username:").decode()
    return accounts.check(user, (yield b"Password:").decode())


def cram_md5(accounts: Accounts) -> Mechanism:
    """RFC 2195."""
    challenge = f"<{secrets.randbits(32)}.{secrets.randbits(32)}@localhost>".encode()
    user, _, digest = (yield challenge).decode().rpartition(" ")
    expected = hmac.new(accounts.password(user).encode(), challenge, hashlib.md5).hexdigest()
    if not hmac.compare_digest(digest, expected):
        raise Refused("wrong digest")
    return user


def scram_sha_256(accounts: Accounts) -> Mechanism:
    """RFC 5802 with SHA-256 (RFC 7677)."""
    first = (yield b"").decode()
    header, _, bare = first.partition(",")
    other, _, bare = bare.partition(",")
    if header not in ("n", "y"):
        raise Refused("no channel binding here")
    fields = dict(part.split("=", 1) for part in bare.split(","))
    user = fields["n"].replace("=2C", ",").replace("=3D", "=")
    nonce = fields["r"] + secrets.token_hex(9)
    salt = secrets.token_bytes(16)
    count = 4096
    challenge = f"r={nonce},s={base64.b64encode(salt).decode()},i={count}"
    last = (yield challenge.encode()).decode()
    without_proof, _, proof = last.rpartition(",p=")
    fields = dict(part.split("=", 1) for part in without_proof.split(","))
    if fields["r"] != nonce or base64.b64decode(fields["c"]).decode() != f"{header},{other},":
        raise Refused("not the same conversation")
    salted = hashlib.pbkdf2_hmac("sha256", accounts.password(user).encode(), salt, count)
    whole = f"{bare},{challenge},{without_proof}".encode()
    client_key = _hmac(salted, b"Client Key")
    signature = _hmac(hashlib.sha256(client_key).digest(), whole)
    expected = bytes(a ^ b for a, b in zip(client_key, signature, strict=True))
    if not hmac.compare_digest(base64.b64decode(proof), expected):
        raise Refused("wrong proof")
    yield b"v=" + base64.b64encode(_hmac(_hmac(salted, b"Server Key"), whole))
    return accounts.acting(user, other.removeprefix("a=").replace("=2C", ",").replace("=3D", "="))


def xoauth2(accounts: Accounts) -> Mechanism:
    """Google's and Microsoft's."""
    response = yield b""
    fields = dict(part.split("=", 1) for part in response.decode().split("\1") if part)
    user = fields["user"]
    if accounts.tokens.get(user) is None or fields["auth"] != f"Bearer {accounts.tokens[user]}":
        yield json.dumps({"status": "401", "schemes": "bearer", "scope": "mail"}).encode()
        raise Refused("token refused")
    return user


def oauthbearer(accounts: Accounts) -> Mechanism:
    """RFC 7628."""
    header, _, rest = (yield b"").decode().partition("\1")
    user = next((part[2:] for part in header.split(",") if part.startswith("a=")), "")
    fields = dict(part.split("=", 1) for part in rest.split("\1") if part)
    if accounts.tokens.get(user) is None or fields["auth"] != f"Bearer {accounts.tokens[user]}":
        yield json.dumps({"status": "invalid_token"}).encode()
        raise Refused("token refused")
    return user


MECHANISMS: dict[str, Callable[[Accounts], Mechanism]] = {
    "PLAIN": plain,
    "LOGIN": login,
    "CRAM-MD5": cram_md5,
    "SCRAM-SHA-256": scram_sha_256,
    "XOAUTH2": xoauth2,
    "OAUTHBEARER": oauthbearer,
}
"""By name, as CAPA lists them."""


class Exchange:
    """One AUTH command under way.

    :ivar user: who came in, once ``done``
    """

    def __init__(self, mechanism: Callable[[Accounts], Mechanism], accounts: Accounts):
        self._generator = mechanism(accounts)
        self.user = ""
        self.done = False
        self.challenge = next(self._generator)

    def respond(self, line: bytes) -> None:
        """Take the client's line in base64; then the next ``challenge`` is there, or it is ``done``. Raises Refused."""
        if line == b"*":
            raise Refused("cancelled")
        try:
            self.challenge = self._generator.send(base64.b64decode(line, validate=True))
        except StopIteration as stop:
            self.user, self.done = stop.value, True
        except (binascii.Error, UnicodeDecodeError, KeyError, ValueError):
            raise Refused("not understood") from None


def _hmac(key: bytes, text: bytes) -> bytes:
    return hmac.new(key, text, hashlib.sha256).digest()
