"""The answer to one HTTP/1.1 request (RFC 9112), read as its bytes come: its status, and the spans of its body."""

from binascii import unhexlify

try:
    from micropython import const
except ImportError:
    const = int

_STATUS = const(0)  # what is to come: its first line
_HEADER = const(1)  # a line of its header
_BODY = const(2)  # as many bytes as `left` says; None: to the end of the connection
_SIZE = const(3)  # the line before a chunk
_CHUNK = const(4)
_CHUNK_END = const(5)  # the line end behind it
_TRAILER = const(6)

_LINE = const(64)  # bytes of a line that are kept
_HEAD = const(16384)  # bytes that all lines may have together: Microsoft sends some 2,000
_LENGTH = const(65536)  # ... and the body


class Answer:
    """An answer.

    :param take: ``take(data, at, end)`` is called with each span of the body

    ``status``: its number, 0 before it came. ``retry_after``: seconds that the server wants to be left in peace, or
    None. ``over``: it is whole; never so where its end is that of the connection.
    """

    status = 0
    retry_after = None
    over = False

    def __init__(self, take):
        self.take = take
        self.state = _STATUS
        self.line = bytearray()
        self.head = 0  # bytes of lines so far
        self.body = 0  # ... and of the body
        self.left = None
        self.chunked = False

    def feed(self, data, at, end):
        """Read on: bytes ``at`` to ``end`` of ``data``, a bytearray. Raises ValueError if that is no answer, or one
        without end."""
        while at < end and not self.over:
            if self.state in (_BODY, _CHUNK):
                n = end - at if self.left is None else min(end - at, self.left)
                self.body += n
                if self.body > _LENGTH:
                    raise ValueError("a long answer")
                self.take(data, at, at + n)
                at += n
                if self.left is not None:
                    self.left -= n
                    if not self.left:
                        self.state = _CHUNK_END
                        self.over = not self.chunked
            else:
                stop = data.find(b"\n", at, end)
                n = (end if stop < 0 else stop + 1) - at
                self.head += n
                if self.head > _HEAD:
                    raise ValueError("a long header")
                if len(self.line) < _LINE:
                    self.line += data[at : at + min(n, _LINE - len(self.line))]
                at += n
                if stop >= 0:
                    line = bytes(self.line).strip()
                    self.line = bytearray()
                    self._line(line)

    def _line(self, line):
        # a line is there, or the beginning of a long one
        state = self.state
        if state == _STATUS:
            words = line.split(None, 2)
            if not line.startswith(b"HTTP/1.") or len(words) < 2 or len(words[1]) != 3 or not words[1].isdigit():
                raise ValueError("not HTTP")
            self.status = int(words[1])
            self.state = _HEADER
        elif state == _HEADER:
            if line:
                self._field(line)
            else:
                self._begin()
        elif state == _SIZE:
            size = line.split(b";")[0].strip()
            if not 0 < len(size) < 7:
                raise ValueError("no chunk")
            self.left = int.from_bytes(unhexlify(b"0" * (6 - len(size)) + size), "big")
            self.state = _CHUNK if self.left else _TRAILER
        elif state == _CHUNK_END:
            if line:
                raise ValueError("no chunk")
            self.state = _SIZE
        else:
            self.over = not line  # behind what may follow the last chunk

    def _field(self, line):
        # of the header
        colon = line.find(b":")
        name = line[:colon].lower()
        value = line[colon + 1 :].strip().lower()
        if name == b"content-length":
            if not value.isdigit() or len(value) > 6 or (self.left is not None and self.left != int(value)):
                raise ValueError("no length")
            self.left = int(value)
        elif name == b"transfer-encoding":
            if value != b"chunked":
                raise ValueError("encoded")
            self.chunked = True
        elif name == b"content-encoding" and value != b"identity":
            raise ValueError("encoded")
        elif name == b"retry-after" and value.isdigit() and len(value) < 6:
            self.retry_after = int(value)

    def _begin(self):
        # the header is over
        if self.status < 200:  # the one that counts is to follow
            self.state = _STATUS
            self.left = None
            self.chunked = False
        elif self.chunked:
            self.state = _SIZE
        else:
            self.state = _BODY
            self.over = self.left == 0 or self.status == 204
