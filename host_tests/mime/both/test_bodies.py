"""Bodies: base64, quoted-printable and the others, to the octet (RFC 2045)."""

from binascii import b2a_base64

from micropop import mime

from host_tests.mime.both.helpers import each_way, lines, multipart, octets, part, pieces, read, saved


def decoded(body, encoding, sizes=(1, 2, 3, 7, 64, 512, 1460)):
    """A body's octets, as all of a mail and as a part of one, however they are cut."""
    field = "Content-Transfer-Encoding: " + encoding
    body = body.encode() if isinstance(body, str) else body
    found = each_way(lines(field, "") + body, lambda mail: octets(next(mail)), sizes)
    mixed = multipart(part(body, field), part("behind"))
    inside = each_way(mixed, lambda mail: [octets(each) for each in mail], sizes)
    assert inside == [found, b"behind"], (inside, found)
    return found


def base64(data, width=76, end=b"\r\n"):
    """Octets in lines of ``width`` letters."""
    letters = b2a_base64(data)[:-1]
    return b"".join([letters[i : i + width] + end for i in range(0, len(letters), width)])


RANDOM = bytes([(i * i * 7 + i * 31 + (i >> 3)) & 255 for i in range(5000)])


def test_base64_in_regular_lines():
    for width in (76, 64, 72, 60):
        assert decoded(base64(RANDOM, width), "base64", (64, 65, 77, 78, 79, 512, 1460)) == RANDOM


def test_base64_in_regular_lines_takes_the_short_way():
    """Which is what makes it quick: the long one is for where a body starts and ends, and for what is odd."""
    data = RANDOM[:3000]
    for width in (60, 76):
        for size in (2 * width + 4, 200, 511, 512, 1460):
            for shift in (0, 1, 2, 3, 40):
                whole = lines("Subject: " + "s" * shift, "Content-Transfer-Encoding: base64", "") + base64(data, width)
                mail = read(whole, size)
                each = next(mail)
                from micropop.mime import base64 as decoding  # the module that is loaded now: a board forgets it

                decode = decoding.Decoder.decode
                long = 0

                def counted(self, memory, view, start, end, final=False, decode=decode):
                    nonlocal long
                    long += start < end
                    return decode(self, memory, view, start, end, final)

                decoding.Decoder.decode = counted
                try:
                    assert octets(each) == data
                finally:
                    decoding.Decoder.decode = decode
                assert long <= 4, (width, size, shift, long)


def test_base64_of_any_length():
    for length in (0, 1, 2, 3, 56, 57, 58, 113, 114, 115, 400):
        assert decoded(base64(RANDOM[:length]), "base64") == RANDOM[:length]


def test_base64_in_lines_of_any_length():
    for width in (1, 2, 5, 75, 77, 4000):
        assert decoded(base64(RANDOM[:1000], width), "base64", (1, 64, 512, 1460)) == RANDOM[:1000]
    odd = base64(RANDOM[:300], 76) + base64(RANDOM[300:600], 61) + base64(RANDOM[600:900])
    assert decoded(odd, "base64", (1, 64, 512)) == RANDOM[:900]


def test_base64_with_other_line_ends():
    assert decoded(base64(RANDOM, end=b"\n"), "base64", (64, 512, 1460)) == RANDOM
    assert decoded(base64(RANDOM, end=b" \r\n"), "base64", (64, 512, 1460)) == RANDOM
    assert decoded(base64(RANDOM, end=b"\r\r\n"), "base64", (64, 512, 1460)) == RANDOM
    assert decoded(base64(RANDOM[:900]).replace(b"\r\n", b"\n", 5), "base64", (1, 64, 512)) == RANDOM[:900]


def test_what_is_outside_the_alphabet_is_passed_over():
    assert decoded("AAEC AwQF\r\n\x07BgcI\r\nCQ\x11oL\r\n!DA0O\r\n", "base64") == bytes(range(15))
    body = base64(RANDOM)
    for rubbish in (b"-", b"--", b"!", b"\xff", b"\r", b"\n", b"\n-", b" \n", b"\r\n--\r\n"):
        for at in (0, 1, 75, 76, 77, 78, 500, 1000, len(body)):
            assert decoded(body[:at] + rubbish + body[at:], "base64", (64, 512, 1460)) == RANDOM, (rubbish, at)


def test_a_body_in_which_every_place_is_hit_by_a_delimiter():
    letters = base64(RANDOM[:600])
    for cut in range(0, len(letters), 13):
        mail = multipart(part(letters[:cut], "Content-Transfer-Encoding: base64"), part("behind"))
        found = each_way(mail, lambda mail: [octets(each) for each in mail], (64, 100, 512))
        whole = len(letters[:cut].replace(b"\r\n", b"")) * 3 // 4
        assert found == [RANDOM[:whole], b"behind"], cut


