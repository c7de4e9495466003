"""Charsets of two octets a character, by a table; where there is none each character is U+FFFD."""

from .other import append


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
