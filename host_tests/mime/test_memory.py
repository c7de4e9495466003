"""What the reader takes of a board: of CircuitPython's stack, and of the heap."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from micropop import mime

from boards.tools.paths import LIB
from host_tests.circuitpython import pystack
from host_tests.mime.both.endless import Endless
from host_tests.mime.both.helpers import Message, header, lines, multipart, part
from host_tests.mime.trees import tree

READER = sorted((LIB / "micropop" / "mime").rglob("*.py"))
ENOUGH = pystack.SIZE // 2  # the rest is for the session that brings the mail, and the user's program


@contextmanager
def metered() -> Iterator[pystack.Meter]:
    with pystack.Meter(READER) as meter:
        yield meter


def nested(depth: int) -> bytes:
    """Mails in mails."""
    data = lines("Subject: =?utf-8?b?w7w=?= =?x?q?=FC?=", "Content-Type: text/html", "", "<p>innermost &uuml;</p>")
    for i in range(depth):
        data = multipart(part(data, "Content-Type: message/rfc822"), boundary=f"n{i}")
    return data


def test_the_pystack_of_a_mail_with_everything() -> None:
    fields = (
        "Subject: =?iso-8859-2?q?=B1?= =?utf-8?b?w7w=?= =?utf-8?q?=C3=BC?=",
        'From: "=?koi8-r?q?=F0?=" <a@b>',
        "Content-Type: text/html; charset*0*=iso-8859-9''; name*1=b; name*0*=gbk''%81",
    )
    data = header(*fields) + b"<p>a &uuml; &#150; \xfe<style>x</style>" * 20
    with metered() as meter:
        mail = mime.read(Message(data, 64))
        mail.text()
        assert mail.time is None
        mail = mime.read(Message(data, 64))
        next(mail).save(type("Sink", (), {"write": staticmethod(len)}))
    assert 300 < meter.most <= ENOUGH, meter.chain


@pytest.mark.parametrize("seed", range(20))
def test_the_pystack_of_random_mails(seed: int) -> None:
    import random

    made = tree(random.Random(seed))
    with metered() as meter:
        for each in mime.read(Message(made.octets, 64)):
            for _ in each:
                pass
    assert meter.most <= ENOUGH, meter.chain


def test_the_pystack_of_mails_in_mails() -> None:
    with metered() as meter:
        mail = mime.read(nested(4))
        for _ in range(4):
            mail = next(mail).open()
        mail.text()
    assert meter.most <= pystack.SIZE - 512, meter.chain


def test_the_pystack_of_a_thousand_levels() -> None:
    level = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n"
    with metered() as meter:
        for each in mime.read(Endless(512, (level, 1000), (b"\r\ndeep", 1))):
            each.text()
    assert meter.most <= ENOUGH, meter.chain


def test_python_s_own_stack_is_not_used_up_either() -> None:
    """No function calls itself, whatever the mail: it reads within few frames."""
    before = sys.getrecursionlimit()
    depth = 0
    frame = sys._getframe()
    while frame:
        frame, depth = frame.f_back, depth + 1
    sys.setrecursionlimit(depth + 30)
    try:
        assert mime.read(nested(3)).text() == ""
        level = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n"
        assert len(list(mime.read(Endless(512, (level, 500))))) == 1
    finally:
        sys.setrecursionlimit(before)
