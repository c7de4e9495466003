"""Mails of any size, the same in every run."""

import base64
import random
from collections.abc import Callable
from functools import cache

__all__ = ["HEAD", "KINDS", "RUSSIAN", "mail"]

HEAD = b"Date: Mon, 21 Apr 2025 09:30:00 +0000\r\nFrom: ada@example.org\r\nTo: mrose@example.org\r\nSubject: Q3\r\n\r\n"
LINE = 76  # characters of an encoded line
APART = 37  # characters from one escape to the next, so that two fit into a line
PROSE = "Guten Morgen, im Garten ist alles so weit, und das Wasser steht wieder bis zur zweiten Stufe. "
RUSSIAN = "Доброе утро, в саду все готово, и вода снова стоит до второй ступени. "


@cache
def mail(octets: int, kind: str = "attachment") -> bytes:
    """A mail of exactly that many octets, of one of ``KINDS``."""
    head, block, tail = KINDS[kind]()
    rest = octets - len(head) - len(tail)
    if rest < 2:
        raise ValueError(f"a mail of this kind has {len(head) + len(tail) + 2} octets at the least")
    lines = (block * (rest // len(block) + 1))[: rest - 2]
    if lines.endswith(b"\r"):
        lines = lines[:-1] + b"="
    if b"base64" in head:
        left = (len(lines) - lines.rfind(b"\n") - 1) % 4  # characters that decode to nothing
        lines = lines[: len(lines) - left] + b" " * left
    return head + lines + b"\r\n" + tail


def _head(encoding: str, type: str = "text/plain; charset=utf-8") -> bytes:
    fields = f"MIME-Version: 1.0\r\nContent-Type: {type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return HEAD[:-2] + fields.encode()


def _block() -> bytes:
    return base64.encodebytes(random.Random(1896).randbytes(57 * 1000)).replace(b"\n", b"\r\n")


def _lines(text: bytes, length: int = LINE) -> bytes:
    return b"".join(text[at : at + length] + b"\r\n" for at in range(0, len(text), length))


def _quoted() -> bytes:
    text = (PROSE * 40).encode()
    pieces = [text[at : at + APART - 3] + b"=FC" for at in range(0, len(text), APART - 3)]
    return b"".join(b"".join(pieces[at : at + 2]) + b"=\r\n" for at in range(0, len(pieces), 2))


def _cyrillic() -> bytes:
    escaped = b"".join(b"=%02X" % octet for octet in (RUSSIAN * 20).encode())
    length = LINE // 6 * 6
    return b"".join(escaped[at : at + length] + b"=\r\n" for at in range(0, len(escaped), length))


def _whole() -> tuple[bytes, bytes, bytes]:
    part = b"--limit\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
    part += b'Content-Disposition: attachment; filename="%s.bin"\r\n\r\n'
    text = b"--limit\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    head = HEAD[:-2] + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=limit\r\n\r\n"
    head += text + _cyrillic()[:2000].rpartition(b"=\r\n")[0] + b"\r\n" + part % b"one" + _block() + part % b"two"
    return head, _block(), b"--limit--\r\n"


KINDS: dict[str, Callable[[], tuple[bytes, bytes, bytes]]] = {
    "attachment": lambda: (HEAD, _block(), b""),
    "base64": lambda: (_head("base64", "application/octet-stream"), _block(), b""),
    "plain": lambda: (_head("8bit"), _lines((PROSE * 40).encode()), b""),
    "quoted": lambda: (_head("quoted-printable", "text/plain; charset=iso-8859-1"), _quoted(), b""),
    "cyrillic": lambda: (_head("quoted-printable"), _cyrillic(), b""),
    "dots": lambda: (HEAD, b".\r\n" * 1000, b""),
    "whole": _whole,
}
"""A mail with base64 and no MIME, bodies in each encoding, one of dots only, and one with a text and two attachments:
for each what comes first, lines that are repeated, and what comes last."""
