"""``micropop.aio.read()``: each mail reads as the blocking reader reads it, however slowly it comes."""

import asyncio
import io
from binascii import b2a_base64
from pathlib import Path

import micropop.aio
import pytest
from micropop import mime

from host_tests import mime as folder
from host_tests.aio.loop import Loop

MAILS = sorted(Path(folder.__file__).with_name("mails").glob("*.eml"))
SIZES = (64, 512)


class Message:
    """A message of an AsyncClient's; each packet comes behind a turn of the others."""

    complete = False

    def __init__(self, data: bytes, size: int):
        self.data = data
        self.size = size
        self.packet = micropop.PacketPool(size, 1).allocate()

    def __aiter__(self):
        return self

    async def __anext__(self):
        await asyncio.sleep(0)
        if not self.data:
            raise StopAsyncIteration
        self.packet.span(self.packet.index, self.packet.index)
        self.packet.append(self.data[: self.size])
        self.data = self.data[self.size :]
        return self.packet


class Trickle:
    """A stream that gives and takes a few bytes at a time, and sometimes none."""

    def __init__(self, data: bytes = b""):
        self.data = data
        self.times = 0

    async def readinto(self, buf):
        await asyncio.sleep(0)
        n = min(7, len(self.data), len(buf))
        buf[:n] = self.data[:n]
        self.data = self.data[n:]
        return n

    async def write(self, data):
        await asyncio.sleep(0)
        self.times += 1
        if self.times % 50 == 0:
            return None
        self.data += bytes(data[:100])
        return min(100, len(data))


def header(mail) -> list:
    return [mail.subject, mail.sender, mail.address, mail.to, mail.date, mail.time, mail.field("list-id")]


def about(part) -> list:
    return [part.number, part.type, part.filename, part.flash_name, part.disposition, part.charset, part.id]


def blocking(source) -> list:
    mail = mime.read(source, ("list-id",))
    return [header(mail), [[about(part), b"".join([bytes(data) for data in part])] for part in mail]]


async def other(source) -> list:
    mail = await micropop.aio.read(source, ("list-id",))
    return [header(mail), [[about(part), b"".join([bytes(data) async for data in part])] async for part in mail]]


@pytest.mark.parametrize("path", MAILS, ids=[path.stem for path in MAILS])
def test_a_mail_is_read_as_the_blocking_reader_does(path):
    data = path.read_bytes()
    expected = blocking(data)
    text = mime.read(data).text()
    for size in SIZES:
        assert asyncio.run(other(Message(data, size))) == expected

        async def told(size=size):
            return await (await micropop.aio.read(Message(data, size))).text()

        assert asyncio.run(told()) == text


def test_whatever_a_mail_can_be_read_from(tmp_path):
    data = MAILS[0].read_bytes()
    path = tmp_path / "mail.eml"
    path.write_bytes(data)
    expected = blocking(data)
    pieces = [data[:100], data[100:]]
    for source in (data, str(path), path, io.BytesIO(data), iter(pieces), Trickle(data)):
        assert asyncio.run(other(source)) == expected


async def left_by_the_block(path):
    async with await micropop.aio.read(path) as mail:
        return mail.file


async def passed_over(path):
    mail = await micropop.aio.read(path)
    file = mail.file
    assert len([part async for part in mail]) == 1
    return file


async def read_whole(path):
    mail = await micropop.aio.read(path)
    file = mail.file
    async for part in mail:
        assert b"".join([bytes(data) async for data in part])
    return file


async def shown(path):
    mail = await micropop.aio.read(path)
    file = mail.file
    assert await mail.text()
    return file


@pytest.mark.parametrize("reader", [left_by_the_block, passed_over, read_whole, shown])
@pytest.mark.parametrize("encoding", ["7bit", "quoted-printable", "base64"])
def test_the_file_of_a_path_is_closed(tmp_path, encoding, reader):
    path = tmp_path / "mail.eml"
    path.write_bytes(b"Content-Transfer-Encoding: " + encoding.encode() + b"\r\n\r\n" + b"d29yZHM=\r\n" * 200)
    assert asyncio.run(reader(path)).closed


def test_parts_are_saved_and_read_piece_by_piece():
    data = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    body = bytes(range(256)) * 20
    lines = b"".join([b2a_base64(body[at : at + 57])[:-1] + b"\r\n" for at in range(0, len(body), 57)])
    for _ in range(2):
        data += b"--b\r\nContent-Transfer-Encoding: base64\r\nContent-Type: a/b\r\n\r\n" + lines
    data += b"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nwords\r\n--b--\r\n"

    async def parts():
        mail = await micropop.aio.read(Message(data, 128))
        saved, seen, small = Trickle(), [], bytearray(50)
        first = await mail.__anext__()
        with pytest.raises(micropop.LimitExceeded):
            await first.save(saved, limit=1000)
        before = len(saved.data)
        assert await first.save(saved, lambda count, _: seen.append(count)) == seen[-1] == len(body) - before
        second = await mail.__anext__()
        read = b""
        while True:
            n = await second.readinto(small)
            if not n:
                break
            read += small[:n]
        third = await mail.__anext__()
        inner = await third.open()
        return saved.data, read, inner.subject, await inner.text()

    saved, read, subject, text = asyncio.run(parts())
    assert (saved, read) == (body, body)
    assert (subject, text.strip()) == ("inner", "words")


