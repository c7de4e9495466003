"""quoted-printable, decoded span by span (RFC 2045 section 6.7)."""

from binascii import unhexlify

_LONGEST = 128  # blanks that may stand between a "=" and the line end that it takes away
_APART = b"0123456789ABCDEFabcdef \t\r\n"  # behind a "=" that is no escape's these would make it one


class Quoted:
    """Decodes one body. An escape that is none stays as it is, and what follows is looked at anew."""

    def __init__(self):
        self.rest = b""  # from a "=" on whose meaning the next span tells

    def decode(self, memory, view, start, end):
        """The octets that ``memory[start:end]`` brings; see ``Base64.decode()``.

        All places of one escape are decoded at once by ``replace``: a Python loop takes as long for two of them.
        """
        if not self.rest and memory.find(b"=", start, end) < 0:
            return view[start:end]
        data = self.rest + bytes(view[start:end])
        self.rest = done = b""
        signs = False
        at = data.find(b"=")
        while at >= 0:
            code = data[at : at + 3]
            if code == b"=\r\n":
                at += 2  # taken out last, for what it stands between may look like an escape then
            elif code == b"=3D":
                at += 2
                signs = True
            else:
                try:
                    octet = unhexlify(code[1:])
                except ValueError:
                    octet = None
                if not octet:
                    kind = self.odd(data, at)
                    if kind is None:
                        self.rest = data[at:]
                        data = data[:at]
                    elif kind:
                        data = data[:at] + b"=\r\n" + data[at + kind :]
                        at += 2
                elif octet == b"=":
                    data = data[:at] + b"=3D" + data[at + 3 :]
                    at -= 1
                elif octet in _APART:
                    done += self.settle(data[:at], signs) + octet
                    data = data[at + 3 :]
                    at = -1
                else:
                    data = data.replace(code, octet)
            at = data.find(b"=", at + 1)
        return done + self.settle(data, signs)

    def settle(self, data, signs):
        # decode what was put off
        if signs:
            return b"".join([line.replace(b"=3D", b"=") for line in data.split(b"=\r\n")])
        return data.replace(b"=\r\n", b"")

    def odd(self, data, at):
        # a "=" without two digits: how long the soft line end is; 0: it is none; None: that is still to come
        stop = at + 1
        while data[stop : stop + 1] in (b" ", b"\t"):
            stop += 1
        if stop - at > _LONGEST:
            return 0
        line = data[stop : stop + 2]
        if line == b"\r\n":
            return stop + 2 - at
        if line[:1] == b"\n":
            return stop + 1 - at
        if not line or line == b"\r" or (len(data) - at == 2 and line[0] in _APART):
            return None
        return 0

    def finish(self):
        """The octets that were still to come when the body ended: a "=" at the end is a soft line end."""
        rest = self.rest
        self.rest = b""
        return b"" if not rest[1:].strip() else rest
