"""The asynchronous face of the reader, on both interpreters, on a loop of four lines."""

import sys

import micropop
from micropop import mime
from micropop.aio.mail import read

from host_tests.mime.both.helpers import SIZES, Message, Opened, closed, lines

MAIL = lines(
    "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=",
    "Content-Type: multipart/mixed; boundary=b",
    "",
    *("--b", "Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: base64", ""),
    *("PHA+R3LDvMOfZTwvcD4=", "--b", "Content-Type: a/b; name*=utf-8''%c3%bc", ""),
    *("octets " * 9 for _ in range(30)),
    *("--b", "Content-Type: message/rfc822", "", "Subject: inner", "", "words", "--b--"),
)


class Gap:
    """Awaited, it gives way once."""

    def __init__(self):
        self.given = False

    def __iter__(self):
        return self

    __await__ = __iter__

    def __next__(self):
        if self.given:
            raise StopIteration
        self.given = True


class Coming(Message):
    """A message of an AsyncClient's; each packet comes behind a turn of the others."""

    def __aiter__(self):
        return self

    async def __anext__(self):
        await Gap()
        try:
            return next(self)
        except StopIteration:
            raise StopAsyncIteration from None


def run(task):
    """What comes of a coroutine."""
    try:
        while True:
            task.send(None)
    except StopIteration as done:
        return done.value


def loaded():
    """The reader's modules that are loaded."""
    return [name for name in sys.modules if name.startswith("micropop.mime.")]


async def parts(mail):
    found = []
    async for part in mail:
        if part.type == "message/rfc822":
            inner = await part.open()
            found.append((inner.subject, await inner.text()))
        else:
            data = b""
            async for piece in part:
                data += bytes(piece)
            found.append((part.type, part.flash_name, data))
    return found


def test_it_reads_as_the_blocking_reader_does():
    first, second = [(part.type, part.flash_name, b"".join(part)) for part in mime.read(MAIL)][:2]
    for size in SIZES:
        mail = run(read(Coming(MAIL, size)))
        assert mail.subject == "Gr\xfc\xdfe"
        found = run(parts(mail))
        assert found[:2] == [first, second], size
        assert found[2][0] == "inner" and found[2][1].strip() == "words"
        assert run(run(read(Coming(MAIL, size))).text()) == mime.read(MAIL).text() == "Gr\xfc\xdfe"


def test_a_part_that_was_left_gives_nothing_of_the_next():
    async def program():
        mail = await read(Coming(MAIL, 64))
        first = await mail.__anext__()
        second = await mail.__anext__()
        assert await second.piece()
        for call in (first.piece, first.text, lambda: first.readinto(bytearray(9)), first.__anext__):
            try:
                await call()
            except micropop.InvalidState as error:
                assert not error.fatal
            else:
                raise AssertionError(call)

    run(program())


def test_a_program_that_does_not_wait_for_the_first_octets_gets_them_when_it_asks_again():
    header = lines("Subject: " + "s" * 16, "Content-Transfer-Encoding: base64", "")
    assert len(header) == 64
    mail = run(read(Coming(header + b"d29yZHM=\r\n" * 30, 64)))
    part = run(mail.__anext__())
    for _ in range(2):
        waiting = part.piece()
        waiting.send(None)
        waiting.close()  # as a time-out does
    found = b""
    data = run(part.piece())
    while data:
        found += bytes(data)
        data = run(part.piece())
    assert found == b"words" * 30


def test_the_file_of_a_path_is_closed_when_its_header_cannot_be_read():
    for fields, size in ((5, None), ((5,), None), ((), -1), ((), "x")):
        assert closed(Opened(MAIL), lambda fields=fields, size=size: run(read("x.eml", fields, size))), (fields, size)
    for length in (0, 5):
        file = Opened(MAIL[:length], micropop.StoreError("the card is gone"))
        assert closed(file, lambda: run(read("x.eml")))


def test_what_a_text_needs_is_forgotten_behind_it():
    if sys.implementation.name == "cpython":
        return  # where nothing is
    mail = run(read(Coming(MAIL, 64)))
    run(mail.text())
    assert not [name for name in loaded() if "text" in name or "html" in name], loaded()
    mail = run(read(Coming(MAIL, 64)))
    part = run(mail.__anext__())
    assert "Gr" in run(part.text())
    assert not [name for name in loaded() if "text" in name or "html" in name], loaded()
