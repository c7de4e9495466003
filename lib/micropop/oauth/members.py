"""Members of a JSON object (RFC 8259), read as its bytes come: what is not wanted is passed over, nothing is collected.

A sink takes the text of one wanted member: ``begin()``, then ``write(data)`` any number of times. ``data`` is UTF-8
without JSON's escapes; what was escaped comes character by character. ``scalar``: it takes numbers too.
"""

_ESCAPES = b'"\\/bfnrt'
_MEANT = b'"\\/\b\f\n\r\t'


class Members:
    """The members of one object, and what is not JSON is read as well as it can be.

    :param dict wanted: sinks by the member's name, bytes

    ``done``: the object is whole.
    """

    done = False

    def __init__(self, wanted):
        self.wanted = wanted
        self.met = []  # the names of those that came
        self.name = Text(40)  # no wanted name is longer
        self.sink = None  # of what is read now
        self.depth = 0
        self.string = False  # within a string
        self.value = False  # behind a colon of the object's own
        self.escape = 0  # 1 behind a backslash, 2 to 5 within \uXXXX
        self.code = 0  # of \uXXXX

    def feed(self, data, at, end):
        """Read on: bytes ``at`` to ``end`` of ``data``, a bytearray. Raises ValueError if it is no object, or a wanted
        member comes twice."""
        while at < end and not self.done:
            if self.escape:
                self.escaped(data[at])
            elif self.string:
                at = self.in_string(data, at, end)
            else:
                self.outside(data, at)
            at += 1

    def outside(self, data, at):
        # one character outside of strings
        c = data[at]
        if not self.depth:
            if c == 123:
                self.depth = 1
            elif c > 32:
                raise ValueError("no JSON")
        elif c == 34:
            self.string = True
            if self.depth == 1 and not self.value:
                self.sink = self.name
                self.name.begin()
        elif c in b"{[":
            self.sink = None
            self.depth += 1
        elif c in b"}]":
            self.depth -= 1
            self.done = not self.depth
        elif self.depth == 1:
            if c == 44:
                self.value = False
            elif c == 58:
                self.value = True
                name = self.name.octets
                self.sink = self.wanted.get(name)
                if self.sink:
                    if name in self.met:
                        raise ValueError("the same twice")
                    self.met.append(name)
                    self.sink.begin()
            elif c > 32 and self.sink and self.sink.scalar:
                self.sink.write(data[at : at + 1])

    def in_string(self, data, at, end):
        # as far as it is plain; returns where that ends
        stop = data.find(b'"', at, end)
        if stop < 0:
            stop = end
        backslash = data.find(b"\\", at, stop)
        if backslash >= 0:
            stop = backslash
        if stop > at and self.sink:
            self.sink.write(memoryview(data)[at:stop])
        if stop < end:
            if data[stop] == 92:
                self.escape = 1
            else:
                self.string = False
                self.sink = None
        return stop

    def escaped(self, c):
        # a character behind a backslash
        if self.escape == 1 and c == 117:
            self.code = 0
            self.escape = 2
            return
        if self.escape == 1:
            at = _ESCAPES.find(bytes((c,)))
            if at < 0:
                raise ValueError("no JSON")
            self.code = _MEANT[at]
        else:
            self.code = self.code << 4 | int(bytes((c,)), 16)
            self.escape += 1
            if self.escape < 6:
                return
        self.escape = 0
        if self.sink:
            whole = not 0xD800 <= self.code < 0xE000  # no half of a character
            self.sink.write((chr(self.code) if whole else "?").encode())


class Text:
    """A sink that keeps a short text.

    :param int limit: bytes; what is longer is cut off

    ``octets``: what came. ``number``: the same as a whole number, 0 if it is none.
    """

    scalar = True
    octets = b""

    def __init__(self, limit):
        self.limit = limit

    @property
    def number(self):
        digits = self.octets.split(b".")[0]
        return int(digits) if digits.isdigit() else 0

    def begin(self):
        self.octets = b""

    def write(self, data):
        self.octets += bytes(data[: self.limit - len(self.octets)])