@pytest.mark.parametrize(("size", "octets"), [(None, 512), (64, 64), (1000, 1000)])
def test_a_stream_is_read_in_pieces_of_the_size_that_is_told(size, octets):
    seen = set()

    class Measured(Trickle):
        async def readinto(self, buf):
            seen.add(len(buf))
            return await Trickle.readinto(self, buf)

    async def text():
        return await (await micropop.aio.read(Measured(b"A: b\r\n\r\nwords"), size=size)).text()

    assert asyncio.run(text()) == "words" and seen == {octets}


def test_a_text_is_read_to_4096_characters():
    mail = b"A: b\r\n\r\n" + b"x" * 5000

    async def texts():
        whole = await (await micropop.aio.read(mail)).text()
        part = await (await micropop.aio.read(mail)).__anext__()
        return len(whole), len(await part.text()), part.truncated, len(await part.text())

    assert asyncio.run(texts()) == (4096, 4096, True, 5000 - 4096)


class Sluggish:
    """A stream that gives and takes nothing for some seconds before each piece.

    :param data: what it gives
    """

    def __init__(self, loop: Loop, seconds: float, data: bytes = b""):
        self.loop = loop
        self.seconds = seconds
        self.data = data
        self.next = seconds

    def early(self) -> bool:
        if self.loop.time() < self.next:
            return True
        self.next = self.loop.time() + self.seconds
        return False

    def readinto(self, buf):
        if self.early():
            return None
        n = min(100, len(self.data), len(buf))
        buf[:n] = self.data[:n]
        self.data = self.data[n:]
        return n

    def write(self, data):
        if self.early():
            return -1
        self.data += bytes(data[:100])
        return min(100, len(data))


@pytest.mark.parametrize(("seconds", "patient"), [(0.1, True), (9.95, True), (10.5, False), (1e9, False)])
def test_a_stream_has_ten_seconds_for_each_piece(seconds, patient, monkeypatch):
    mail = b"Subject: s\r\n\r\n" + b"words\r\n" * 100

    async def reading(loop):
        read = await micropop.aio.read(Sluggish(loop, seconds, mail))
        part = await read.__anext__()
        return b"".join([bytes(data) async for data in part])

    async def writing(loop):
        monkeypatch.setattr("micropop.aio.saving.ticks_ms", lambda: int(1000 * loop.time()))
        stream = Sluggish(loop, seconds)
        part = await (await micropop.aio.read(mail)).__anext__()
        await part.save(stream)
        return stream.data

    for program in (reading, writing):
        with asyncio.Runner(loop_factory=Loop) as runner:
            loop = runner.get_loop()
            if patient:
                assert runner.run(program(loop)) == b"words\r\n" * 100
                assert loop.time() > 7 * seconds
            else:
                with pytest.raises(micropop.Timeout) as caught:
                    runner.run(program(loop))
                assert not caught.value.fatal and 10 <= loop.time() < 10.4


def test_what_a_stream_did_not_take_comes_next(monkeypatch):
    async def program(loop):
        monkeypatch.setattr("micropop.aio.saving.ticks_ms", lambda: int(1000 * loop.time()))
        mail = await micropop.aio.read(b"A: b\r\n\r\n" + b"words" * 50)
        part = await mail.__anext__()
        stream = Sluggish(loop, 0)

        async def stalled(saved, _):
            raise AssertionError("not all was saved")

        stream.seconds = 1e9  # behind the first piece
        with pytest.raises(micropop.Timeout):
            await part.save(stream, stalled)
        assert stream.data == (b"words" * 50)[:100]
        return b"".join([bytes(data) async for data in part])

    with asyncio.Runner(loop_factory=Loop) as runner:
        assert runner.run(program(runner.get_loop())) == (b"words" * 50)[100:]


def test_mails_in_mails_have_a_limit_and_names_of_their_own():
    data = b"Content-Type: a/b; name=x\r\n\r\nwords"
    for _ in range(8):
        data = b"Content-Type: message/rfc822\r\n\r\n" + data

    async def names():
        found = []
        mail = await micropop.aio.read(Message(data, 128))
        try:
            while True:
                part = await mail.__anext__()
                found.append(part.flash_name)
                mail = await part.open()
        except micropop.LimitExceeded:
            octets = b"".join([bytes(piece) async for piece in part])
            assert octets.endswith(b"words") and octets.count(b"rfc822") == 3  # the part is still all there
            return found

    assert asyncio.run(names()) == ["1-part", "1.1-part", "1.1.1-part", "1.1.1.1-part", "1.1.1.1.1-part"]


def test_what_fields_wants_is_checked_as_by_the_blocking_reader():
    for fields in (5, (None,), [b"list-id", 1]):
        with pytest.raises(micropop.InvalidArgument, match="fields="):
            asyncio.run(micropop.aio.read(b"A: b\r\n\r\n", fields))


def test_the_parts_behind_a_text_come_each_once():
    data = (
        b"Content-Type: multipart/mixed; boundary=m\r\n\r\n"
        b"--m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n"
        b"--a\r\n\r\nplain\r\n--a\r\nContent-Type: text/html\r\n\r\n<b>html</b>\r\n--a--\r\n"
        b"--m\r\nContent-Type: image/png\r\n\r\none\r\n--m\r\nContent-Type: image/gif\r\n\r\ntwo\r\n--m--\r\n"
    )

    async def types() -> list[str]:
        mail = await micropop.aio.read(Message(data, 64))
        assert (await mail.text()).strip() == "plain"
        found = []
        async for part in mail:
            found.append(part.type)
            if len(found) > 5:
                break
        return found

    assert asyncio.run(types()) == ["image/png", "image/gif"]
