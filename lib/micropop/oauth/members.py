"""Members of a JSON object (RFC 8259), read as its bytes come: what is not wanted is passed over, nothing is collected.

A sink takes the text of one wanted member: ``begin()``, ``write(data)`` any number of times, ``end()``. ``data`` is
UTF-8 without JSON's escapes; what was escaped comes character by character. ``scalar``: it takes numbers too.
"""

try:
    from micropython import const
except ImportError:
    const = int

_START = const(0)  # what is to come: the object
_KEY = const(1)  # a name
_NEXT_KEY = const(2)  # ... behind a comma
_COLON = const(3)
_VALUE = const(4)
_SCALAR = const(5)  # more of a number, of true, false or null
_NESTED = const(6)  # the end of an array or object that is passed over
_COMMA = const(7)
_DONE = const(8)

_ESCAPES = b'"\\/bfnrt'
_MEANT = b'"\\/\b\f\n\r\t'


class Members:
    """The members of one object.

    :param dict wanted: sinks by the member's name

    ``done``: the object is whole.
    """

    done = False

    def __init__(self, wanted):
        self.wanted = wanted
        self.met = []  # of the wanted
        self.state = _START
        self.depth = 0  # of what is passed over
        self.name = Text(40)  # no wanted name is longer
        self.sink = None
        self.string = False  # within a string
        self.escape = 0  # 1 behind a backslash, 2 to 5 within \uXXXX
        self.code = self.half = 0  # of \uXXXX; the first half of a pair

    def feed(self, data, at, end):
        """Read on: bytes ``at`` to ``end`` of ``data``, a bytearray. Raises ValueError if it is not JSON, or a wanted
        member comes twice."""
        while at < end and not self.done:
            if self.string:
                at = self._in_string(data, at, end)
            else:
                at = self._outside(data, at, end)

    def _outside(self, data, at, end):
        # one character outside of strings; returns where to go on
        c = data[at]
        state = self.state
        if state == _SCALAR:
            if c not in b",}] \t\r\n":
                if self.sink:
                    self.sink.write(data[at : at + 1])
                return at + 1
            state = self._ended()
        if c in b" \t\r\n":
            pass
        elif state == _NESTED:
            if c == 34:
                self._open(None)
            elif c in b"[{":
                self.depth += 1
            elif c in b"]}":
                self.depth -= 1
                if not self.depth:
                    self.state = _COMMA
        elif state == _START:
            self._want(c, b"{")
            self.state = _KEY
        elif c == 34 and state in (_KEY, _NEXT_KEY):
            self._open(self.name)
        elif c == 125 and state in (_KEY, _COMMA):
            self.state = _DONE
            self.done = True
        elif state == _COLON:
            self._want(c, b":")
            self.state = _VALUE
        elif state == _COMMA:
            self._want(c, b",")
            self.state = _NEXT_KEY
        elif state == _VALUE:
            self._value(c, data[at : at + 1])
        else:
            raise ValueError("not JSON")
        return at + 1

    def _value(self, c, octet):
        # its first character
        if c == 34:
            self._open(self.sink)
        elif c in b"[{":
            self.state = _NESTED
            self.depth = 1
        else:
            self._want(c, b"-0123456789tfn")
            self.state = _SCALAR
            if self.sink and not self.sink.scalar:
                self.sink = None
            if self.sink:
                self.sink.begin()
                self.sink.write(octet)

    def _want(self, c, among):
        if c not in among:
            raise ValueError("not JSON")

    def _open(self, sink):
        self.string = True
        self.sink = sink
        if sink:
            sink.begin()

    def _ended(self):
        # a string or a scalar is over; returns what is to come then
        if self.sink:
            self.sink.end()
        if self.state in (_KEY, _NEXT_KEY):
            name = self.name.text
            self.sink = self.wanted.get(name)
            if self.sink:
                if name in self.met:
                    raise ValueError("%s twice" % name)
                self.met.append(name)
            self.state = _COLON
        else:
            self.sink = None
            if self.state != _NESTED:
                self.state = _COMMA
        return self.state

    def _in_string(self, data, at, end):
        # as far as a string is plain, or a character of an escape; returns where to go on
        if self.escape:
            self._escaped(data[at])
            return at + 1
        stop = data.find(b'"', at, end)
        if stop < 0:
            stop = end
        backslash = data.find(b"\\", at, stop)
        if backslash >= 0:
            stop = backslash
        if stop > at:
            self._lone()
            if self.sink:
                self.sink.write(memoryview(data)[at:stop])
        if stop < end:
            if data[stop] == 92:
                self.escape = 1
            else:
                self._lone()
                self.string = False
                self._ended()
        return stop + 1

    def _escaped(self, c):
        # a character behind a backslash
        if self.escape == 1:
            if c == 117:
                self.escape = 2
                self.code = 0
                return
            self._want(c, _ESCAPES)
            at = _ESCAPES.find(bytes((c,)))
            self._lone()
            self._put(_MEANT[at : at + 1])
        else:
            self._want(c, b"0123456789abcdefABCDEF")
            self.code = self.code << 4 | int(chr(c), 16)
            self.escape += 1
            if self.escape < 6:
                return
            self._character(self.code)
        self.escape = 0

    def _character(self, code):
        # of \uXXXX; beyond 16 bits one comes in two halves
        if 0xDC00 <= code < 0xE000 and self.half:
            code += (self.half - 0xD800 << 10) + 0x2400
            self.half = 0
        else:
            self._lone()
            if 0xD800 <= code < 0xDC00:
                self.half = code
                return
        self._put((chr(code) if code < 0xD800 or code >= 0xE000 else "\ufffd").encode())

    def _lone(self):
        # half a character that the other half did not follow
        if self.half:
            self.half = 0
            self._put("\ufffd".encode())

    def _put(self, octets):
        if self.sink:
            self.sink.write(octets)


class Text:
    """A sink that keeps a short text.

    :param int limit: bytes; what is longer is cut off

    ``text``: what came. ``number``: the same as a whole number, 0 if it is none.
    """

    scalar = True

    def __init__(self, limit):
        self.limit = limit
        self.octets = b""

    @property
    def text(self):
        for cut in range(4 if len(self.octets) == self.limit else 1):  # perhaps within a character
            try:
                return self.octets[: len(self.octets) - cut].decode()
            except UnicodeError:
                pass
        return "".join([chr(c) if c < 127 else "?" for c in self.octets])

    @property
    def number(self):
        digits = self.octets.split(b".")[0]
        return int(digits) if digits.isdigit() else 0

    def begin(self):
        self.octets = b""

    def write(self, data):
        self.octets += bytes(data[: self.limit - len(self.octets)])

    def end(self):
        """Nothing is left to be done."""
