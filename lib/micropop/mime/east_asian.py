"""Charsets of two octets a character, by tables in files on flash; without its table each character is U+FFFD."""

from .other import Single, append
from .table_file import Table

_NAMES = (
    b"gbk gb2312 gb18030 xgbk cp936 ms936 euccn csgb2312",
    b"big5 xxbig5 cnbig5 big5hkscs cp950",
    b"euckr ksc5601 ksc56011987 cp949 ms949 uhc windows949 cseuckr",
    b"shiftjis xsjis sjis cp932 ms932 mskanji windows31j",
    b"eucjp xeucjp ujis",
    b"iso2022jp csiso2022jp iso2022jp1 iso2022jp2 iso2022jpms cp50220 cp50221",
)
"""A charset's name, and what else it is called, without what is neither letter nor digit."""


def decoder(name):
    """A decoder for a charset; None: it is not known, and no file has a table for it.

    :param bytes name: as ``charsets.short()`` makes it
    """
    known = False
    for names in _NAMES:
        if name in names.split():
            name = names.split()[0]
            known = True
            break
    japanese = name in (b"shiftjis", b"eucjp", b"iso2022jp")
    try:
        table = Table(b"shiftjis" if japanese else name)
    except OSError:
        if not known:
            return None
        table = None
    if japanese:
        from .japanese import Japanese

        return Japanese(name, table)
    if table is not None and table.first == 0:
        with open(table.path, "rb") as file:
            file.seek(8)
            return Single(file.read(256))
    return Double(name, table)


class Double:
    """Decodes one text of ASCII and pairs of octets, the first of them 0x81 or more; in gbk of gb18030's fours too.

    :param table: a Table, or None
    """

    guessed = False

    def __init__(self, name, table):
        self.name = name
        self.table = table
        self.rest = b""

    def decode(self, octets, final=False):
        """The text of the octets.

        :param bool final: no more will come
        """
        if self.table is None:
            return self.characters(self.rest + bytes(octets), final)
        self.table.open()
        try:
            return self.characters(self.rest + bytes(octets), final)
        finally:
            self.table.close()

    def characters(self, data, final):
        # the text of octets, the table open
        self.rest = b""
        out = bytearray()
        at = 0
        size = len(data)
        while at < size:
            lead = data[at]
            if lead < 0x80:
                out.append(lead)
                at += 1
                continue
            used, code = self.character(data, at, size)
            if at + used > size:
                if not final:
                    self.rest = data[at:]
                    break
                code = 0
            if not code:
                self.guessed = True
            append(out, code or 0xFFFD)
            at += used
        return str(out, "utf-8")

    def character(self, data, at, size):
        # how many octets the character there has, and its number, 0: none
        lead = data[at]
        if lead in b"\x80\xff":
            return 1, 0
        if at + 1 == size:
            return 2, 0
        trail = data[at + 1]
        if self.name == b"gbk" and 0x30 <= trail <= 0x39:
            if at + 4 > size:
                return 4, 0
            third, fourth = data[at + 2], data[at + 3]
            if not (0x81 <= third <= 0xFE and 0x30 <= fourth <= 0x39):
                return 1, 0
            code = ((lead * 10 + trail - 0x30) * 126 + third - 0x81) * 10 + fourth - 0x30 - 0x90 * 12600 + 0x10000
            return 4, code if 0x10000 <= code < 0x110000 else 0
        if trail < 0x40 or trail == 0x7F:
            return 1, 0
        code = self.table.code(lead, trail) if self.table is not None else 0
        return 1 if not code and trail < 0x80 and self.table is not None else 2, code