def test_a_delimiter_behind_a_line_that_ends_otherwise():
    for width in (4, 60, 76):
        for end in (b"\r\n\n", b"\n", b"A\n", b"\r\nAB\n", b"\r\nABC\n"):
            body = base64(RANDOM[:510], width)[:-2] + end + b"--b1\r\n\r\nbehind"
            mail = multipart(part(body, "Content-Transfer-Encoding: base64"))
            found = each_way(mail, lambda mail: [octets(each) for each in mail], tuple(range(61, 140)))
            assert found[0][:500] == RANDOM[:500] and found[1:] == [b"behind"], (width, end)


def test_padding_that_is_missing():
    for length in (1, 2, 58, 59):
        assert decoded(base64(RANDOM[:length]).replace(b"=", b""), "base64") == RANDOM[:length]
    assert decoded("QUJD\r\nQ", "base64") == b"ABC"  # of one letter nothing can be made


def test_padding_in_the_middle_starts_anew():
    assert decoded("QQ==QUI=QUJD", "base64") == b"AABABC"
    assert decoded("QQ==\r\nQQ==\r\n", "base64") == b"AA"
    assert decoded("=QUJD==QUJD=", "base64") == b"ABCABC"
    joined = base64(RANDOM[:1000]) + base64(RANDOM[1000:3001]) + base64(RANDOM[3001:])
    assert decoded(joined, "base64", (64, 512, 1460)) == RANDOM


ODD = (
    b"|||=|==|=A|A=|-|--|--b|A-|\n-|-\n|\r\n-A|\r\n--b1\r\n|\r\n--b1--\r\n|\n--b1|--b1\r\n|"
    b"\r|\n|\r\n|\r\n\r\n| |!|\x80|A|AB|ABC|=\r\n|\r\n="
)


def test_base64_in_pieces_is_what_it_is_at_once():
    field = "Content-Transfer-Encoding: base64"
    odd = ODD.split(b"|")
    chance = 1

    def below(number):  # at random, but always the same
        nonlocal chance
        chance = (chance * 1103515245 + 12345) & 0x7FFFFFFF
        return (chance >> 12) % number

    for turn in range(1000):
        width = (4, 5, 6, 7, 8, 3, 2, 12)[below(8)]
        end = (b"\r\n", b"\r\n", b"\r\n", b"\n")[below(4)]
        body = base64(RANDOM[below(900) :][: 60 + below(9)], width, end)
        line = width + len(end)
        at = 3 * line + below(5 * line)
        body = body[:at] + odd[below(len(odd))] + body[at + below(4) :]
        mail = multipart(part(body, field), part("behind")) if turn & 1 else lines(field, "") + body
        wanted = saved(mime.read(mail, (), 5000))
        first = mail.find(body)
        at += first
        first += 2 * line + 1
        for shift in range(-2, 5):
            cut = first + below(line)
            ends = (cut, at + shift, at + shift + 1 + below(2 * line), at + shift + 1 + below(7 * line))
            found = saved(mime.read(pieces(mail, *ends)))
            assert found == wanted, (mail, ends, found, wanted)


def test_base64_of_which_an_octet_is_another_where_a_packet_starts():
    field = "Content-Transfer-Encoding: base64"
    for width in (4, 6):
        regular = base64(RANDOM[:45], width)
        line = width + 2
        for at in range(4 * line, 5 * line + 1):
            for other in (b"A", b"AB", b"=", b"\r", b"--b1\r\n", b"A\r\n--b1\r\n", b"\n--b1\r\n", b"A\n"):
                body = regular[:at] + other + regular[at + 1 :]
                mail = multipart(part(body, field), part("behind"))
                wanted = saved(mime.read(mail, (), 5000))
                first = mail.find(body)
                for before in range(3 * line - 2, 3 * line + 1):
                    for between in (before, 4 * line - 1):
                        for end in range(at, at + 3):
                            found = saved(mime.read(pieces(mail, first + before, first + between, first + end)))
                            assert found == wanted, (mail, before, between, end, found, wanted)


def test_an_equals_sign_in_a_line_that_is_longer_than_its_neighbours():
    body = b"QUJD\r\nREVG\r\nR0hJ\r\nSg=tMTUA\r\n"
    mail = lines("Content-Transfer-Encoding: base64", "") + body
    first = mail.find(body)
    for end in range(14, len(body)):
        found = saved(mime.read(pieces(mail, first + 13, first + end)))
        assert found == [b"ABCDEFGHIJ\xb4\xc4\xd4"], (end, found)


