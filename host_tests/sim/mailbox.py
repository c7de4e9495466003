"""The mailbox that the simulated board reads: a server on this machine, or a real account."""

import contextlib
import itertools
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from getpass import getpass
from pathlib import Path

from boards.tools.unavailable import Unavailable
from host_tests.oauth.provider import CLIENT, Provider
from host_tests.servers.dovecot import Dovecot
from host_tests.servers.maildir import sample_mails
from host_tests.servers.scripted import Scripted

USER = "mrose"
TOKEN = 8  # seconds that a token lasts
NOT_TAKEN = {"POP3_DELETE", "POP3_CA"}
"""Nothing is deleted at a real account; the root is CA="""
TEXTS = {"POP3_TOKEN", "POP3_LED", "POP3_RGB_LED"}
"""Settings that are text even if they look like a number."""


@dataclass
class Mailbox:
    """What a board needs to log in, and what is known of the server.

    :ivar settings: for the board
    :ivar about: a line for people
    :ivar ca: a file with the root that signed the server's certificate, or None: this computer's trust store has it
    :ivar server: the server if it is ours, None for a real account
    :ivar provider: who gives tokens for the mailbox if it takes no password
    """

    settings: dict[str, str | int]
    about: str
    ca: Path | None = None
    server: Dovecot | Scripted | None = None
    provider: Provider | None = None
    _arrivals: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def mails(self) -> list[bytes]:
        """What our server delivers, in the order of arrival."""
        assert self.server is not None
        return self.server.mails(USER)

    def deliver(self, mail: bytes) -> None:
        """Let a mail arrive at our server."""
        if isinstance(self.server, Scripted):
            self.server.add(mail)
            return
        assert self.server is not None
        folder = self.server.maildir(USER)
        name = f"{int(time.time())}.M{next(self._arrivals):06}P2.localhost"
        (folder / "tmp" / name).write_bytes(mail)
        user = self.server.account()
        if user.is_other:
            shutil.chown(folder / "tmp" / name, user.uid, user.gid)
        (folder / "tmp" / name).rename(folder / "new" / name)


@contextlib.contextmanager
def opened(environment: Mapping[str, str] = os.environ) -> Iterator[Mailbox]:
    """The account that HOST, USER, PASSWORD, CA and the settings POP3_… name, or without HOST a server of our own with
    mails; with OAUTH=1 that takes tokens alone."""
    if environment.get("HOST"):
        yield _account(environment)
        return
    if environment.get("OAUTH", "0") not in ("", "0"):
        with _without_password() as box:
            yield box
        return
    with _server() as server:
        settings = {
            "POP3_HOST": "localhost",
            "POP3_PORT": server.tls_port,
            "POP3_USER": USER,
            "POP3_PASSWORD": server.users[USER],
        }
        about = f"{server.name} {server.version}".strip() + " on this machine, TLS with a certificate made on the spot"
        yield Mailbox(settings, about, server.ca_pem, server)


@contextlib.contextmanager
def _without_password() -> Iterator[Mailbox]:
    with _server(mechanisms=("XOAUTH2", "OAUTHBEARER")) as server:

        def issue(user: str, seconds: int) -> str:
            if isinstance(server, Dovecot):
                return server.token(user, lifetime=seconds, padding=1500)
            server.tokens[user] = f"token {len(provider.access_tokens)} " + "x" * 1500
            return server.tokens[user]

        with Provider(server.made, issue=issue) as provider:
            provider.knobs.lifetime = TOKEN
            settings = {
                "POP3_HOST": "localhost",
                "POP3_PORT": server.tls_port,
                "POP3_USER": USER,
                "POP3_OAUTH": provider.address(),
                "POP3_OAUTH_DEVICE": provider.address("device"),
                "POP3_CLIENT_ID": CLIENT,
            }
            about = f"{server.name} {server.version}".strip() + ", which takes no password: a token, which ends"
            yield Mailbox(settings, f"{about} after {TOKEN} seconds, not an hour", server.ca_pem, server, provider)


@contextlib.contextmanager
def _server(**how: tuple[str, ...]) -> Iterator[Dovecot | Scripted]:
    """A Dovecot, or where that cannot be had the server that the tests use for faults."""
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(Dovecot(mails=sample_mails(), **how))
        except Unavailable as reason:
            print(f"no Dovecot ({reason}): the tests' own server takes its place")
            server = stack.enter_context(Scripted(mails=sample_mails(), tokens={USER: ""}, **how))
        yield server


def _account(environment: Mapping[str, str]) -> Mailbox:
    host, user = environment["HOST"], environment.get("USER", "")
    if not user:
        raise Unavailable("USER= is missing: the name of the mailbox's user")
    password = environment.get("PASSWORD", "")
    if not password:
        try:
            password = getpass(f"Password of {user} at {host}: ")
        except EOFError:
            raise Unavailable("PASSWORD= is missing") from None
    given = {"POP3_HOST": host, "POP3_USER": user, "POP3_PASSWORD": password}
    ca = environment.get("CA")
    about = f"{host}, as {user}; nothing is deleted there"
    return Mailbox(_named(environment) | given, about, Path(ca) if ca else None)


def _named(environment: Mapping[str, str]) -> dict[str, str | int]:
    """The settings of the watcher that the environment names: POP3_PORT, POP3_TLS and so on."""
    found: dict[str, str | int] = {}
    for key, text in environment.items():
        if key.startswith("POP3_") and text and key not in NOT_TAKEN:
            found[key] = int(text) if text.isdecimal() and key not in TEXTS else text
    return found
