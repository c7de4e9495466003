"""Mails made at random, and what is in them: trees of parts in every encoding; and damage to mails."""

import base64
import random
from dataclasses import dataclass, field

__all__ = ["Tree", "damaged", "tree"]

TYPES = ("text/plain", "text/html", "image/png", "application/octet-stream", "message/rfc822", "text/x-odd")
KINDS = ("mixed", "alternative", "related", "x-none")
BOUNDARIES = ("b", "bb", "b-", "-", "--", "b1", "=_b", "a b", "'()+_,-./:=?", "0" * 70, "b--", "--b")
ODD_LINES = (
    b"",
    b"-",
    b"--",
    b"-- ",
    b"--b",
    b"--bb--",
    b"---",
    b"-----",
    b" --b",
    b"From here",
    b".",
    b"=",
    b"=3D",
    b"Content-Type: text/html",
    b"\xff\xfe",
    "Größe €".encode(),
    b"\r",
    b"x" * 100,
)


@dataclass
class Tree:
    """A mail.

    :ivar octets: the whole mail
    :ivar leaves: (type, octets) of its parts in order
    """

    octets: bytes
    leaves: list[tuple[str, bytes]] = field(default_factory=list)


def tree(chance: random.Random) -> Tree:
    """A mail by the rules, with all that they allow."""
    made = Tree(b"")
    header = [b"Subject: a tree", b"From: Rose <rose@example.org>"]
    made.octets = b"\r\n".join(header) + b"\r\n" + _entity(chance, made, 3, [], chance.choice(BOUNDARIES))
    return made


def _entity(chance: random.Random, made: Tree, depth: int, around: list[str], boundary: str) -> bytes:
    """A part, its header first; what it holds is noted."""
    if depth and chance.random() < (0.7 if depth == 3 else 0.3):
        return _multipart(chance, made, depth, around, boundary)
    kind = chance.choice(TYPES)
    body = _body(chance)
    encoding, encoded = chance.choice((_base64, _quoted, _plain))(chance, body, around)
    if encoding not in ("base64", "quoted-printable"):
        body = encoded
    made.leaves.append((kind, body))
    lines = [f"Content-Type: {kind}", f"Content-Transfer-Encoding: {encoding}", *_other_fields(chance)]
    chance.shuffle(lines)
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + encoded


def _multipart(chance: random.Random, made: Tree, depth: int, around: list[str], boundary: str) -> bytes:
    others = [other for other in BOUNDARIES if _apart(other, [*around, boundary])]
    kind = f'Content-Type: multipart/{chance.choice(KINDS)}; boundary="{boundary}"'
    found = "\r\n".join([*_other_fields(chance), kind]).encode() + b"\r\n\r\n"
    found += _lines(chance, [*around, boundary])
    for _ in range(chance.randrange(1, 4)):
        found += f"--{boundary}".encode() + chance.choice((b"", b"", b" ", b" \t ")) + b"\r\n"
        inner = chance.choice(others) if others else None
        found += _entity(chance, made, depth - 1 if inner else 0, [*around, boundary], inner or "") + b"\r\n"
    if around and chance.random() < 0.2:
        return found[:-2]  # never closed: the outer delimiter ends it
    return found + f"--{boundary}--\r\n".encode() + _lines(chance, [*around, boundary])[:-2]


def _apart(boundary: str, around: list[str]) -> bool:
    """Whether no line can be taken for the delimiter of both."""
    ends = {"--" + boundary, "--" + boundary + "--"}
    return not any(ends & {"--" + other, "--" + other + "--"} for other in around)


def _body(chance: random.Random) -> bytes:
    if chance.random() < 0.5:
        return chance.randbytes(chance.choice((0, 1, 2, 3, 57, 58, 200, 1000)))
    return b"\r\n".join(chance.choice(ODD_LINES) for _ in range(chance.randrange(12)))


