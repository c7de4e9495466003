"""Make the table files with which a board reads charsets that are not in the library, from Python's own codecs.

What such a file holds stands in micropop/mime/table_file.py, which reads it.
"""

import codecs
import os
import re
from collections.abc import Iterable
from pathlib import Path

from boards.tools.paths import LIB

__all__ = ["UnknownCharset", "make"]

FILES = {
    "gb2312": "gbk",
    "gbk": "gbk",
    "gb18030": "gbk",
    "big5": "big5",
    "big5hkscs": "big5",
    "cp950": "big5",
    "euc_kr": "euckr",
    "cp949": "euckr",
    "shift_jis": "shiftjis",
    "cp932": "shiftjis",
    "euc_jp": "shiftjis",
    "iso2022_jp": "shiftjis",
}
"""The table with which a charset of two octets a character is read, by the name of Python's codec for it."""

CODECS = {"gbk": ("gb18030",), "big5": ("big5", "cp950"), "euckr": ("cp949",), "shiftjis": ("cp932",)}
"""What a table is made from: the first codec that knows a character counts."""

UNKNOWN = "\ufffd"


class UnknownCharset(Exception):
    """Python has no such codec, or no table can hold it; the text says what to do."""


def make(names: Iterable[str], folder: Path) -> list[Path]:
    """Write the tables that charsets need into a folder; what the library reads without a table needs none.

    :param names: of charsets, as mails have them: "gbk", "EUC-KR", "iso-2022-jp"
    :param folder: it is made if it is missing
    :return: the files, each once
    :raises UnknownCharset: before anything is written
    """
    tables = {}
    for name in names:
        try:
            codec = codecs.lookup(name).name
        except LookupError:
            raise UnknownCharset(f"Python knows no charset {name!r}: name one as mails do, such as gbk") from None
        if codec in FILES:
            file = FILES[codec]
            tables[file] = _two_octets(CODECS[file])
        elif _short(codec) not in _built_in():
            tables[_short(name)] = _one_octet(codec, name)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for file, table in tables.items():
        paths.append(folder / f"{file}.tab")
        half = folder / f"{file}.{os.getpid()}"  # another process may be reading the table
        half.write_bytes(table)
        half.replace(paths[-1])
    return paths


def _built_in() -> set[str]:
    """What the library has tables for, or needs none."""
    found = {_short(path.stem) for path in (LIB / "micropop" / "mime" / "tables").glob("*.py")}
    return found | {"ascii", "utf8", "iso88591"}


def _short(name: str) -> str:
    """As micropop/mime/charsets.py has it."""
    return re.sub(r"[^0-9a-z]", "", name.lower())


def _two_octets(names: tuple[str, ...]) -> bytes:
    """The table of a charset, without the rows and columns at its edges that hold nothing."""
    found = {}
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            for name in names:
                character = bytes([lead, trail]).decode(name, "replace")
                if len(character) == 1 and character != UNKNOWN and ord(character) < 0x10000:
                    found[lead, trail] = ord(character)
                    break
    if names == CODECS["shiftjis"]:  # without the gap in which its single octets lie
        found = {(lead - 0x40 if lead > 0xA0 else lead, trail): code for (lead, trail), code in found.items()}
    leads = [lead for lead, _ in found]
    trails = [trail for _, trail in found]
    edges = min(leads), max(leads), min(trails), max(trails)
    rows = range(edges[0], edges[1] + 1)
    columns = range(edges[2], edges[3] + 1)
    cells = (found.get((lead, trail), 0).to_bytes(2, "big") for lead in rows for trail in columns)
    return b"MPT1" + bytes(edges) + b"".join(cells)


def _one_octet(codec: str, name: str) -> bytes:
    """The table of the octets 128 to 255 of a charset whose others are ASCII."""
    try:
        ascii_is_same = bytes(range(128)).decode(codec) == bytes(range(128)).decode("ascii")
        characters = [bytes([octet]).decode(codec, "replace") for octet in range(128, 256)]
    except (UnicodeError, LookupError):
        ascii_is_same, characters = False, []
    if not ascii_is_same or any(len(character) != 1 or ord(character) > 0xFFFF for character in characters):
        raise UnknownCharset(f"no table can hold {name!r}: it has not one octet for each character")
    return b"MPT1\x00\x00\x80\xff" + b"".join(ord(character).to_bytes(2, "big") for character in characters)
