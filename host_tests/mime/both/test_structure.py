"""Parts, and what is around them: delimiters wherever they stand, or do not (RFC 2046)."""

import micropop
from micropop import mime

from host_tests.mime.both.helpers import (
    Message,
    bodies,
    each_way,
    lines,
    multipart,
    octets,
    part,
    pieces,
    raises,
    read,
    saved,
)


def found(data):
    """(type, octets) of each part, however the mail is cut."""
    return each_way(data, lambda mail: [(each.type, octets(each)) for each in mail])


def texts(data):
    return [body for _, body in found(data)]


def nested(boundary, kind="mixed"):
    return f"Content-Type: multipart/{kind}; boundary={boundary}"


def test_a_mail_without_parts_is_its_own():
    assert found(lines("Subject: s", "", "one", "", "two")) == [("text/plain", b"one\r\n\r\ntwo\r\n")]


def test_parts_in_turn():
    data = multipart(part("one"), part("two\r\n", "Content-Type: text/html"), part("", "Content-Type: a/b"))
    assert found(data) == [("text/plain", b"one"), ("text/html", b"two\r\n"), ("a/b", b"")]
    assert [each.number for each in read(data)] == [1, 2, 3]


def test_what_is_before_and_behind_the_parts_is_passed_over():
    data = lines(nested("b"), "", "This is a multipart mail.", "--bc", "", "--b", "", "text", "--b--")
    data += lines("behind", "--b", "x")
    assert found(data) == [("text/plain", b"text")]


def test_a_delimiter_starts_a_line_and_only_blanks_follow_it():
    body = "a --b1\r\n --b1\r\n--b1x\r\n--b1 x\r\n--b1-\r\n--b1---\r\n-b1\r\n--b\r\n\r--b1\r\nz"
    assert texts(multipart(part(body), part("next"))) == [body.encode(), b"next"]


def test_blanks_behind_a_delimiter():
    data = lines(nested("b"), "", "--b \t ", "", "one", "--b\t", "", "two", "--b--  ", "x")
    assert texts(data) == [b"one", b"two"]


def test_the_line_end_before_a_delimiter_belongs_to_it():
    data = lines(nested("b"), "", "--b", "", "", "one", "", "", "--b", "", "--b--")
    assert texts(data) == [b"\r\none\r\n\r\n", b""]


def test_line_ends_of_any_kind():
    data = lines(nested("b"), "", "--b", "", "one", "two", "--b", "", "three", "--b--")
    assert texts(data.replace(b"\r\n", b"\n")) == [b"one\ntwo", b"three"]
    assert texts(data.replace(b"two\r\n", b"two\n")) == [b"one\r\ntwo", b"three"]
    assert texts(data.replace(b"two", b"--").replace(b"\r\n", b"\n")) == [b"one\n--", b"three"]


def test_an_outer_delimiter_ends_every_inner_part():
    inner = lines(nested("c"), "", "--c", nested("d"), "", "--d", "", "deep")
    assert texts(multipart(inner[:-2], part("next"))) == [b"deep", b"next"]
    closed = lines(nested("c"), "", "--c", "", "inner", "--c--", "behind")
    assert texts(multipart(closed, part("next"))) == [b"inner", b"next"]


def test_an_inner_boundary_that_begins_like_the_outer():
    for inner, outer in (("bb", "b"), ("b-", "b"), ("--b", "b"), ("-", "b"), ("b--", "b"), ("b", "bb"), ("=b", "b")):
        data = lines(nested(outer), "", "--" + outer, nested(inner), "", "--" + inner, "", "in", "--" + inner + "--")
        data += lines("--" + outer, "", "out", "--" + outer + "--")
        assert texts(data) == [b"in", b"out"], inner


def test_a_boundary_of_a_dash():
    body = "-- \r\nRose\r\n--\r\n----\r\n"
    data = lines(nested("-"), "", "---", "", body + "x", "---", "", "two", "-----", "---", "", "behind")
    assert texts(data) == [body.encode() + b"x", b"two"]


def test_boundaries_in_quotes_folded_and_in_sections():
    for field in (
        'boundary="a b"',
        'boundary = "a b" ; x=y',
        'charset=x;\r\n\tboundary="a b"',
        'boundary*0=a; boundary*1=" b"',
        'boundary="a b "',
        'Boundary="a b"',
    ):
        data = lines("Content-Type: multipart/mixed; " + field, "", "--a b", "", "one", "--a b--")
        assert texts(data) == [b"one"], field


def test_no_closing_delimiter():
    data = lines(nested("b"), "", "--b", "", "one", "--b", "", "last", "line")
    assert texts(data) == [b"one", b"last\r\nline\r\n"]
    mail = read(data)
    bodies(mail)
    assert mail.truncated
    mail = read(multipart(part("one")))
    bodies(mail)
    assert not mail.truncated and not mail.guessed


