"""`python -m boards.tools.font`: make the font file of the examples, firmware/examples/font.bin.

The letters are those of the X Window System's "fixed" font, 6 by 10 points, out of Debian's package xfonts-base:
font-misc-misc, "Public domain font. Share and enjoy."

The file: eight octets: "MPF1", the width and the height of a letter, the number of ranges, 0. Then for each range its
first and its last letter's number, two octets each, big-endian. Then a box for what is not there, and the letters of
the ranges in order: an octet for each row, the highest bit left.
"""

import gzip
import io
from pathlib import Path

from PIL import Image, PcfFontFile

from boards.tools import debian
from boards.tools.paths import ROOT

__all__ = ["make"]

FONT = ROOT / "firmware" / "examples" / "font.bin"
SOURCE = "usr/share/fonts/X11/misc/6x10.pcf.gz"
SIZE = 6, 10
CHARSETS = [f"iso8859-{number}" for number in (1, 2, 3, 4, 5, 7, 9, 10, 13, 14, 15, 16)]
CHARSETS += ["cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1257", "koi8-u"]
"""Pillow reads a font by a charset of one octet: the letters of these are taken."""
RANGES = [(0x20, 0x7E), (0xA0, 0x17F), (0x384, 0x3CE), (0x401, 0x45F), (0x490, 0x491)]
RANGES += [(0x2013, 0x2026), (0x2030, 0x203A), (0x20AC, 0x20AC), (0x2116, 0x2122)]
"""Latin, Greek, Cyrillic, dashes and quotation marks, per mille and angle quotes, the euro, number and trade mark."""
BOX = bytes([0, 0x78, 0x48, 0x48, 0x48, 0x48, 0x48, 0x78, 0, 0])


def make(path: Path = FONT) -> Path:
    """Write the file.

    :raises Unavailable: if Debian's package cannot be had
    """
    root = debian.unpack("xfonts-base", ["xfonts-base"], suites=None, only=["xfonts-base"])
    letters = _letters(gzip.decompress((root / SOURCE).read_bytes()))
    head = b"MPF1" + bytes([*SIZE, len(RANGES), 0])
    ranges = b"".join(first.to_bytes(2, "big") + last.to_bytes(2, "big") for first, last in RANGES)
    shapes = (letters.get(code, BOX) for first, last in RANGES for code in range(first, last + 1))
    path.write_bytes(head + ranges + BOX + b"".join(shapes))
    return path


def _letters(data: bytes) -> dict[int, bytes]:
    """The shapes of a font's letters, by their numbers."""
    found = {}
    for charset in CHARSETS:
        for octet, glyph in enumerate(PcfFontFile.PcfFontFile(io.BytesIO(data), charset).glyph):
            letter = bytes([octet]).decode(charset, "ignore")
            if glyph and letter:
                found[ord(letter)] = _rows(glyph[3])
    return found


def _rows(image: Image.Image) -> bytes:
    width, height = image.size
    points = [[bool(image.getpixel((x, y))) for x in range(width)] for y in range(height)]
    return bytes(sum(0x80 >> x for x in range(width) if row[x]) for row in points)


if __name__ == "__main__":
    print(make())
