"""Headers that are made to do harm; see ``test_limits.py``."""

from host_tests.mime.both.endless import endless


def test_an_endless_header():
    mail = endless((b"X-%d: some field of a header that does not end\r\n", 20000), (b"Subject: s\r\n\r\ntext", 1))
    assert mail.subject == "s" and not mail.truncated
    assert next(mail).text() == "text"


def test_fields_of_content_without_end():
    mail = endless((b"Content-%d: some field of a header that does not end\r\n", 20000), (b"Subject: s\r\n\r\ntext", 1))
    assert mail.subject == "s" and next(mail).text() == "text"
    mail = endless(
        (b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", 1), (b"Content-%d: x\r\n", 20000), (b"\r\n1", 1)
    )
    assert next(mail).text() == "1"


def test_an_endless_line():
    mail = endless((b"Subject: ", 1), (b"many words ", 100000), (b"\r\nTo: t\r\n\r\ntext", 1))
    assert mail.subject == ("many words " * 24)[:256].strip() and mail.to == "t" and mail.truncated
    assert next(mail).text() == "text"
    mail = endless((b"no field and no end", 50000))
    assert mail.subject == "" and mail.text(10) == "no field a" and list(mail) == []


def test_huge_parameters():
    mail = endless((b"Content-Type: a/b; name=", 1), (b"very_long_name", 20000), (b"\r\n\r\ntext", 1))
    each = next(mail)
    assert (each.type, each.filename) == ("a/b", ("very_long_name" * 20)[:256]) and mail.truncated


def test_sections_that_do_not_end():
    mail = endless((b"Content-Type: a/b", 1), (b"; name*%d=x", 5000), (b"\r\n\r\n", 1))
    assert next(mail).filename == "x" * 64


def senders(*pieces):
    """Read From fields that are one piece again and again; the next field is there."""
    for piece in pieces:
        mail = endless((b"From: ", 1), (piece, 5000), (b"\r\nSubject: s\r\n\r\n", 1))
        assert len(mail.sender) <= 256 and len(mail.address) <= 256 and mail.subject == "s"


def test_a_from_field_of_brackets():
    senders(b'<("', b"<", b"<>")


def test_a_from_field_of_quotes_and_comments():
    senders(b'"', b"(", b"\\")


def test_a_from_field_of_addresses():
    senders(b"@", b"a@b,", b"a@b <c@d>, ")


def subject(piece):
    """What is made of a Subject that is one piece again and again; the next field is there."""
    mail = endless((b"Subject: ", 1), (piece, 5000), (b"\r\nTo: t\r\n\r\n", 1))
    assert len(mail.subject) <= 256 and mail.to == "t"
    return mail.subject


def test_words_without_end():
    assert subject(b" =?koi8-r?q?=C3=?= ") == "ц=" * (2048 // 19)  # and no part of the one that was cut
    assert subject(b"=?utf-8?b?w6TD?=")[:200] == "ä\ufffd" * 100


def test_empty_words_without_end():
    assert len(subject(b"=?utf-8?q?=?=")) > 100


def test_what_is_no_word_without_end():
    assert subject(b"=?") == "=?" * 128
    assert subject(b"=?utf-8?x?=C3") == ("=?utf-8?x?=C3" * 20)[:256]


def test_octets_of_no_charset_without_end():
    assert subject(b"\xff") == "ÿ" * 256