def test_text_that_claims_to_be_base64_raises_nothing():
    for body in ("----- the rest was cut off -----", "", "=", "====", "\x00\xff", "a", "Hello, what is this?"):
        decoded(body, "base64")


def test_quoted_printable():
    assert decoded("Gr=C3=BC=C3=9Fe=\r\n an alle=2E\r\n", "quoted-printable") == "Grüße an alle.\r\n".encode()
    assert decoded("100=25 =ZZ gr=c3=bcn ==41 a=\r\nb=  \r\nc=20\r\nend=", "quoted-printable") == (
        "100% =ZZ grün =A abc \r\nend".encode()
    )


def test_a_soft_line_end():
    for end in ("=\r\n", "=\n", "= \r\n", "= \n", "=\t \n", "=   \n"):
        assert decoded("a" + end + "b", "quoted-printable") == b"ab", end
    assert decoded("a=0D=0A=\r\nb", "quoted-printable") == b"a\r\nb"
    assert decoded("a=", "quoted-printable") == b"a"
    assert decoded("a=  ", "quoted-printable") == b"a"
    assert decoded("a=\r\n", "quoted-printable") == b"a"


def test_an_escape_that_is_none_stays_and_what_follows_is_looked_at_anew():
    for body, right in (
        (b"=", b""),
        (b"==", b"="),
        (b"==41", b"=A"),
        (b"=4=41", b"=4A"),
        (b"=4", b"=4"),
        (b"=4=\r\n1", b"=41"),
        (b"=3=\r\nD", b"=3D"),
        (b"==3D", b"=="),
        (b"=3D41", b"=41"),
        (b"=3d=3D", b"=="),
        (b"=G1=1G", b"=G1=1G"),
        (b"= x", b"= x"),
        (b"=\rx", b"=\rx"),
        (b"=\x80\x81", b"=\x80\x81"),
        (b"x==0A\r\n", b"x=\n\r\n"),
        (b"==20\r\n", b"= \r\n"),
        (b"\r" * 200 + b"=x\n", b"\r" * 200 + b"=x\n"),
        (b"=" + b" " * 127 + b"\r\nx", b"x"),
        (b"=" + b" " * 128 + b"\r\nx", b"=" + b" " * 128 + b"\r\nx"),
    ):
        assert decoded(body, "quoted-printable") == right, body


def test_long_runs_of_escapes():
    text = ("Съешь ещё этих мягких французских булок, да выпей чаю. " * 20).encode()
    body = "".join([f"={octet:02X}" + ("=\r\n" if i % 24 == 23 else "") for i, octet in enumerate(text)])
    assert decoded(body, "quoted-printable", (1, 64, 512, 1460)) == text


def test_blanks_that_never_end_behind_an_equals_sign():
    body = "a=" + " " * 300 + "b"
    assert decoded(body, "quoted-printable", (7, 64, 512)) == body.encode()


def test_delimiters_in_quoted_printable():
    assert decoded("a=\r\n--b1x=\r\n--b", "quoted-printable") == b"a--b1x--b"
    mail = multipart(part("a=", "Content-Transfer-Encoding: quoted-printable"), part("b"))
    assert each_way(mail, lambda mail: [octets(each) for each in mail]) == [b"a", b"b"]


def test_plain_bodies_are_as_they_are():
    body = bytes(range(256)) * 3 + b"\r\n\r\n-- \r\nx\r\n-\r\r\n\n\r"
    for encoding in ("7bit", "8bit", "binary"):
        assert decoded(body, encoding) == body


def test_encodings_are_read_leniently():
    for encoding in ("BASE64", " base64 ", '"base64"', "base64 (see below)", "(x) base64", "base64;", "x-base64"):
        assert decoded("QUJD", encoding) == b"ABC", encoding
    for encoding in ("Quoted-Printable", "'quoted-printable'", "quoted printable", "quoted-printable;charset=x"):
        assert decoded("=41", encoding) == b"A", encoding


def test_unknown_encodings_are_8bit():
    for encoding in ("8bits", "7-bit", "x-uuencode", "", "none", "7bit (not base64)"):
        assert decoded("QUJD=41", encoding) == b"QUJD=41", encoding


def test_plain_text_is_handed_out_packet_by_packet():
    mail = read(lines("X: y", "") + b"x" * 2000, 64)
    found = [len(data) for data in next(mail)]
    assert sum(found) == 2000 and max(found) == 64
