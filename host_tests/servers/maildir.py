"""Mails to serve, and Maildirs of them."""

import base64
import random
import re
from collections.abc import Iterable
from pathlib import Path

__all__ = ["delivered", "large_mail", "make_maildir", "odd_mails", "read_maildir", "sample_mails", "small_mails"]


def sample_mails() -> list[bytes]:
    """Some dozen mails, each unlike the others, with CRLF line ends: all that a mail may hold, short of NUL."""
    return [
        _mail("Plain text", "Dear Sir or Madam,\r\n\r\nthe parcel has come.\r\n\r\nYours\r\n"),
        _mail("Stuffed dots", ".\r\n..\r\n...\r\n.hidden\r\n..two\r\nend.\r\n.\r\n"),
        _mail("A dot at the very end", "the last line is\r\n."),
        _mail("Like a reply", "+OK 3 120\r\n-ERR not really\r\n.\r\n+OK\r\n"),
        _mail("No body", ""),
        _head("Header only"),
        _mail("No newline at the end", "cut here"),
        _mail("One long line", "0123456789" * 10_000 + "\r\nand a short one\r\n"),
        _mail(
            "=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Füße, naïveté, 日本語, ☃\r\n", extra="Content-Transfer-Encoding: 8bit\r\n"
        ),
        _mail("Latin-1", "") + bytes(range(0xA0, 0x100)) + b"\r\n",
        _mail("Bare CR", "one\rtwo\r\rthree\r\n\rfour\r\n"),
        _mail("Blank lines", "\r\n" * 40),
        _mail("Many headers", "body\r\n", extra="".join(f"X-Header-{i}: {'v' * (i % 70)}\r\n" for i in range(300))),
        large_mail(1_000_000),
    ]


def large_mail(octets: int, seed: int = 1) -> bytes:
    """A mail of about that many octets: a text and an attachment in base64."""
    boundary = "=_boundary_="
    head = _head("A picture", f'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="{boundary}"\r\n')
    text = f"\r\n--{boundary}\r\nContent-Type: text/plain\r\n\r\nSee the picture.\r\n"
    attachment = (
        f"--{boundary}\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
        'Content-Disposition: attachment; filename="picture.bin"\r\n\r\n'
    )
    raw = random.Random(seed).randbytes(max(0, octets - 600) * 3 * 76 // (4 * 78))
    encoded = base64.encodebytes(raw).replace(b"\n", b"\r\n")
    return head + (text + attachment).encode() + encoded + f"--{boundary}--\r\n".encode()


def small_mails(count: int, octets: int = 400) -> list[bytes]:
    """Many mails of about ``octets`` each, no two alike."""
    body = "-" * max(0, octets - 220)
    return [_mail(f"Mail {i}", f"This is number {i}.\r\n{body}\r\n") for i in range(count)]


def odd_mails() -> dict[str, bytes]:
    """Mails that not every server delivers as they are."""
    return {
        "empty": b"",
        "nul": _mail("NUL", "before\0after\r\n\0\r\n"),
        "utf-8 header": _mail("Grüße ✉", "RFC 6532\r\n"),
    }


def delivered(stored: bytes) -> bytes:
    """What a server delivers of a mail that is stored so: every line ends with CRLF, the last one too."""
    mail = re.sub(rb"(?<!\r)\n", b"\r\n", stored)
    return mail if mail.endswith(b"\r\n") else mail + b"\r\n"


def make_maildir(folder: Path, mails: Iterable[bytes], *, line_end: bytes = b"\r\n") -> Path:
    """Make a Maildir of mails, numbered in their order.

    :param folder: made if need be
    :param mails: with CRLF line ends
    :param line_end: how the files end their lines: b"\\n" for servers that add the CR by themselves
    """
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for number, mail in enumerate(mails, 1):
        stored = mail if line_end == b"\r\n" else mail.replace(b"\r\n", line_end)
        (folder / "new" / f"{1_700_000_000 + number}.M{number:06}P1.localhost").write_bytes(stored)
    return folder


def read_maildir(folder: Path) -> list[bytes]:
    """The stored mails of a Maildir, in the order of their arrival; a server may be moving them meanwhile."""
    while True:
        # they move from new to cur: looked at in this order none is missed
        found = {path.name.partition(":")[0]: path for part in ("new", "cur") for path in (folder / part).iterdir()}
        try:
            return [found[name].read_bytes() for name in sorted(found)]
        except FileNotFoundError:  # it has just been moved
            continue


def _head(subject: str, extra: str = "") -> bytes:
    head = (
        "Return-Path: <ada@example.org>\r\n"
        "Date: Mon, 21 Apr 2025 09:30:00 +0000\r\n"
        "From: Ada <ada@example.org>\r\n"
        "To: M. Rose <mrose@example.org>\r\n"
        f"Message-ID: <{sum(map(ord, subject))}.{len(subject)}@example.org>\r\n"
    )
    return (head + f"Subject: {subject}\r\n" + extra).encode()


def _mail(subject: str, body: str, extra: str = "") -> bytes:
    return _head(subject, extra) + b"\r\n" + body.encode()
