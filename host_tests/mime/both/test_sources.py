"""Where a mail comes from and where its parts go: messages, files, packets; streams that take little or nothing."""

import io
import os

import micropop
from micropop import mime

from host_tests.mime.both.helpers import Message, Opened, closed, lines, multipart, octets, part, raises, read

BASE64 = part("T3JhbmdlcyBhbmQgbGVtb25z", "Content-Transfer-Encoding: base64")
MAIL = multipart(part("one"), BASE64, top=("Subject: s",))
PATH = "mime-test.eml"


def whole(mail):
    assert mail.subject == "s"
    assert [octets(each) for each in mail] == [b"one", b"Oranges and lemons"]


class Trickle:
    """A stream that brings little at a time, and now and then nothing yet."""

    def __init__(self, data, often=2):
        self.data = data
        self.often = often
        self.turn = 0

    def readinto(self, buf):
        self.turn += 1
        if self.turn % self.often == 0:
            return None
        count = min(len(buf), len(self.data), 5)
        buf[:count] = self.data[:count]
        self.data = self.data[count:]
        return count


class Lent:
    """A packet of somebody else's."""

    def __init__(self, data):
        self.data = memoryview(data)


class Stored:
    """A mail of a store."""

    path = PATH


def saved(data):
    """Write a file; it is to be removed."""
    with open(PATH, "wb") as file:
        file.write(data)


def patience(times):
    """Let streams that do nothing be asked again so often, without a pause; returns what puts it back."""
    from micropop.mime import sources

    before = sources.sleep, sources._PATIENCE
    sources.sleep = lambda seconds: None
    sources._PATIENCE = times

    def put_back():
        sources.sleep, sources._PATIENCE = before

    return put_back


def test_bytes():
    for source in (MAIL, bytearray(MAIL), memoryview(MAIL)):
        whole(mime.read(source))
    assert bytes(MAIL).find(b"T3Jh") > 0  # it was not decoded in place


def test_a_path_a_file_and_a_stored_mail():
    saved(MAIL)
    try:
        whole(mime.read(PATH))
        whole(mime.read(Stored()))
        with open(PATH, "rb") as file:
            whole(mime.read(file))
            assert file.read() == b""  # it is still open
    finally:
        os.remove(PATH)


def test_the_file_of_a_path_is_closed():
    saved(MAIL)
    try:
        with mime.read(PATH) as mail:
            assert mail.subject == "s"
            file = mail.file
        assert mail.file is None
        raises((ValueError, OSError), file.read, 1)
        mail = mime.read(PATH)
        file = mail.file
        assert len(list(mail)) == 2
        raises((ValueError, OSError), file.read, 1)
    finally:
        os.remove(PATH)


def test_the_file_of_a_path_is_closed_when_the_last_octets_were_read():
    for encoding in (b"7bit", b"quoted-printable", b"base64"):
        saved(b"Content-Transfer-Encoding: " + encoding + b"\r\n\r\n" + b"d29yZHM=\r\n" * 2000)
        try:
            mail = mime.read(PATH)
            file = mail.file
            assert sum(len(data) for data in next(mail))
            raises((ValueError, OSError), file.read, 1)
        finally:
            os.remove(PATH)


def test_the_file_of_a_path_is_closed_when_its_header_cannot_be_read():
    for fields, size in ((5, None), ((5,), None), ((), -1), ((), "x")):
        assert closed(Opened(MAIL), lambda fields=fields, size=size: mime.read(PATH, fields, size)), (fields, size)
    for length in (0, 5):
        file = Opened(MAIL[:length], micropop.StoreError("the card is gone"))
        assert closed(file, lambda: mime.read(PATH))


def test_a_path_that_is_not_there():
    raises(OSError, mime.read, "no-such-file.eml")


def test_a_stream_that_brings_little():
    put_back = patience(3)
    try:
        whole(mime.read(Trickle(MAIL)))
    finally:
        put_back()


def test_a_stream_that_brings_nothing_for_long():
    put_back = patience(3)
    try:
        error = raises(micropop.Timeout, mime.read, Trickle(MAIL, 1))
        assert not error.fatal and "readinto" in str(error)
    finally:
        put_back()


def test_packets_of_others():
    whole(mime.read([Lent(MAIL[i : i + 9]) for i in range(0, len(MAIL), 9)]))
    whole(mime.read(iter([MAIL[:50], b"", MAIL[50:]])))
    whole(mime.read([Lent(MAIL)], size=7))


def test_empty_packets():
    message = Message(MAIL, 64)
    step = message.__next__

    class Gaps:
        complete = False
        gap = True

        def __iter__(self):
            return self

        def __next__(self):
            self.gap = not self.gap
            if self.gap:
                message.packet.end = message.packet.start
                return message.packet
            return step()

    whole(mime.read(Gaps()))


def test_what_is_no_source():
    for source in (None, 5, object(), [5], [None]):
        assert "path" in str(raises(micropop.InvalidArgument, mime.read, source))


def test_a_buffer_of_any_size():
    for size in (1, 2, 64, 5000):
        whole(mime.read(MAIL, size=size))


def test_an_error_of_the_source_comes_out_and_nothing_is_whole():
    for last in (micropop.ConnectionLost("gone"), OSError(5)):
        cut = MAIL[: MAIL.find(b"T3Jh") + 10]
        mail = read_until(cut, last)
        assert octets(next(mail)) == b"one"
        each = next(mail)
        assert raises(type(last), octets, each) is last
        raises(Exception, octets, each)
        raises(Exception, next, mail)


def read_until(data, last):
    return mime.read(Message(data, 20, last))


