"""Which decoder reads a charset, and that of most mails: UTF-8, and what may be UTF-8.

Each has ``decode(octets, final=False)``: the text, where half a character at the end waits for what comes; and
``guessed``: there were octets that are not of the charset.
"""


def short(name):
    """A charset's name without what differs from mail to mail: small letters and digits only, as bytes."""
    kept = bytearray()
    for octet in (name.encode() if isinstance(name, str) else bytes(name)).lower():
        if 48 <= octet <= 57 or 97 <= octet <= 122:
            kept.append(octet)
        elif octet in b" \t(;" and kept:
            break
    return bytes(kept)


def decoder(name):
    """A new decoder for one text.

    UTF-8 is taken where it is that, whatever is declared as ASCII, or as nothing that is known; else windows-1252.

    :param name: of the charset, as a mail has it: str, bytes, or None where it has none
    """
    name = short(name or b"")
    if name == b"utf8":
        return Utf8()
    if name not in (b"", b"usascii", b"ascii"):
        try:
            from .other import decoder
        except ImportError:  # a small board's log reads headers with the least that does
            return Utf8(True)
        found = decoder(name)
        if found is not None:
            return found
    return Utf8(True)


class Utf8:
    """Decodes one text.

    :param bool loose: nobody says that it is UTF-8: what is none is windows-1252; else each such piece becomes a U+FFFD
    """

    guessed = False

    def __init__(self, loose=False):
        self.loose = loose
        self.rest = b""  # half a character
        self.seen = False  # there were letters beyond ASCII that are UTF-8

    def decode(self, data, final=False):
        """The text of the octets.

        :param bool final: no more will come
        """
        data = self.rest + bytes(data)
        self.rest = b""
        size = len(data)
        for back in range(1, min(4, size + 1)):
            octet = data[size - back]
            if octet >= 0xC0 and not final and back < (2 if octet < 0xE0 else 3 if octet < 0xF0 else 4):
                self.rest = data[size - back :]
                data = data[: size - back]
            if octet < 0x80 or octet >= 0xC0:
                break
        try:
            text = str(data, "utf-8")
            if len(text) == len(data):
                return text
            for octet in b"\xc0\xc1\xe0\xed\xf0\xf4\xf5\xf6\xf7":  # where MicroPython takes more than UTF-8 allows
                if octet in data:
                    break
            else:
                self.seen = True
                return text
        except ValueError:
            pass
        out = bytearray()
        at = 0
        size = len(data)
        while at < size:
            octet = data[at]
            end = at + 1
            length = 1 if 0xC2 <= octet < 0xE0 else 2 if 0xE0 <= octet < 0xF0 else 3 if 0xF0 <= octet < 0xF5 else 0
            low = 0xA0 if octet == 0xE0 else 0x90 if octet == 0xF0 else 0x80
            high = 0x9F if octet == 0xED else 0x8F if octet == 0xF4 else 0xBF
            while end <= at + length and end < size and low <= data[end] <= high:
                end += 1
                low = 0x80
                high = 0xBF
            if octet < 0x80 or (length and end == at + length + 1):
                out.extend(data[at:end])
                self.seen = self.seen or length > 0
            else:
                self.guessed = True
                if not self.loose or (final and end == size and length and self.seen):
                    out.extend(b"\xef\xbf\xbd")
                else:
                    end = at + 1
                    put(out, octet)
            at = end
        return str(out, "utf-8")


def put(out, octet):
    # append the UTF-8 of an octet of windows-1252, from 128 on
    try:
        from .other import table
    except ImportError:
        out.extend((0xC0 | octet >> 6, 0x80 | octet & 0x3F))  # the letters are those of iso-8859-1
    else:
        table(b"cp1252").put(out, octet)
