"""The work that a mail makes grows with its length alone, whatever is repeated in it, wherever.

What is counted is steps of the interpreter, not time: lines of the library that are run.
"""

import sys

import micropop
import pytest
from micropop import mime

SHORT = 3000  # octets; the longer mail has twice as many
PIECES = (
    *(b"<", b"&", b"&amp", b"&#", b"&#1", b"<!--", b"<a b='", b"<script>", b"<style>", b"</", b"<td>", b"<pre>"),
    *(b"<ul><li>", b"<br>", b"&nbsp;", b"(", b'"', b"\\", b"@", b",", b";", b"<x@y>,", b"a:b;", b"a b ", b"> "),
    *(b"=?", b"=?utf-8?q?", b"=?utf-8?q?=C3?= ", b"=?utf-8?b?w6TD?=", b"?=", b"=", b"=\r\n", b"==", b"=C3", b"%C3"),
    *(b" ", b" \r\n", b"\r\n ", b"\r\n\t;", b"\r\n", b"\n", b"\r", b"\0", b"\xff", b"\xe2\x80", b"\xa1\xa1"),
    *(b"\x1b", b"\x1b$B", b"\x1b$B0!\x1b(B", b">> x \r\n", b"-- \r\n", b"A" * 76 + b"\r\n", b"AAAA"),
    *(b"--b\r\n", b"--b\r\n\r\n", b"--b ", b"\r\n--", b"\r\n--b", b"--b--\r\n"),
    *(b"; name*0=x", b"; name*7=x", b"; name*=utf-8''%C3", b'; name="\\', b"; boundary=b"),
    b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n",
)
FIELDS = ("From", "To", "Subject", "Date", "X-Other", "Content-Type", "Content-Disposition", "Content-ID")
BODIES = (
    "Content-Type: text/html; charset=utf-8",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Type: text/plain; format=flowed; delsp=yes",
    "Content-Transfer-Encoding: quoted-printable",
    "Content-Transfer-Encoding: base64",
    "Content-Type: text/plain; charset=iso-2022-jp",
    "Content-Type: text/plain; charset=utf-16",
    "Content-Type: text/plain; charset=utf-7",
    "Content-Type: multipart/mixed; boundary=b",
    "Content-Type: message/rfc822",
)
PLACES = (*(f"{field}: " for field in FIELDS), *(f"{body}\r\n\r\n" for body in BODIES))


def look(mail) -> None:
    for part in mail:
        if part.type == "message/rfc822":
            try:
                look(part.open())
                continue
            except micropop.LimitExceeded:
                pass
        while part.text(1000):
            pass


def steps(data: bytes) -> int:
    """How many lines of the library reading a mail runs."""
    count = 0

    def line(frame, event, _):
        nonlocal count
        count += event == "line"
        return line

    before = sys.gettrace()
    sys.settrace(line)
    try:
        look(mime.read(data, ("x-other",)))
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("place", PLACES, ids=str.strip)
def test_twice_the_mail_is_no_more_than_twice_the_work(place):
    for piece in PIECES:
        times = SHORT // len(piece)
        head, tail = place.encode(), b"\r\n\r\nx"
        short, long = (steps(head + piece * n + tail) for n in (times, 2 * times))
        assert long <= 2.3 * short + 3000, piece
