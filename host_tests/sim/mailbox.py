"""The mailbox that the simulated board reads: a server on this machine, or a real account."""

import contextlib
import os
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from getpass import getpass
from typing import Any

from boards.unavailable import Unavailable
from host_tests.servers.dovecot import Dovecot
from host_tests.servers.maildir import large_mail, sample_mails
from host_tests.servers.scripted import Scripted

USER = "mrose"
PORT = 995


@dataclass(frozen=True)
class Mailbox:
    """What a board needs to log in, and what is known of the server.

    :ivar ca: the root certificate that vouches for the server, DER
    :ivar about: a line for people
    :ivar server: the server if it is ours, whose ``mails(user)`` are what it delivers; None for a real account
    """

    host: str
    port: int
    user: str
    password: str
    ca: bytes
    about: str
    server: Any = None


@contextlib.contextmanager
def opened(environment: Mapping[str, str] = os.environ) -> Iterator[Mailbox]:
    """The account named by HOST, USER, PASSWORD (and PORT), or with no HOST a server of our own with sample mails.

    :raises Unavailable: for a real account that this computer cannot reach, or whose password nobody gave
    """
    if environment.get("HOST"):
        yield _account(environment)
        return
    with _server() as server:
        password = server.users[USER]
        about = f"{server.name} {server.version}".strip() + " on this machine, TLS with a certificate made on the spot"
        yield Mailbox("localhost", server.tls_port, USER, password, server.ca_der.read_bytes(), about, server)


@contextlib.contextmanager
def _server() -> Iterator[Dovecot | Scripted]:
    """A Dovecot, or where that cannot be had the server that the tests use for faults."""
    mails = [*sample_mails(), large_mail(400_000, seed=2)]
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(Dovecot(mails=mails))
        except Unavailable as reason:
            print(f"no Dovecot ({reason}): the tests' own server takes its place")
            server = stack.enter_context(Scripted(mails=mails))
        yield server


def _account(environment: Mapping[str, str]) -> Mailbox:
    host, user = environment["HOST"], environment.get("USER", "")
    port = int(environment.get("PORT") or PORT)
    password = environment.get("PASSWORD") or getpass(f"Password of {user} at {host}: ")
    return Mailbox(host, port, user, password, _root_of(host, port), f"{host}, as {user}; nothing is deleted there")


def _root_of(host: str, port: int) -> bytes:
    """The root that the server's certificate ends in, out of this computer's trust store: a board has none."""
    context = ssl.create_default_context()
    try:
        with (
            socket.create_connection((host, port), 15) as connection,
            context.wrap_socket(connection, server_hostname=host) as encrypted,
        ):
            return encrypted._sslobj.get_verified_chain()[-1].public_bytes(2)  # DER
    except OSError as error:
        raise Unavailable(f"{host} port {port}: {error}") from None
