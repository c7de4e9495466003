"""A POP3 server that costs next to nothing: mails of any number and size, made once, sent from memory.

The name that logs in says which mailbox it is: ``2000x400`` has 2,000 mails of 400 octets, ``1x1000000xquoted`` one of
a kind of ``mails.KINDS``; any password will do. It runs in a process of its own, so that its work does not slow the
clients that are measured.
"""

import base64
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from host_tests.bench.mails import HEAD, mail

__all__ = ["Mailboxes", "serving", "serving_apart", "stuffed"]

HOST = "127.0.0.1"
GREETING = b"+OK ready <1896.697170952@localhost>\r\n"
CAPABILITIES = b"+OK\r\nTOP\r\nUIDL\r\nUSER\r\nPIPELINING\r\nSASL PLAIN\r\n.\r\n"


@dataclass(frozen=True)
class Mailboxes:
    """The running server.

    :ivar port: on ``host``, in clear
    """

    port: int
    host: str = HOST


@contextmanager
def serving() -> Iterator[Mailboxes]:
    """Run the server for the length of a ``with``."""
    process = subprocess.Popen(
        [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        yield Mailboxes(int(process.stdout.readline()))
    finally:
        process.communicate()  # its input ends, and so does it


@contextmanager
def serving_apart() -> Iterator[Mailboxes]:
    """The same on a processor core of its own, off which this process, and all that it starts, keeps. Else chance
    decides whether both sides share one, and small turns to and fro take several times as long in one run as in the
    next."""
    cores = os.sched_getaffinity(0)
    core = {max(cores)}
    os.sched_setaffinity(0, core)  # the server inherits it
    try:
        with serving() as server:
            os.sched_setaffinity(0, cores - core or cores)
            yield server
    finally:
        os.sched_setaffinity(0, cores)


class _Mailbox:
    def __init__(self, name: str):
        words = name.split("x")
        count, octets = int(words[0]), int(words[1])
        self.stat = b"+OK %d %d\r\n" % (count, count * octets)
        self.list = _listing(b"%d %d" % (i, octets) for i in range(1, count + 1))
        self.uidl = _listing(b"%d uid%d" % (i, i) for i in range(1, count + 1))
        self.retr = b"+OK %d octets\r\n" % octets + stuffed(mail(octets, *words[2:])) + b".\r\n"
        self.top = b"+OK\r\n" + HEAD + b".\r\n"


def stuffed(data: bytes) -> bytes:
    """A mail as a server sends it (RFC 1939 section 3)."""
    return (b"\n" + data).replace(b"\n.", b"\n..")[1:]


_mailbox = cache(_Mailbox)


def _listing(lines: Iterator[bytes]) -> bytes:
    return b"+OK\r\n" + b"".join(line + b"\r\n" for line in lines) + b".\r\n"


def _serve(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    name, mailbox = "", None
    with connection, connection.makefile("rb") as lines:
        try:
            connection.sendall(GREETING)
            for line in lines:
                words = line.decode().split()
                verb = words[0].upper()
                if verb in ("USER", "APOP"):
                    name = words[1]
                if verb == "AUTH":
                    if len(words) < 3:
                        connection.sendall(b"+ \r\n")
                        words += [words[1], lines.readline().decode()]
                    name = base64.b64decode(words[-1]).split(b"\0")[1].decode()
                if verb in ("PASS", "APOP", "AUTH"):
                    mailbox = _mailbox(name)
                if verb == "CAPA":
                    connection.sendall(CAPABILITIES)
                elif verb in ("STAT", "RETR", "TOP") or (verb in ("LIST", "UIDL") and len(words) == 1):
                    connection.sendall(getattr(mailbox, verb.lower()))
                elif verb == "LIST":
                    connection.sendall(b"+OK %d %d\r\n" % (int(words[1]), int(name.split("x")[1])))
                elif verb == "UIDL":
                    connection.sendall(b"+OK %d uid%d\r\n" % (int(words[1]), int(words[1])))
                else:
                    connection.sendall(b"+OK\r\n")
                if verb == "QUIT":
                    break
        except OSError:
            pass


def _main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends it
    listener = socket.create_server((HOST, 0), backlog=64)
    print(listener.getsockname()[1], flush=True)

    def accept() -> None:
        while True:
            threading.Thread(target=_serve, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    _main()
