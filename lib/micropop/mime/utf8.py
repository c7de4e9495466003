"""UTF-8, and texts that may be UTF-8."""

_RARE = b"\xc0\xc1\xe0\xed\xf0\xf4\xf5\xf6\xf7"  # octets at which MicroPython takes more than UTF-8 allows
_UNKNOWN = b"\xef\xbf\xbd"  # U+FFFD


class Utf8:
    """Decodes one text.

    :param single: for texts of which nobody says that they are UTF-8: makes the decoder, by its name, of what is none;
        else each such piece becomes one U+FFFD
    """

    def __init__(self, single=None):
        self.single = single
        self.rest = b""  # half a character
        self.seen = False  # there were letters beyond ASCII that are UTF-8

    def decode(self, octets, final=False):
        """The text of the octets.

        :param bool final: no more will come
        """
        data = self.rest + bytes(octets)
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
            for octet in _RARE:
                if octet in data:
                    raise ValueError
            self.seen = True
            return text
        except ValueError:
            return self.slowly(data, final)

    def slowly(self, data, final):
        # character by character
        out = bytearray()
        at = 0
        size = len(data)
        while at < size:
            octet = data[at]
            stop = at + 1
            if octet < 0x80:
                out.append(octet)
                at = stop
                continue
            length = 1 if 0xC2 <= octet < 0xE0 else 2 if 0xE0 <= octet < 0xF0 else 3 if 0xF0 <= octet < 0xF5 else 0
            low = 0xA0 if octet == 0xE0 else 0x90 if octet == 0xF0 else 0x80
            high = 0x9F if octet == 0xED else 0x8F if octet == 0xF4 else 0xBF
            while stop <= at + length and stop < size and low <= data[stop] <= high:
                stop += 1
                low = 0x80
                high = 0xBF
            if length and stop == at + length + 1:
                out.extend(data[at:stop])
                self.seen = True
            elif self.single is None or (stop == size and length and self.seen):
                out.extend(_UNKNOWN)
            else:
                stop = at + 1
                self.single("cp1252").put(out, octet)
            at = stop
        return str(out, "utf-8")
