"""Mails that are made to do harm: all of them end, in constant memory, and what was cut can be asked for."""

from host_tests.mime.both.endless import endless
from host_tests.mime.both.helpers import lines, multipart, octets, part, read


def test_an_endless_body():
    mail = endless((b"X: y\r\n\r\n", 1), (b"text and ", 100000))
    each = next(mail)
    assert each.text(20) == "text and text and te" and each.truncated
    assert list(mail) == []


def test_ten_thousand_parts():
    top = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    mail = endless((top, 1), (b"--b\r\n\r\n%d\r\n", 10000), (b"--b--", 1))
    count = 0
    for each in mail:
        assert octets(each) == b"%d" % count
        count += 1
    assert count == 1000 and mail.truncated


def test_a_thousand_levels():
    mail = endless((b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", 1000), (b"\r\ndeep", 1))
    found = 0
    for each in mail:
        assert each.type == "multipart/mixed" and mail.truncated
        for data in each:  # what is too deep is there as it is
            found += bytes(data).count(b"boundary=b999")
    assert found == 1


def test_twenty_levels_are_read():
    data = b"text"
    for i in range(20):
        data = multipart(data if i else part(data), boundary=f"b{i}")[:-2]
    mail = read(data, 512)
    assert [octets(each) for each in mail] == [b"text"] and not mail.truncated


def test_a_delimiter_of_seventy_characters_almost_in_every_line():
    boundary = b"0123456789" * 7
    line = b"--" + boundary[:-1] + b"x\r\n"
    top = b"Content-Type: multipart/mixed; boundary=" + boundary + b"\r\n\r\n--" + boundary + b"\r\n\r\n"
    mail = endless((top, 1), (line, 3000), (b"\r\n--" + boundary + b"--", 1))
    count = 0
    for data in next(mail):
        count += len(data)
    assert count == 3000 * len(line)


def test_a_boundary_that_is_too_long_is_none():
    for length, right in ((128, [b"text"]), (129, None)):
        boundary = "b" * length
        data = lines("Content-Type: multipart/mixed; boundary=" + boundary, "", "--" + boundary, "", "text")
        data += b"--" + boundary.encode() + b"--\r\n"
        mail = read(data, 64)
        found = [octets(each) for each in mail]
        assert found == (right or [data[data.find(b"\r\n\r\n") + 4 :]])
        assert mail.guessed == (right is None)


def test_a_delimiter_with_blanks_that_do_not_end():
    mail = endless(
        (b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b", 1), (b"    ", 20000), (b"\r\nx", 1)
    )
    count = 0
    for data in next(mail):
        count += len(data)
    assert count == 4 + 2 + 3 + 80000 + 3


def test_a_preamble_that_does_not_end():
    mail = endless(
        (b"Content-Type: multipart/mixed; boundary=b\r\n\r\n", 1),
        (b"This is a multipart mail.\r\n", 5000),
        (b"--b\r\n\r\ntext\r\n--b--", 1),
    )
    assert [each.text() for each in mail] == ["text"]


def test_equals_signs_only():
    for encoding in (b"base64", b"quoted-printable"):
        mail = endless((b"Content-Transfer-Encoding: " + encoding + b"\r\n\r\n", 1), (b"====", 20000))
        for data in next(mail):
            assert len(data) <= 520


def test_tags_and_entities_without_end():
    for piece in (b"<", b"&", b"<!--", b"<a b='", b"&amp", b"<p>", b"&lt;"):
        mail = endless((b"Content-Type: text/html\r\n\r\n", 1), (piece, 20000))
        assert len(mail.text()) <= 4096


def test_a_text_for_which_there_is_no_room_in_one_piece_comes_in_several():
    mail = endless((b"X: y\r\n\r\n", 1), (b"many words ", 700))
    each = next(mail)
    count = 0
    while True:
        text = each.text(6000)  # in a heap of 48 KB it gets fewer
        if not text:
            break
        for i in range(0, len(text), 100):
            assert text[i : i + 11] == ("many words " * 2)[(count + i) % 11 :][: min(11, len(text) - i)]
        count += len(text)
    assert count == 7700