def test_a_mail_that_ends_in_its_delimiter():
    data = lines(nested("b"), "", "--b", "", "one")
    for end in (b"--b--", b"--b-- ", b"--b"):
        assert texts(data + end)[0] == b"one", end
    assert texts(data + b"--b-") == [b"one\r\n--b-"]
    assert texts(data + b"-") == [b"one\r\n-"]
    assert texts(data[:-1]) == [b"one\r"]


def test_a_part_may_end_inside_its_header():
    data = lines(nested("b"), "", "--b", "Content-Type: text/html", "--b", "", "two", "--b", "--b", "X: y", "--b--")
    assert found(data) == [("text/html", b""), ("text/plain", b"two"), ("text/plain", b""), ("text/plain", b"")]


def test_a_part_without_a_header_or_an_empty_line():
    data = lines(nested("b"), "", "--b", "", "one", "--b", "Two: a field", "three", "--b--")
    assert texts(data) == [b"one", b"three"]
    data = lines(nested("b"), "", "--b", "no field", "three", "--b--")
    assert texts(data) == [b"no field\r\nthree"]


def test_a_multipart_without_a_boundary_is_shown_as_text():
    for field in ("multipart/mixed", "multipart/mixed; boundary=", 'multipart/mixed; boundary=""'):
        data = lines("Content-Type: " + field, "", "--b", "", "text")
        assert found(data) == [("text/plain", b"--b\r\n\r\ntext\r\n")], field
        mail = read(data)
        bodies(mail)
        assert mail.guessed


def test_a_multipart_without_any_delimiter_is_shown_as_text():
    data = lines(nested("b"), "", "only", "--c", "text")
    assert found(data) == [("text/plain", b"only\r\n--c\r\ntext\r\n")]
    assert read(data).text() == "only\r\n--c\r\ntext\r\n"
    inner = lines(nested("c"), "", "only text")
    assert found(multipart(inner[:-2], part("next"))) == [("text/plain", b"only text"), ("text/plain", b"next")]
    long = lines(nested("b"), "", "x" * 5000)
    assert found(long) == [("text/plain", b"x" * 1024)]


def test_a_multipart_without_any_delimiter_is_one_part_and_said_to_be_guessed():
    inner = lines(nested("c"), "", "only text")
    for data in (multipart(inner[:-2], part("next")), multipart(inner[:-2], part("next"))[:-8]):
        mail = read(data)
        assert [(each.number, each.type) for each in mail] == [(1, "text/plain"), (2, "text/plain")]
        assert mail.guessed
    mail = read(lines(nested("b"), "", "\t"))
    assert not list(mail) and not mail.guessed


def test_a_multipart_with_nothing_in_it():
    assert found(lines(nested("b"), "", "", " ")) == []
    assert found(lines(nested("b"), "")) == []
    assert found(lines(nested("b"))) == []
    assert found(lines(nested("b"), "", "--b--")) == []


def test_no_type_is_plain_text_and_in_a_digest_a_message():
    data = multipart(part("Subject: a\r\n\r\nb"), part("x", "Content-Type: text/plain"), kind="digest")
    assert found(data) == [("message/rfc822", b"Subject: a\r\n\r\nb"), ("text/plain", b"x")]
    inner = lines(nested("c", "digest"), "", "--c", "", "m", "--c--")
    assert found(multipart(inner, part("t"))) == [("message/rfc822", b"m"), ("text/plain", b"t")]


def test_a_mail_in_a_mail_is_a_part_that_can_be_opened():
    old = lines("Subject: old", "From: a@b", nested("i"), "", "--i", "", "one")
    old += lines("--i", "Content-Type: a/b", "", "two", "--i--")
    data = multipart(part("see below"), part(old, "Content-Type: message/rfc822"), part("behind"))
    assert [kind for kind, _ in found(data)] == ["text/plain", "message/rfc822", "text/plain"]

    def look(mail):
        seen = []
        for each in mail:
            if each.type == "message/rfc822":
                inner = each.open(("x-none",))
                seen.append((inner.subject, inner.address, bodies(inner)))
            else:
                seen.append(octets(each))
        return seen

    assert each_way(data, look) == [b"see below", ("old", "a@b", [b"one", b"two"]), b"behind"]


def test_an_opened_mail_that_is_left_early_ends_where_the_outer_goes_on():
    old = lines("Subject: old", "", "x" * 3000)
    mail = read(multipart(part(old, "Content-Type: message/rfc822"), part("next")))
    inner = next(mail).open()
    assert inner.subject == "old"
    next(inner)
    assert octets(next(mail)) == b"next"
    raises(micropop.InvalidState, bodies, inner)


def test_a_mail_in_a_mail_may_be_encoded():
    data = multipart(
        part(
            "U3ViamVjdDogb2xkDQoNCm9sZCB0ZXh0DQo=",
            "Content-Type: message/rfc822",
            "Content-Transfer-Encoding: base64",
        )
    )
    assert each_way(data, lambda mail: next(mail).open().text()) == "old text\r\n"


