"""Charsets: every letter of those that mails are in (``texts.py`` beside CPython's codecs compares them all)."""

import sys

from micropop.mime import charsets

from host_tests.mime.both.helpers import each_way, lines, read


def text(charset, body):
    """The text of a part, however the mail is cut."""
    return each_way(lines("Content-Type: text/plain; charset=" + charset, "") + body, lambda mail: next(mail).text())


def guessed(charset, body):
    each = next(read(lines("Content-Type: text/plain; charset=" + charset, "") + body))
    each.text()
    return each.guessed


def test_utf_8():
    assert text("utf-8", "Grüße, Привет, 日本, 𝄞".encode()) == "Grüße, Привет, 日本, 𝄞"
    assert text("UTF8", "ü".encode()) == "ü"


def test_utf_8_where_it_is_that_whatever_is_declared_as_ascii():
    for charset in ("us-ascii", "ASCII", '""', "ANSI_X3.4-1968", "unknown", "x-user-defined"):
        assert text(charset, "Grüße".encode()) == "Grüße", charset
        assert text(charset, b"Gr\xfc\xdfe \x80") == "Grüße €", charset


def test_a_character_that_packets_share_is_joined_and_half_a_one_is_one_u_fffd():
    assert text("utf-8", "Käse und K".encode() + b"\xc3") == "Käse und K\ufffd"
    assert text("utf-8", b"\xf0\x9f\x92") == "\ufffd"
    assert text("unknown", "ä".encode() + b"\xc3") == "ä\ufffd"
    assert text("unknown", b"caf\xe9") == "café"


def test_the_first_and_the_last_characters_of_each_length():
    for number in (1, 0x7F, 0x80, 0x7FF, 0x800, 0xFFF, 0x1000, 0xD7FF, 0xE000, 0xFFFD, 0xFFFF, 0x10000, 0x10FFFF):
        body = b"a" + chr(number).encode() * 3
        for charset in ("utf-8", "unknown"):
            assert text(charset, body + b"b") == "a" + chr(number) * 3 + "b", number
            assert not guessed(charset, body)
            if number > 0x7F:
                for cut in range(1, len(chr(number).encode())):
                    assert text(charset, body[:-cut]) == "a" + chr(number) * 2 + "\ufffd", (charset, number, cut)


def test_half_a_character_waits_unless_told_that_no_more_comes():
    for name, letter, rest, found in (
        (b"utf-8", b"\xc3", b"\xa4", "ä"),
        (None, b"\xc3", b"\xa4", "ä"),
        (b"gbk", b"\x81", b"\x40", "\ufffd"),
        (b"shift_jis", b"\x81", b"\x40", "\ufffd"),
    ):
        decoder = charsets.decoder(name)
        assert (decoder.decode(letter), decoder.decode(rest)) == ("", found), name


def test_what_is_no_utf_8_is_marked():
    for body, right in (
        (b"a\xffb", "a\ufffdb"),
        (b"\xc0\x80", "\ufffd\ufffd"),
        (b"\xed\xa0\x80", "\ufffd\ufffd\ufffd"),
        (b"\xf4\x90\x80\x80", "\ufffd" * 4),
        (b"\xe2\x82x", "\ufffdx"),
        (b"\xf5\x80", "\ufffd\ufffd"),
        (b"\xe0\x80\x80 \xe0\xa4\x95", "\ufffd\ufffd\ufffd क"),
    ):
        assert text("utf-8", body) == right, body
        assert guessed("utf-8", body)
    assert not guessed("utf-8", "कü".encode())


def test_iso_8859_1_means_windows_1252():
    for charset in ("iso-8859-1", "latin1", "ISO_8859-1:1987", "windows-1252", "cp1252"):
        assert text(charset, b"\x80 \x93\xfc\x94 \x81") == "€ “ü” \x81", charset


def test_one_text_in_each_charset_of_one_octet():
    for charset, body, right in (
        ("iso-8859-2", b"\xb1\xea", "ąę"),
        ("iso-8859-5", b"\xbf\xe0", "Пр"),
        ("iso-8859-7", b"\xc1\xe1", "Αα"),
        ("iso-8859-9", b"\xfe\xfd", "şı"),
        ("iso-8859-15", b"\xa4", "€"),
        ("latin2", b"\xb1", "ą"),
        ("latin5", b"\xfe", "ş"),
        ("latin9", b"\xa4", "€"),
        ("windows-1250", b"\x9a", "š"),
        ("windows-1251", b"\xcf\xf0", "Пр"),
        ("windows-1253", b"\xc1", "Α"),
        ("windows-1254", b"\xfe", "ş"),
        ("windows-1255", b"\xf9\xec", "של"),
        ("windows-1256", b"\xc7", "ا"),
        ("windows-1257", b"\xe0", "ą"),
        ("CP1251", b"\xcf", "П"),
        ("koi8-r", b"\xf0\xd2", "Пр"),
        ("koi8-u", b"\xa4", "є"),
    ):
        assert text(charset, body) == right, charset


