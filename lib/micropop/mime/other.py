"""Charsets beside UTF-8: those of one octet a character, by a table each."""


def decoder(name):
    """A decoder for a charset, or None.

    :param bytes name: as ``charsets.short()`` makes it
    """
    number = b""
    if name.startswith(b"iso8859"):
        number = name[7:]
        number = number[:-4] if len(number) > 4 else number  # iso-8859-1:1987
    elif name.startswith(b"latin"):
        number = {b"5": b"9", b"9": b"15"}.get(name[5:], name[5:])
    found = None
    if number:
        found = table(b"cp1252" if number == b"1" else b"iso8859_" + number)
    elif name[-4:-1] == b"125":
        found = table(b"cp" + name[-4:])
    elif name.startswith(b"koi8"):
        found = table(b"koi8_u" if name[4:5] == b"u" else b"koi8_r")
    if found is None:
        from .double import decoder

        found = decoder(name)
    return found


def table(name):
    """A decoder by one of the library's tables, or None.

    :param bytes name: of its module
    """
    name = "micropop.mime.tables." + str(name, "utf-8")
    try:
        return Single(__import__(name, None, None, ("HIGH",)).HIGH)
    except ImportError:
        return None


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
