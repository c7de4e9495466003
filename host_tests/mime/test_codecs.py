"""Every octet, and every pair of octets, of every charset beside Python's own codec."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from micropop import mime
from micropop.mime.charsets import decoder

from boards.tools import charsets
from boards.tools.paths import LIB
from host_tests.mime.conftest import TABLES

ONE_OCTET = sorted(path.stem for path in (LIB / "micropop/mime/tables").glob("*_*.py") if path.stem != "__init__")
WINDOWS = sorted(path.stem for path in (LIB / "micropop/mime/tables").glob("cp*.py"))
UNKNOWN = "\ufffd"


@pytest.fixture(autouse=True)
def folders() -> Iterator[None]:
    """The tables are there."""
    before = list(mime.folders)
    mime.folders[1:] = [str(TABLES)]
    yield
    mime.folders[:] = before


def text(name: str, octets: bytes) -> str:
    return decoder(name).decode(octets, True)


def right(codec: str, octets: bytes) -> str:
    return octets.decode(codec, "replace")


def test_every_charset_of_the_reference_is_there() -> None:
    assert {"iso8859_" + number for number in "2 5 7 9 15".split()} | {"koi8_r", "koi8_u"} == set(ONE_OCTET)
    assert [f"cp{number}" for number in range(1250, 1258)] == WINDOWS


@pytest.mark.parametrize("name", ONE_OCTET)
def test_charsets_of_one_octet(name: str) -> None:
    for octet in range(256):
        assert text(name.replace("_", "-"), bytes([octet])) == right(name, bytes([octet])), hex(octet)


@pytest.mark.parametrize("name", WINDOWS)
def test_windows_charsets(name: str) -> None:
    """Octets that stand for nothing are control characters below 0xA0, as browsers have it; Python marks them."""
    for octet in range(256):
        wanted = right(name, bytes([octet]))
        if wanted == UNKNOWN and 0x80 <= octet < 0xA0:
            wanted = chr(octet)
        assert text("windows-" + name[2:], bytes([octet])) == wanted, hex(octet)


def test_iso_8859_1_is_windows_1252() -> None:
    for octet in range(256):
        assert text("iso-8859-1", bytes([octet])) == text("windows-1252", bytes([octet]))


@pytest.mark.parametrize("codec", ["iso8859-8", "cp866", "mac-cyrillic", "cp874", "iso8859-16"])
def test_charsets_of_one_octet_by_a_file(codec: str, tmp_path: Path) -> None:
    [path] = charsets.make([codec], tmp_path)
    mime.folders[1:] = [str(tmp_path)]
    assert path.stat().st_size == 264
    for octet in range(256):
        assert text(codec, bytes([octet])) == right(codec, bytes([octet])), hex(octet)


def test_utf_8() -> None:
    every = [*range(0xD800), *range(0xE000, sys.maxunicode + 1, 7)]
    assert text("utf-8", "".join(map(chr, every)).encode()) == "".join(map(chr, every))


def test_utf_8_that_is_none_as_python_replaces_it() -> None:
    leads = (0x41, 0x80, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF)
    trails = (0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC2)
    for first in leads:
        for second in trails:
            for third in trails:
                octets = bytes([first, second, third, 0x80, 0x41, first, second])
                assert text("utf-8", octets) == right("utf-8", octets), octets


def test_a_board_without_tables_reads_what_is_no_utf_8_as_iso_8859_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "micropop.mime.other", None)  # it cannot be imported
    for octet in range(256):
        for name in ("windows-1252", "koi8-r", "us-ascii"):
            assert text(name, bytes([octet])) == chr(octet), hex(octet)


def pairs(name: str, codec: str) -> dict[bytes, tuple[str, str]]:
    """The pairs of octets that Python's codec knows as one character, and that are another here: (ours, Python's)."""
    found = {}
    for lead in range(0x80, 0x100):
        for trail in range(0x100):
            octets = bytes([lead, trail])
            wanted = right(codec, octets)
            if len(wanted) == 1 and wanted != UNKNOWN:
                ours = text(name, octets)
                if ours != wanted:
                    found[octets] = (ours, wanted)
    return found


def test_gbk() -> None:
    assert pairs("gbk", "gb18030") == {}
    newer = pairs("gbk", "gbk")  # what the standard changed since
    assert all(ord(ours) != ord(theirs) for ours, theirs in newer.values()) and len(newer) <= 2


def test_gb2312() -> None:
    assert pairs("gb2312", "gb2312") == {b"\xa1\xa4": ("·", "・"), b"\xa1\xaa": ("—", "―")}  # as gbk has them


def test_big5() -> None:
    assert pairs("big5", "big5") == {}
    beside = pairs("big5", "cp950")
    assert len(beside) == 11 and all(octets[0] in (0xA1, 0xA2) for octets in beside)  # signs that Windows has otherwise


def test_euc_kr() -> None:
    assert pairs("euc-kr", "cp949") == {}
    assert pairs("euc-kr", "euc_kr") == {}


def test_shift_jis() -> None:
    assert pairs("shift_jis", "cp932") == {}
    for octet in range(0xA1, 0xE0):
        assert text("shift_jis", bytes([octet])) == right("cp932", bytes([octet]))


def test_euc_jp_and_iso_2022_jp() -> None:
    """Six signs are as Windows has them, for one table serves all three."""
    found = pairs("euc-jp", "euc_jp")
    assert "".join(theirs for _, theirs in found.values()) == "〜‖−¢£¬"
    for octets, (ours, _) in found.items():
        assert ours == bytes([*_shift_jis(octets)]).decode("cp932")
    for lead in range(0x21, 0x7F):
        for trail in range(0x21, 0x7F):
            seven = bytes([lead, trail])
            eight = bytes([lead | 0x80, trail | 0x80])
            assert text("iso-2022-jp", b"\x1b$B" + seven + b"\x1b(B") == text("euc-jp", eight)


def _shift_jis(octets: bytes) -> tuple[int, int]:
    """The pair of euc-jp in shift_jis."""
    row, cell = octets[0] - 0xA0, octets[1] - 0xA0
    lead = (row - 1) // 2 + 0x81
    if row % 2:
        return lead, cell + 0x3F + (cell > 0x3F)
    return lead, cell + 0x9E


@pytest.mark.parametrize("codec", ["gb18030", "big5", "cp949", "cp932", "euc_jp", "iso2022_jp"])
def test_texts_of_both_in_each_other_s_pieces(codec: str) -> None:
    words = {
        "gb18030": "中文字符集 GB, 测试。",
        "big5": "中文字元集 Big5，測試。",
        "cp949": "한국어 문자 집합, 시험.",
        "cp932": "日本語の文字ｾｯﾄ、試験。",
        "euc_jp": "日本語の文字ｾｯﾄ、試験。",
        "iso2022_jp": "日本語の文字、試験。abc",
    }[codec]
    octets = words.encode(codec) * 3
    for size in range(1, len(octets) + 1):
        reader = decoder(codec)
        pieces = [octets[at : at + size] for at in range(0, len(octets), size)]
        assert "".join(reader.decode(piece) for piece in pieces) + reader.decode(b"", True) == words * 3


def test_the_tables_are_of_the_sizes_that_flash_has_room_for(tmp_path: Path) -> None:
    paths = charsets.make(["gbk", "gb2312", "big5", "ks_c_5601-1987", "iso-2022-jp", "euc-jp"], tmp_path / "new")
    assert [path.name for path in paths] == ["gbk.tab", "big5.tab", "euckr.tab", "shiftjis.tab"]
    assert all(14_000 < path.stat().st_size < 50_000 for path in paths)


def test_what_the_library_reads_itself_needs_no_table(tmp_path: Path) -> None:
    assert charsets.make(["utf-8", "us-ascii", "latin1", "koi8-r", "windows-1251", "iso-8859-15"], tmp_path) == []


@pytest.mark.parametrize("name", ["no-such", "utf-16", "utf-7", "cp037", "base64"])
def test_charsets_that_can_have_no_table(name: str, tmp_path: Path) -> None:
    with pytest.raises(charsets.UnknownCharset, match=name):
        charsets.make(["gbk", name], tmp_path / "new")
    assert not (tmp_path / "new").exists()