def _lines(chance: random.Random, around: list[str]) -> bytes:
    """Lines that are no delimiters, each with its end."""
    found = [chance.choice(ODD_LINES) for _ in range(chance.choice((0, 0, 1, 3)))]
    return b"".join(line + b"\r\n" for line in found if not _delimits(line, around))


def _delimits(line: bytes, around: list[str]) -> bool:
    line = line.rstrip(b" \t\r\n")
    return any(line in (f"--{boundary}".encode(), f"--{boundary}--".encode()) for boundary in around)


def _other_fields(chance: random.Random) -> list[str]:
    fields = ["X-Long: " + "word " * 80, "Content-Description: a\r\n folded one\r\n \r\n", "MIME-Version: 1.0", "X:"]
    return [field.rstrip("\r\n") for field in fields if chance.random() < 0.2]


def _base64(chance: random.Random, body: bytes, around: list[str]) -> tuple[str, bytes]:
    width = chance.choice((76, 76, 76, 64, 4, 5, 77, 10_000))
    letters = base64.b64encode(body)
    lines = [letters[at : at + width] for at in range(0, len(letters), width)]
    if chance.random() < 0.2:
        lines = [line + chance.choice((b" ", b"\r", b"!", b"")) for line in lines]
    end = b"\r\n" if chance.random() < 0.8 else b"\n"
    encoded = end.join(lines) + (end if lines and chance.random() < 0.5 else b"")
    return "base64", encoded


def _quoted(chance: random.Random, body: bytes, around: list[str]) -> tuple[str, bytes]:
    found, width = b"", 0
    for octet in body:
        plain = 33 <= octet <= 126 and octet != 61
        piece = bytes([octet]) if plain and chance.random() < 0.9 else b"=%02X" % octet
        if chance.random() < 0.3:
            piece = piece.lower() if piece[:1] == b"=" else piece
        if not width and piece in (b"-", b"."):
            piece = b"=%02X" % octet
        if width + len(piece) > 75:
            found += chance.choice((b"=\r\n", b"= \r\n", b"=\n"))
            width = 0
            if piece == b"-":
                piece = b"=2D"
        found += piece
        width += len(piece)
    return "quoted-printable", found


def _plain(chance: random.Random, body: bytes, around: list[str]) -> tuple[str, bytes]:
    """As it is, but for lines that would be delimiters, and a CR before them."""
    lines = body.split(b"\n")
    body = b"\n".join(b"x" + line if _delimits(line, around) else line for line in lines)
    return chance.choice(("7bit", "8bit", "binary")), body


def damaged(chance: random.Random, mail: bytes) -> bytes:
    """A mail with a few things changed, lost or doubled."""
    for _ in range(chance.randrange(1, 6)):
        mail = chance.choice(DAMAGES)(chance, mail, chance.randrange(len(mail) + 1))
    return mail


def _lost(chance: random.Random, mail: bytes, at: int) -> bytes:
    return mail[:at] + mail[at + chance.choice((1, 1, 2, 10, 100)) :]


def _doubled(chance: random.Random, mail: bytes, at: int) -> bytes:
    return mail[: at + chance.choice((1, 2, 10, 100))] + mail[at:]


def _inserted(chance: random.Random, mail: bytes, at: int) -> bytes:
    return mail[:at] + chance.choice((*ODD_LINES, b"\n", b"\r\n", b'"', b";", b"\0", b"=?")) + mail[at:]


def _changed(chance: random.Random, mail: bytes, at: int) -> bytes:
    return mail[:at] + chance.randbytes(3) + mail[at + 3 :]


def _broken_off(chance: random.Random, mail: bytes, at: int) -> bytes:
    return mail[:at]


def _without_cr(chance: random.Random, mail: bytes, at: int) -> bytes:
    return mail.replace(b"\r\n", b"\n", chance.randrange(20))


def _loud(chance: random.Random, mail: bytes, at: int) -> bytes:
    return mail[:at] + mail[at : at + 50].upper() + mail[at + 50 :]


DAMAGES = (_lost, _lost, _doubled, _doubled, _inserted, _inserted, _changed, _changed, _broken_off, _without_cr, _loud)
