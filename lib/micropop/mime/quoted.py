"""quoted-printable, decoded span by span (RFC 2045 section 6.7)."""

try:
    from micropython import const
except ImportError:
    const = int

_LONGEST = const(128)  # blanks that may stand between a "=" and the line end that it takes away

_DIGITS = (  # what each octet is worth as a hexadecimal digit; 16: it is none
    b"\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10"
    b"\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x00\x01"
    b"\x02\x03\x04\x05\x06\x07\x08\x09\x10\x10\x10\x10\x10\x10\x10\x0a\x0b\x0c\x0d\x0e\x0f\x10\x10\x10\x10"
    b"\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x0a\x0b\x0c"
    b"\x0d\x0e\x0f\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10"
    b"\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10"
    b"\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10"
    b"\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10"
    b"\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10"
    b"\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10"
    b"\x10\x10\x10\x10\x10\x10"
)


class Decoder:
    """Decodes one body. An escape that is none stays as it is, and what follows is looked at anew."""

    def __init__(self):
        self.rest = b""  # from a "=" on whose meaning the next span tells

    def decode(self, memory, view, start, end, final=False):
        """The octets that ``memory[start:end]`` brings; a bytearray is decoded in place. See base64.py."""
        if self.rest or not isinstance(memory, bytearray):
            memory = bytearray(self.rest + bytes(view[start:end]))
            self.rest = b""
            view = memoryview(memory)
            start = 0
            end = len(memory)
        find = memory.find
        at = to = find(b"=", start, end)
        if at < 0:
            return view[start:end]
        digits = _DIGITS
        limit = end - 2
        while at >= 0:  # there is a "="; what follows is one piece, for a call would take as long as all of it
            high = low = 16
            if at < limit:
                high = digits[memory[at + 1]]
                low = digits[memory[at + 2]]
            if high | low < 16:
                memory[to] = high << 4 | low
                to += 1
                at += 3
                if at < limit and memory[at] == 61:
                    continue
            else:
                soft = 3
                if at >= limit or memory[at + 1] != 13 or memory[at + 2] != 10:
                    soft = self.soft(memory, at, end)
                if soft is None and final and not memory[at + 1 : end].strip():
                    break  # a "=" at the end is a soft line end
                if soft is None and not final:
                    self.rest = bytes(view[at:end])
                    break
                if not soft:
                    memory[to] = 61
                    to += 1
                at += soft or 1
            sign = find(b"=", at, end)
            stop = end if sign < 0 else sign
            if stop > at:
                view[to : to + stop - at] = view[at:stop]
                to += stop - at
            at = sign
        return view[start:to]

    def soft(self, memory, at, end):
        # of a "=" without two digits: how long the soft line end is; 0: it is none; None: that is still to come
        stop = at + 1
        while stop < end and memory[stop] in b" \t":
            stop += 1
        if stop - at > _LONGEST:
            return 0
        line = memory[stop : min(stop + 2, end)]
        if line == b"\r\n":
            return stop + 2 - at
        if line[:1] == b"\n":
            return stop + 1 - at
        if not line or line == b"\r" or (end - at == 2 and _DIGITS[line[0]] < 16):
            return None
        return 0
