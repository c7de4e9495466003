"""Members of a JSON object (RFC 8259), read as its bytes come: what is not wanted is passed over, nothing is collected.

A sink takes the text of one wanted member: ``begin()``, then ``write(data)`` any number of times. ``data`` is UTF-8
without JSON's escapes; what was escaped comes character by character. ``scalar``: it takes numbers too. ``null``,
``true`` and ``false`` are for none.
"""

try:
    from micropython import const
except ImportError:
    const = int

# what is due in the object itself
_VALUE = const(0)
_NAME = const(1)  # behind a comma
_FIRST = const(2)  # a name, or the end
_BARE = const(3)  # more of a number, true, false or null, or what may follow a value:
_COMMA = const(4)  # or the end
_COLON = const(5)

_OWN = const(1)  # `open` in the object itself
_DEEPEST = const(0x20000000)  # from here on it would be no small integer

_ESCAPES = b'"\\/bfnrt'
_MEANT = b'"\\/\b\f\n\r\t'


class Members:
    """The members of one object. Of values that are objects or lists no more than strings and brackets is checked, of
    numbers no more than their characters.

    :param dict wanted: sinks by the member's name, bytes

    ``done``: the object is whole.
    """

    done = False

    def __init__(self, wanted):
        self.wanted = wanted
        self.met = []  # the names of those that came
        self.name = Text(40)  # no wanted name is longer
        self.sink = None  # of what is read now
        self.open = 0  # a bit for each open bracket, 1 for that of an object
        self.due = _FIRST
        self.string = False  # within a string
        self.escape = 0  # 1 behind a backslash, 2 to 5 within \uXXXX
        self.code = 0  # of \uXXXX
        self.rest = b""  # what must still come of true, false or null

    def feed(self, data, at, end):
        """Read on: bytes ``at`` to ``end`` of ``data``, a bytearray. Raises ValueError if it is no object, one of
        more than 30 levels, or a wanted member comes twice."""
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
        if self.rest:
            if c != self.rest[0]:
                raise ValueError("no JSON")
            self.rest = self.rest[1:]
            return
        due = self.due
        right = self.open or c == 123
        if c <= 32:
            right = True
            if due == _BARE:
                self.due = _COMMA
        elif c in b"{[":
            if self.open:
                right = due == _VALUE if self.open == _OWN else self.open < _DEEPEST
                self.due = _COMMA
                self.sink = None
            self.open = self.open << 1 | (c == 123)
        elif c in b"}]":
            right = right and self.open & 1 == (c == 125) and _FIRST <= due <= _COMMA
            self.open >>= 1
            self.done = not self.open
        elif self.open > _OWN:
            self.string = c == 34
        elif c == 34:
            right = right and due <= _FIRST
            self.string = True
            self.due = _COMMA
            if due != _VALUE:
                self.due = _COLON
                self.sink = self.name
                self.name.begin()
        elif c == 44:
            right = _BARE <= due <= _COMMA
            self.due = _NAME
        elif c == 58:
            right = due == _COLON
            self.due = _VALUE
            name = self.name.octets
            self.sink = self.wanted.get(name)
            if self.sink:
                if name in self.met:
                    raise ValueError("the same twice")
                self.met.append(name)
                self.sink.begin()
        else:
            word = b"tfn".find(data[at : at + 1]) if due == _VALUE else -1
            if word >= 0:
                self.rest = (b"rue", b"alse", b"ull")[word]
                self.due = _COMMA
                self.sink = None
                return
            right = right and ((due == _VALUE and c in b"-0123456789") or (due == _BARE and c in b"0123456789+-.eE"))
            self.due = _BARE
            if self.sink and self.sink.scalar:
                self.sink.write(data[at : at + 1])
        if not right:
            raise ValueError("no JSON")

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
            digit = b"0123456789abcdefABCDEF".find(bytes((c,)))
            if digit < 0:
                raise ValueError("no JSON")
            self.code = self.code << 4 | (digit if digit < 16 else digit - 6)
            self.escape += 1
            if self.escape < 6:
                return
        self.escape = 0
        if self.sink:
            half = 0xD800 <= self.code < 0xE000  # of a character: no token has such
            self.sink.write(chr(0xFFFD if half else self.code).encode())


class Text:
    """A sink that keeps a short text.

    :param int limit: bytes; what is longer is cut off

    ``octets``: what came. ``number``: the same as a whole number, cut off, 0 if it is none or less.
    """

    scalar = True
    octets = b""

    def __init__(self, limit):
        self.limit = limit

    @property
    def number(self):
        try:
            return max(int(float(str(self.octets, "utf-8"))), 0)
        except (ValueError, OverflowError):
            return 0

    def begin(self):
        self.octets = b""

    def write(self, data):
        self.octets += bytes(data[: self.limit - len(self.octets)])
