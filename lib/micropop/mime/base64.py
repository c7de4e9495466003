"""base64, decoded span by span (RFC 2045 section 6.8)."""

from binascii import a2b_base64
from struct import unpack_from

_CRLF = 0x0A0D  # read as a little-endian number
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


class Base64:
    """Decodes one body. What is outside the alphabet is passed over.

    Padding may be missing, or stand in the middle, where two encodings were joined: decoding starts again behind it.
    """

    def __init__(self):
        self.rest = b""  # up to three letters that wait for more of their four
        self.width = 0  # of a line with its end, where all are the same; 0: unknown
        self.ahead = 0  # from a span's end to the next line end
        self.forms = {}  # by a span's line ends and their distance: how to pick them out, and what they must be

    def fast(self, memory, view, start, end):
        """What ``decode()`` returns where the span lies within regular lines, else None.

        Then line ends stand where they must, and between them are as many letters as there is room: no delimiter, no
        padding. So neither need be searched for, which would take as long as the decoding.
        """
        width = self.width
        first = start + self.ahead
        if not width or first >= end or (end - first) % width < 4:
            return None
        count = (end - first + width - 1) // width
        rest = self.rest
        at = start
        if rest:
            at += 4 - len(rest)
        if at >= first:
            return None
        try:
            form = self.forms.get(count << 16 | width)
            if form is None:
                if len(self.forms) > 1:
                    self.forms.clear()
                form = ("<H" + ("%dxH" % (width - 2)) * (count - 1), (_CRLF,) * count)
                self.forms[count << 16 | width] = form
            if unpack_from(form[0], memory, first - 1) != form[1]:
                return None
            letters = end - at - 2 * count
            left = letters & 3
            data = a2b_base64(view[at : end - left])
            if len(data) * 4 != (letters - left) * 3:
                return None
            for i in range(end - left, end):
                if memory[i] not in _LETTERS:
                    return None
            if rest:
                rest = a2b_base64(rest + bytes(view[start:at]))
                if len(rest) != 3:
                    return None
                data = rest + data
        except ValueError:
            return None
        self.rest = bytes(view[end - left : end])
        self.ahead = first + count * width - end
        return data

    def decode(self, memory, view, start, end):
        """The octets that ``memory[start:end]`` brings.

        :param memory: bytes or a bytearray
        :param view: the same, or a memoryview of it, of which slices cost less
        """
        self.width = 0
        last = memory.rfind(b"\n", start, end)
        if last > start and memory[last - 1] == 13:
            before = memory.rfind(b"\n", start, last)
            if before >= 0 and last + (last - before) > end:
                self.width = last - before
                self.ahead = last + self.width - end
        found = []
        while True:
            pad = memory.find(b"=", start, end)
            stop = pad if pad >= 0 else end
            letters = self.rest + bytes(view[start:stop])
            self.rest = b""
            stop = len(letters)
            while True:
                try:
                    found.append(a2b_base64(letters[:stop]))
                    break
                except ValueError:  # letters that are no whole four
                    stop -= 1
                    while letters[stop] not in _LETTERS:
                        stop -= 1
                    self.rest = letters[stop : stop + 1] + self.rest
            if pad < 0:
                return b"".join(found)
            if len(self.rest) > 1:
                found.append(self.finish())
            start = pad + 1

    def finish(self):
        """The octets that were still to come when the body ended."""
        rest = self.rest
        self.rest = b""
        return a2b_base64(rest + b"=="[len(rest) - 2 :]) if len(rest) > 1 else b""