def test_the_nesting_of_mails_is_bounded():
    data = lines("Subject: innermost", "", "text")
    for _ in range(8):
        data = lines("Content-Type: message/rfc822", "") + data
    mail = read(data, 512)
    for _ in range(4):
        mail = next(mail).open()
    deepest = next(mail)
    error = raises(micropop.LimitExceeded, deepest.open)
    assert "4" in str(error)
    whole = octets(deepest)  # as the error's advice is to save the part
    assert whole == data[-len(whole) :] and whole.count(b"rfc822") == 3


def test_what_was_passed_over_is_gone_and_says_so():
    mail = read(multipart(part("one"), part("two")))
    first = next(mail)
    next(mail)
    for function in (first.text, octets, first.readinto, first.save):
        arguments = {first.text: (), octets: (first,), first.readinto: (bytearray(3),)}.get(function, (None,))
        assert "next" in str(raises(micropop.InvalidState, function, *arguments))


def test_parts_that_are_not_read_are_passed_over():
    data = multipart(part("one" * 500), part("two", "Content-Type: x/y"), part("three"))
    for size in (1, 64, 512):
        assert [each.type for each in read(data, size)] == ["text/plain", "x/y", "text/plain"]
        mail = read(data, size)
        for each in mail:
            for data_of_it in each:
                assert data_of_it
                break
        assert mail.part is None and list(mail) == []


def test_parts_of_mails_in_mails_take_no_name_from_each_other():
    named = "Content-Type: a/b; name=" + "x" * 40 + ".txt"
    data = part("deepest", named)
    for level in range(4):
        inner = part(data, "Content-Type: message/rfc822")
        data = multipart(part("text", named), inner, part("text", named), boundary=f"b{level}")
    names = []

    def save(mail, depth):
        for each in mail:
            if each.type == "message/rfc822" and depth:
                save(each.open(), depth - 1)
            else:
                names.append(each.flash_name)

    save(read(data), 4)
    assert len(names) == 9 and len(set(names)) == 9
    assert names[0] == "1-" + "x" * 26 + ".txt" and names[1] == "2.1-" + "x" * 24 + ".txt"
    assert max([len(name) for name in names]) == 32


def test_dashes_and_line_ends_wherever_a_packet_ends():
    for body in (b"-a-\r\n-\r\nb-\n-c\r\r\n--\r\n--c\n--bb\r\n-", b"-\n--b-\n\n-\n-- b\n", b"a\r\n-\n", b"-x\nyz"):
        for encoding in ("8bit", "quoted-printable"):
            mail = multipart(part(body, "Content-Transfer-Encoding: " + encoding), part("next"), boundary="b")
            first = mail.find(body)
            for cut in range(first, first + len(body) + 7):
                for end in range(cut, first + len(body) + 9):
                    assert saved(mime.read(pieces(mail, cut, end))) == [body, b"next"], (body, encoding, cut, end)
        mail = multipart(part(body), part("next"), boundary="b").replace(b"\r\n", b"\n")
        bare = body.replace(b"\r\n", b"\n")
        for cut in range(mail.find(bare), len(mail)):
            assert saved(mime.read(pieces(mail, cut - 2, cut, len(mail) - 9))) == [bare, b"next"], (bare, cut)


class Turning(Message):
    """A mail in packets of these sizes in turn, which do not lie where their memory starts."""

    def __init__(self, data, *sizes):
        Message.__init__(self, data, 64)
        pool = micropop.PacketPool(64, 2)
        self.packets = pool.allocate(), pool.allocate()
        self.packet = self.packets[1]
        self.sizes = list(sizes)

    def __next__(self):
        self.size = self.sizes.pop(0)
        self.sizes.append(self.size)
        return Message.__next__(self)


def test_packets_of_other_sizes_in_turn():
    body = b"abcdefghijklmnopqrstuvwxyz" * 20
    for mail in (lines("Subject: s", "") + body, multipart(part(body))):
        for sizes in ((64,), (10, 9), (10, 20, 20), (64, 1, 2), (40, 30, 30, 40, 1)):
            assert saved(mime.read(Turning(mail, *sizes))) == [body], sizes


def test_a_delimiter_in_the_header_of_a_part():
    data = lines(
        "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: a/b", "--b", "", "text", "--b--"
    )

    def look(mail):
        return [(each.type, octets(each)) for each in mail], mail.guessed, mail.truncated

    assert each_way(data, look) == ([("a/b", b""), ("text/plain", b"text")], False, False)


def test_a_delimiter_s_line_has_256_octets_at_the_most():
    for blanks, parts in ((251, 2), (252, 1)):
        data = lines(nested("b"), "", "--b", "", "one", "--b" + " " * blanks, "", "two", "--b--")
        assert len(texts(data)) == parts, blanks
