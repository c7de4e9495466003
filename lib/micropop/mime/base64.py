"""base64, decoded span by span (RFC 2045 section 6.8)."""

from binascii import a2b_base64


class Decoder:
    """Decodes one body. What is outside the alphabet is passed over.

    Padding may be missing, or stand in the middle, where two encodings were joined: decoding starts again behind it.
    """

    def __init__(self):
        self.rest = b""  # up to three octets: letters that wait for more of their four
        self.width = 0  # of a line with its end, where all are the same; 0: unknown
        self.ahead = 0  # from a span's end to the next line end

    def lane(self, reader):
        """The short way for packets within regular lines: see ``Reader.lane()``.

        Line ends stand where they must, and between them are as many letters as there is room: so there is no
        delimiter, and no padding, and neither need be searched for, which would take as long as the decoding.
        """
        memory = view = data = None
        while True:
            packet = yield data
            data = None
            width = self.width
            start = packet.start
            end = packet.end
            at = start + self.ahead  # where the next LF must be
            if not width or at >= end:
                continue
            if packet.pool.memory is not memory:
                memory = packet.pool.memory
                view = memoryview(memory)
            line = reader.line
            if line is not None:
                if line == b"\r" and memory[start] == 10:
                    start += 1
                    at += width
                elif line != b"\r\n":
                    continue
                if at >= end:
                    continue
            letters = end - start
            while at < end and memory[at] == 10 and memory[at - 1] == 13:
                letters -= 2
                at += width
            if at < end:
                continue
            tail = end - at + width - 1  # octets behind the last LF
            if tail and memory[end - tail] == 45:
                continue
            if at == end:  # the last octet must be a CR
                if memory[end - 1] != 13:
                    continue
                letters -= 1
            rest = self.rest
            if rest:
                letters -= 4 - len(rest)
            left = letters & 3
            if left > tail:
                continue
            first = end - left
            while first < end and memory[first] > 42:  # no line ends: what is left is not counted
                first += 1
            if first < end:
                continue
            first = start + 4 - len(rest) if rest else start
            try:
                found = a2b_base64(view[first : end - left])
                if len(found) * 4 != (letters - left) * 3:
                    continue
                if rest:
                    rest = a2b_base64(rest + bytes(view[start:first]))
                    if len(rest) != 3:
                        continue
                    found = rest + found
            except ValueError:
                continue
            data = found
            self.rest = bytes(view[end - left : end]) if left else b""
            self.ahead = at - end
            if at == end:
                reader.line = b"\r"
            elif not tail:
                reader.line = b"\r\n"
            else:
                reader.line = None

    def decode(self, memory, view, start, end, final=False):
        """The octets that ``memory[start:end]`` brings.

        :param memory: bytes or a bytearray
        :param view: the same, or a memoryview of it, of which slices cost less
        :param bool final: no more will come
        """
        self.width = 0
        last = memory.rfind(b"\n", start, end)
        if last > start and memory[last - 1] == 13:
            width = last - memory.rfind(b"\n", start, last)
            if last - width >= start and last + width > end:
                self.width = width
                self.ahead = last + width - end
        found = []
        data = self.rest + bytes(view[start:end])
        while True:
            pad = data.find(b"=")
            letters = data[:pad] if pad >= 0 else data
            rest = b""
            stop = len(letters)
            while stop:
                try:
                    found.append(a2b_base64(letters[:stop]))
                    break
                except ValueError:  # letters that are no whole four
                    stop -= 1
                    while letters[stop] not in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/":
                        stop -= 1
                    rest = letters[stop : stop + 1] + rest
            if len(rest) > 1 and (pad >= 0 or final):
                found.append(a2b_base64(rest + b"=="[len(rest) - 2 :]))
                rest = b""
            if pad < 0:
                self.rest = rest
                return b"".join(found)
            data = rest + data[pad + 1 :]
