"""Charsets of one octet a character."""


class Single:
    """Decodes one text.

    :param bytes table: two octets for each of the characters 128 to 255: its number, big-endian
    """

    guessed = False

    def __init__(self, table):
        self.table = table

    def decode(self, data, final=False):
        """The text of the octets; no letter is ever half there."""
        out = bytearray()
        for octet in data:
            if octet < 128:
                out.append(octet)
            else:
                self.put(out, octet)
        return str(out, "utf-8")

    def put(self, out, octet):
        """Append the UTF-8 of the character that an octet, 128 or more, stands for."""
        at = 2 * octet - 256
        code = self.table[at] << 8 | self.table[at + 1]
        if code == 0xFFFD:
            self.guessed = True
        append(out, code)


def append(out, code):
    """Append a character to UTF-8. Texts are built so for ``chr()`` makes MicroPython keep each character for good.

    :param bytearray out: the UTF-8
    :param int code: the character's number
    """
    if code < 0x80:
        out.append(code)
        return
    if code < 0x800:
        out.append(0xC0 | code >> 6)
    else:
        if code < 0x10000:
            out.append(0xE0 | code >> 12)
        else:
            out.append(0xF0 | code >> 18)
            out.append(0x80 | code >> 12 & 0x3F)
        out.append(0x80 | code >> 6 & 0x3F)
    out.append(0x80 | code & 0x3F)