def test_an_error_of_a_stream_comes_again_and_again():
    class Failing(Trickle):
        def readinto(self, buf):
            if not self.data:
                self.data = MAIL  # it would go on, with a hole
                raise OSError(5)
            return Trickle.readinto(self, buf)

    put_back = patience(3)
    try:
        mail = mime.read(Failing(MAIL[: MAIL.find(b"T3Jh") + 4]))
        next(mail)
        each = next(mail)
        for _ in range(3):
            raises(OSError, each.text)
        raises(OSError, next, mail)
    finally:
        put_back()


def test_an_error_of_an_iterator_comes_again_and_again():
    def broken():
        yield MAIL[:100]
        raise OSError(5)

    mail = mime.read(broken())
    for _ in range(2):
        raises(OSError, list, mail)


# -- reading and saving


class Shelf:
    """A stream that takes as much of each piece as it is told.

    :param takes: for each ``write()`` in turn: how many octets, None: says so and takes nothing, or an exception
    """

    def __init__(self, *takes):
        self.takes = list(takes)
        self.data = b""

    def write(self, data):
        take = self.takes.pop(0) if self.takes else len(data)
        if isinstance(take, Exception):
            raise take
        if take is None:
            return None
        self.data += bytes(data[: max(take, 0)])
        return min(take, len(data))


LETTERS = bytes([97 + i % 26 for i in range(1000)])


def test_save_returns_how_many_octets_were_saved():
    for size in (1, 7, 64, 512):
        shelf = Shelf()
        mail = read(multipart(part(LETTERS), part("next")), size)
        assert next(mail).save(shelf) == 1000 and shelf.data == LETTERS
        assert octets(next(mail)) == b"next"
    assert next(read(lines("X: y", ""))).save(Shelf()) == 0


def test_save_into_a_buffer_of_python_s():
    stream = io.BytesIO()
    assert next(read(lines("X: y", "") + LETTERS)).save(stream) == 1000
    assert stream.getvalue() == LETTERS


def test_a_stream_that_takes_little_or_nothing_now():
    put_back = patience(3)
    try:
        shelf = Shelf(None, 3, None, None, 1, 0, 2, None, -3, 500, 1)
        assert next(read(lines("X: y", "") + LETTERS)).save(shelf) == 1000
        assert shelf.data == LETTERS
    finally:
        put_back()


def test_a_stream_that_takes_nothing_for_long():
    put_back = patience(3)
    try:
        each = next(read(lines("X: y", "") + LETTERS))
        shelf = Shelf(30, 10, *[None] * 9)
        error = raises(micropop.Timeout, each.save, shelf)
        assert not error.fatal and "write" in str(error)
        assert shelf.data + octets(each) == LETTERS
    finally:
        put_back()


def test_after_an_error_of_the_stream_nothing_is_lost():
    for takes in ((OSError(28),), (10, OSError(28)), (64, 64, OSError(28)), (64, 3, OSError(28))):
        each = next(read(lines("X: y", "") + LETTERS))
        shelf = Shelf(*takes)
        raises(OSError, each.save, shelf)
        each.save(shelf)
        assert shelf.data == LETTERS, takes


def test_a_limit_in_octets():
    each = next(read(lines("X: y", "") + LETTERS))
    shelf = Shelf()
    error = raises(micropop.LimitExceeded, each.save, shelf, None, 999)
    assert "999" in str(error) and len(shelf.data) <= 999
    assert each.save(shelf) and shelf.data == LETTERS  # there is no hole
    each = next(read(lines("X: y", "") + LETTERS))
    assert each.save(Shelf(), limit=1000) == 1000


def test_progress_is_told():
    told = []
    mail = read(multipart(part(LETTERS)), 512)
    next(mail).save(Shelf(), progress=lambda saved, octets: told.append((saved, octets)))
    assert told[-1] == (1000, None) and len(told) > 1
    assert sorted(told) == told


def test_readinto_takes_what_comes():
    for size in (1, 7, 64, 512):
        each = next(read(multipart(part(LETTERS)), size))
        buf = bytearray(100)
        found = b""
        while True:
            count = each.readinto(buf)
            if not count:
                break
            found += bytes(buf[:count])
        assert found == LETTERS and each.readinto(buf) == 0


def test_pieces_are_the_program_s_own():
    for encoding, right in (("8bit", LETTERS), ("quoted-printable", LETTERS), ("base64", None)):
        each = next(read(multipart(part(LETTERS, "Content-Transfer-Encoding: " + encoding)), 64))
        found = b"".join(list(each))
        assert found == (right or found) and len(found) > 700


def test_a_loop_that_is_left_and_taken_up_again():
    each = next(read(multipart(part(LETTERS)), 64))
    found = b""
    for _ in range(5):
        for data in each:
            found += bytes(data)
            break
    assert found + octets(each) == LETTERS


def test_reading_by_turns():
    each = next(read(multipart(part(LETTERS)), 64))
    buf = bytearray(3)
    found = b""
    for data in each:
        found += bytes(data)
        count = each.readinto(buf)
        found += bytes(buf[:count])
    assert found == LETTERS


def test_the_reader_is_fed_and_does_no_input_itself():
    from micropop.mime.mail import Part
    from micropop.mime.reader import Reader

    reader = Reader(())
    reader.leaf = Part
    data = bytearray(MAIL)
    at = 0
    found = []
    step = reader.advance
    while True:
        result = step()
        if result is None:
            end = min(at + 10, len(data))
            reader.eof = at == end
            reader.feed(data, at, end)
            at = end
        elif step == reader.advance:
            if not result:
                break
            if reader.part is not None:
                found.append(b"")
                step = reader.take
        elif result:
            found[-1] += bytes(result)
        else:
            step = reader.advance
    assert found == [b"one", b"Oranges and lemons"]
