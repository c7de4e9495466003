"""shift_jis, euc-jp and iso-2022-jp, by one table: they have the same characters in the same order."""

from .east_asian import Double

# what the octets of iso-2022-jp mean
_ASCII = 0
_KANJI = 1
_KATAKANA = 2
_OTHER = 3  # pairs of JIS X 0212, for which there is no table


class Japanese(Double):
    """Decodes one text.

    :param bytes name: shiftjis, eucjp or iso2022jp
    :param table: that of shift_jis as Windows has it, or None
    """

    def __init__(self, name, table):
        Double.__init__(self, name, table)
        self.mode = _ASCII
        self.left = b""  # of iso-2022-jp: half a character, or of an escape sequence

    def decode(self, octets, final=False):
        """The text of the octets.

        :param bool final: no more will come
        """
        if self.name == b"iso2022jp":
            octets = self.euc(self.left + bytes(octets), final)
        return Double.decode(self, octets, final)

    def euc(self, data, final):
        # iso-2022-jp as euc-jp, in which 0xFF is no character
        out = bytearray()
        at = 0
        size = len(data)
        while at < size:
            octet = data[at]
            used = 1
            if octet == 0x1B:
                used = 4 if data[at + 1 : at + 3] == b"$(" else 3 if data[at + 1 : at + 2] in (b"$", b"(", b"") else 1
                if at + used > size and not final:
                    break
                sequence = data[at + 1 : at + used]
                if sequence:
                    self.mode = _KATAKANA if sequence == b"(I" else _ASCII
                    if sequence[0] == 0x24:
                        self.mode = _KANJI if len(sequence) == 2 else _OTHER
            elif octet >= 0x80:
                out.append(0xFF)
            elif octet < 0x21 or octet == 0x7F or self.mode == _ASCII:
                if octet == 10:
                    self.mode = _ASCII  # as every line starts
                out.append(octet)
            elif self.mode == _KATAKANA:
                out.append(0x8E)
                out.append(octet | 0x80)
            elif at + 1 == size and not final:
                break
            elif not 0x21 <= (data[at + 1] if at + 1 < size else 0) <= 0x7E:
                out.append(0xFF)
            else:
                used = 2
                if self.mode == _OTHER:
                    out.append(0x8F)
                out.append(octet | 0x80)
                out.append(data[at + 1] | 0x80)
            at += used
        self.left = data[at:]
        return out

    def character(self, data, at, size):
        # see Double
        lead = data[at]
        trail = data[at + 1] if at + 1 < size else 0
        if self.name == b"shiftjis":
            if 0xA1 <= lead <= 0xDF:
                return 1, lead + 0xFEC0
            if lead in b"\x80\xa0" or lead > 0xFC:
                return 1, 0
            if at + 1 == size:
                return 2, 0
            if trail < 0x40 or trail == 0x7F or trail > 0xFC:
                return 1, 0
        else:
            if lead < 0x8E or 0x8F < lead < 0xA1 or lead == 0xFF:
                return 1, 0
            used = 3 if lead == 0x8F else 2
            for i in range(at + 1, min(at + used, size)):
                if not 0xA1 <= data[i] <= 0xFE:
                    return 1, 0
            if lead == 0x8F or at + used > size:
                return used, 0
            if lead == 0x8E:
                return 2, trail + 0xFEC0 if trail <= 0xDF else 0
            row = lead - 0xA1
            lead = row // 2 + (0x81 if row < 62 else 0xC1)
            trail -= 2 if row & 1 else 0x61
            if not row & 1 and trail >= 0x7F:
                trail += 1
        if self.table is None:
            return 2, 0
        code = self.table.code(lead if lead < 0xA0 else lead - 0x40, trail)  # the table has no gap
        return 2 if code or trail >= 0x80 or self.name != b"shiftjis" else 1, code