def test_octets_that_stand_for_nothing():
    assert text("iso-8859-7", b"a\xffb") == "a\ufffdb"
    assert guessed("iso-8859-7", b"\xff") and not guessed("iso-8859-7", b"\xc1")


def test_charsets_without_a_table_bring_one_u_fffd_for_each_character():
    assert text("gbk", b"a\xc4\xe3\xba\xc3b") == "a\ufffd\ufffdb"
    assert text("gb2312", b"\xc4\xe3") == "\ufffd"
    assert text("big5", b"\xa7A\xa6n!") == "\ufffd\ufffd!"
    assert text("euc-kr", b"\xbe\xc8\xb3\xe7") == "\ufffd\ufffd"
    assert text("shift_jis", b"\x93\xfa\x96{\xb1") == "\ufffd\ufffdｱ"
    assert text("euc-jp", b"\xc6\xfc\xcb\xdc\x8e\xb1\x8f\xb0\xa1") == "\ufffd\ufffdｱ\ufffd"
    assert text("iso-2022-jp", b"a\x1b$BF|K\\\x1b(Bb\x1b(I1\x1b(B") == "a\ufffd\ufffdbｱ"
    assert text("gb18030", b"\x94\x39\xda\x39\x94\x39\xda\x3aa") == "\U0001f4af\ufffd9\ufffd:a"
    assert text("iso-2022-jp", b"\x1b$(D0!0!\x1b(Bend") == "\ufffd\ufffdend"  # JIS X 0212
    assert text("gb18030", b"\x81\x30\x81\x30 \x94\x39\xda\x33") == "\ufffd \U0001f4a9"


def test_octets_that_begin_no_character_are_one_u_fffd_each():
    for lead in (0x80, 0x8D, 0x90, 0x95, 0xA0, 0xFF):
        assert text("euc-jp", bytes((lead, 0xB1)) + b"a") == "\ufffd\ufffda", lead
    for lead in (0x80, 0xA0, 0xFD, 0xFF):
        assert text("shift_jis", bytes((lead,)) + b"ab") == "\ufffdab", lead
    for lead in (0x80, 0xFF):
        assert text("gbk", bytes((lead,)) + b"ab") == "\ufffdab", lead
    for start in (b"", b"\x1b(I", b"\x1b(J"):
        assert text("iso-2022-jp", start + b"\x80\r\na") == "\ufffd\r\na", start


def test_halves_of_characters_of_two_octets():
    for charset in ("gbk", "big5", "euc-kr", "shift_jis", "euc-jp"):
        assert text(charset, b"a\xe4") == "a\ufffd", charset
        assert text(charset, b"\xe4\r\nb") == "\ufffd\r\nb", charset
    assert text("iso-2022-jp", b"\x1b$BF") == "\ufffd"
    assert text("iso-2022-jp", b"\x1b$BF\r\nb") == "\ufffd\r\nb"  # every line starts in ASCII
    assert text("iso-2022-jp", b"a\x1b") == "a"
    assert text("iso-2022-jp", b"a\x1bb\x1b[c") == "ab[c"


def test_a_charset_s_name_with_signs():
    for sign in "!#$%&'*+-./:<>?@[]^_`{|}~":
        assert text(sign + "koi8" + sign + "r" + sign, b"\xf0") == "П", sign


def test_a_charset_s_name_with_rubbish():
    assert text('"utf-8 x7k"', "grün".encode()) == "grün"
    assert text("'koi8-r'", b"\xf0") == "П"
    assert text("windows-1251 (Cyrillic)", b"\xcf") == "П"


class Missing:
    """Stands for a module that is not there, while its block lasts."""

    def __init__(self, name):
        self.name = name

    def __getattr__(self, name):
        raise ImportError(name)

    def __enter__(self):
        self.before = sys.modules.get(self.name)
        sys.modules[self.name] = self

    def __exit__(self, *_):
        del sys.modules[self.name]
        if self.before is not None:
            sys.modules[self.name] = self.before


def test_a_charset_whose_table_is_not_on_the_board():
    with Missing("micropop.mime.tables.cp1251"):
        assert charsets.decoder(b"windows-1251").decode(b"a\xe4", True) == "aä"


def test_a_board_without_the_other_charsets_reads_letters_as_those_of_western_europe():
    with Missing("micropop.mime.other"):
        for name in (None, b"iso-8859-1", b"koi8-r"):
            assert charsets.decoder(name).decode(b"\xe4\xdf", True) == "äß"
