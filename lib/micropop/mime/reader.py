"""Reader: the structure of a mail, out of the bytes that it is fed (RFC 5322, 2045, 2046). No I/O.

A face feeds it a span of memory, calls ``advance()`` to come to the next leaf and ``take()`` for a piece of its body,
and feeds the next span where one of them returns None. A body is handed out as it lies in the span; only the start of a
line that may be a delimiter is held together, in ``line``, where two spans share it.
"""

from .headed import Headed

try:
    from micropython import const
except ImportError:
    const = int

_LINE = const(256)  # octets of a line's start that are held together
_FIELD = const(3072)  # octets of a field that are kept while it is read
_BOUNDARY = const(128)
_PREAMBLE = const(1024)  # octets that are kept of a multipart until its first delimiter
_DEPTH = const(20)  # multiparts in each other
_PARTS = const(1000)

# `mode`: what the next byte belongs to
_HEADER = const(0)
_OPEN = const(1)  # a header was read; what follows it is not decided yet
_BODY = const(2)  # a leaf's
_GAP = const(3)  # before a multipart's first delimiter, or behind its last
_END = const(4)  # behind the mail

# what a line of a header is
_FIELD_LINE = const(0)
_BLANK = const(1)
_NONE = const(2)  # no field: the body starts with it
_DELIMITER = const(3)

# `kinds`: of multiparts
_MIXED = const(0)
_ALTERNATIVE = const(1)
_DIGEST = const(2)


class Reader(Headed):
    """Reads one mail.

    :param tuple fields: names of further header fields whose texts are wanted
    :param leaf: called for an object that takes the ``content-…`` fields of a part's header: see ``Leaf``

    ``part``: the leaf that is being read, or None. ``ahead``: it is still to be given out.
    ``truncated``: something went beyond a limit, or the end of the mail is missing. ``guessed``: something was no
    header, or no multipart, where there should be one.
    """

    def __init__(self, fields, leaf):
        Headed.__init__(self, fields)
        self.memory = self.view = b""
        self.at = self.end = 0  # memory[at:end] is not read yet
        self.start = self.stop = 0  # the span that scan() found
        self.eof = False
        self.line = b""  # what is held of a line's start, the line end before it included; None: within a line
        self.mode = _HEADER
        self.bounds = []  # the delimiters of the multiparts around, outermost first
        self.kinds = []
        self.level = 0
        self.held = None  # the octets before a multipart's first delimiter
        self.piece = None  # octets that take() returns first
        self.leaf = leaf
        self.head = leaf(self)  # takes the header that is being read
        self.part = None
        self.ahead = False
        self.count = 0  # of the leaves so far
        self.name = self.raw = None  # of the field that is being read
        self.rest = False  # within a line of a header whose start was dealt with
        self.decoder = self.fast = None
        self.ready = False
        self.truncated = self.guessed = False

    # -- bytes in

    def feed(self, memory, start, end):
        """Read on in ``memory[start:end]``, which is the reader's own until it is used up.

        :param bytearray memory: bodies are decoded in it
        """
        if memory is not self.memory:
            self.memory = memory
            self.view = memoryview(memory)
        self.at = start
        self.end = end

    def pour(self, memory, start, end):
        """``feed()`` and ``take()`` in one: the short way for bodies, where most spans hold nothing else."""
        if memory is not self.memory:
            self.memory = memory
            self.view = memoryview(memory)
        if self.fast is not None and self.line is None and start < end:
            data = self.fast(memory, self.view, start, end)
            if data is not None:
                self.at = self.end
                return data
        self.at = start
        self.end = end
        return self.take()

    def finish(self):
        """No more bytes will come."""
        self.eof = True

    # -- parts out

    def begin(self):
        """Read the mail's header: True once that is done, None: feed me."""
        if self.mode == _HEADER:
            if self.header() is None:
                return None
            self.mode = _OPEN
        return True

    def advance(self):
        """Go to the next leaf: True; False: there is none; None: feed me. What was not taken is passed over."""
        self.part = self.piece = self.decoder = self.fast = None
        self.ready = False
        while self.mode != _END:
            if self.mode == _HEADER:
                if self.head is None:
                    self.head = self.leaf(self)
                    if self.kinds[-1] == _DIGEST:
                        self.head.type = "message/rfc822"
                line = self.header()
                if line is None:
                    return None
                if line == _DELIMITER:
                    head = self.head
                    self.head = None
                    if not head.type.startswith("multipart/") and self.found(head):
                        return True
                else:
                    self.mode = _OPEN
            elif self.mode == _OPEN:
                if self.open():
                    return True
            else:
                memory = self.scan()
                if memory is None:
                    return None
                if self.held is not None and self.unparted(memory):
                    return True
        return False

    def open(self):
        # a header is over: True if a leaf follows
        head = self.head
        self.head = None
        self.mode = _BODY
        if head.type.startswith("multipart/"):
            bound = head.boundary
            if not bound or len(bound) > _BOUNDARY:
                head.type = "text/plain"
                self.guessed = True
            elif len(self.bounds) < _DEPTH:
                self.bounds.append(b"--" + bound)
                kind = head.type[10:]
                self.kinds.append(_ALTERNATIVE if kind == "alternative" else _DIGEST if kind == "digest" else _MIXED)
                self.level = len(self.bounds)
                self.held = bytearray()
                self.mode = _GAP
                return False
            else:
                self.truncated = True
        return self.found(head)

    def found(self, leaf):
        self.count += 1
        if self.count > _PARTS:
            self.truncated = True
            self.bounds.clear()
            self.mode = _GAP
            return False
        leaf.number = self.count
        self.part = leaf
        return True

    def unparted(self, memory):
        # whether the multipart whose first delimiter is looked for ended without any: then it is a text
        held = self.held
        held.extend(memory[self.start : min(self.stop, self.start + _PREAMBLE - len(held))])
        if self.mode != _END and len(self.bounds) >= self.level:
            return False
        self.held = None
        if not held.strip():
            return False
        self.guessed = True
        self.piece = bytes(held)
        return self.found(self.leaf(self))

    def take(self):
        """The next octets of the part, decoded, valid until the next call; None: feed me; b"": there are no more."""
        data = self.piece
        if data:
            self.piece = None
            return data
        while self.mode == _BODY and self.part is not None:
            if not self.ready:
                self.prepare()
            memory = self.scan()
            if memory is None:
                return None
            if self.start < self.stop:
                view = self.view if memory is self.memory else memory
                if self.decoder is not None:
                    data = self.decoder.decode(memory, view, self.start, self.stop)
                else:
                    data = view[self.start : self.stop]
                if data:
                    return data
        if self.decoder is not None:
            data = self.decoder.finish()
            self.decoder = self.fast = None
            return data
        return b""

    def prepare(self):
        # the part's body is wanted: make what decodes it
        self.ready = True
        encoding = self.part.encoding
        if encoding == "base64":
            from .base64 import Base64

            self.decoder = Base64()
            self.fast = self.decoder.fast
        elif encoding == "quoted-printable":
            from .quoted import Quoted

            self.decoder = Quoted()
        elif self.bounds:
            self.fast = self.plain

    def plain(self, memory, view, start, end):
        # the short way of a body that is not encoded
        if memory.find(b"\n--", start, end) < 0 and memory[end - 1] not in b"\r\n-":
            return view[start:end]
        return None

    # -- delimiters

    def scan(self):
        """Find the body's next octets: memory[start:stop] of what is returned; there may be none. None: feed me.

        A delimiter behind them, or the mail's end, changes ``mode``.
        """
        if self.line is not None:
            return self.resolve()
        memory = self.memory
        at = self.start = self.at
        stop = end = self.end
        if at == end:
            if not self.eof:
                return None
            self.stop = at
            self.mode = _END
            if self.bounds:
                self.truncated = True
            return memory
        self.at = end
        if self.bounds:
            p = memory.find(b"\n--", at, end)
            while p >= 0:
                q = memory.find(b"\n", p + 3, end)
                if q < 0:
                    break
                if q - p <= _LINE and self.delimits(memory, p + 1, q):
                    self.at = q + 1
                    break
                p = memory.find(b"\n--", q, end)
            last = memory[end - 1]
            if p >= 0 and (self.line is not None or end - p <= _LINE):
                stop = p
            elif last in b"\r\n":
                stop -= 1
            elif last == 45 and end - at > 1 and memory[end - 2] == 10:
                stop -= 2
            if stop < end:
                if stop > at and memory[stop] == 10 and memory[stop - 1] == 13:
                    stop -= 1
                if self.line is None:
                    self.line = bytes(self.view[stop:end])
        self.stop = stop
        return memory

    def resolve(self):
        # the start of a line is in `line`: is it a delimiter's?
        memory = self.memory
        at = self.at
        end = self.end
        line = self.line
        if at == end and not self.eof:
            return None
        if line == b"\r" and at < end and memory[at] == 10:
            line = self.line = b"\r\n"
            at = self.at = at + 1
            if at == end and not self.eof:
                return None
        lead = 2 if line.startswith(b"\r\n") else 1 if line.startswith(b"\n") else 0
        self.start = 0
        self.line = None
        if self.bounds and (len(line) > lead or (at < end and memory[at] == 45)) and line != b"\r":
            stop = memory.find(b"\n", at, end) + 1
            whole = stop > 0 or self.eof
            stop = stop or end
            room = _LINE + lead - len(line)
            if stop - at > room:
                stop = at + room
                whole = False
            line += bytes(self.view[at:stop])
            self.at = stop
            if not whole and stop - at < room:
                self.line = line
                return None
            stop = len(line)
            if whole:
                if self.delimits(line, lead, stop):
                    self.stop = 0
                    return line
                if line[stop - 1] == 10:
                    stop -= 1
                    if stop > lead and line[stop - 1] == 13:
                        stop -= 1
                    self.line = line[stop:]
                    line = line[:stop]
        self.stop = len(line)
        return line

    def delimits(self, memory, at, end):
        # whether memory[at:end] is a delimiter, of any multipart around: then what it ends is over
        while end > at and memory[end - 1] in b" \t\r\n":
            end -= 1
        bounds = self.bounds
        for i in range(len(bounds) - 1, -1, -1):
            if memory.startswith(bounds[i], at):
                behind = at + len(bounds[i])
                closing = end == behind + 2 and memory[behind] == 45 and memory[behind + 1] == 45
                if closing or end == behind:
                    if i == len(bounds) - 1:
                        self.held = None
                    while len(bounds) > i + 1 - closing:
                        bounds.pop()
                        self.kinds.pop()
                    self.mode = _GAP if closing else _HEADER
                    self.line = b""
                    return True
        return False

    # -- headers

    def header(self):
        """Read on in a header: how it ended, or None: feed me."""
        while True:
            memory = self.memory
            at = self.at
            end = self.end
            line = self.line
            stop = memory.find(b"\n", at, end) + 1
            whole = stop > 0 or self.eof
            stop = stop or end
            if self.rest:
                self.keep(memory, at, stop)
                self.at = stop
                if not whole:
                    return None
                self.rest = False
                if self.raw is not None:
                    while self.raw and self.raw[-1] in b"\r\n":
                        self.raw = self.raw[:-1]
                continue
            if at == end and self.eof and not line:
                kind = _BLANK
            elif line or not whole or stop - at > _LINE:
                if stop - at > _LINE - len(line):
                    stop = at + _LINE - len(line)
                    whole = False
                line += bytes(self.view[at:stop])
                if not whole and len(line) < _LINE:
                    self.line = line
                    self.at = stop
                    return None
                kind = self.classify(line, 0, len(line), whole)
            else:
                kind = self.classify(memory, at, stop, True)
            if kind != _NONE:
                self.line = b""
                self.at = stop
                self.rest = not whole
            if kind == _NONE:
                self.guessed = True
            if kind != _FIELD_LINE:
                self.flush()
                return kind

    def classify(self, memory, at, end, whole):
        # what a header's line is, or the start of one; a field's octets are kept
        while whole and end > at and memory[end - 1] in b"\r\n":
            end -= 1
        if at == end:
            return _BLANK
        first = memory[at]
        if first in b" \t":
            while at < end and memory[at] in b" \t":
                at += 1
            if self.name is None:
                return _NONE if at < end or not whole else _BLANK
            if at < end and self.raw is not None:
                self.keep(b" ", 0, 1)
                self.keep(memory, at, end)
            return _FIELD_LINE
        if first == 45 and self.bounds and self.delimits(memory, at, end):
            return _DELIMITER
        if self.name is None and not self.bounds and memory.startswith(b"From ", at):
            return _FIELD_LINE  # of an mbox
        colon = memory.find(b":", at, end)
        stop = colon
        while stop > at and memory[stop - 1] in b" \t":
            stop -= 1
        if stop <= at:
            return _NONE
        for i in range(at, stop):
            if not 32 < memory[i] < 127:
                return _NONE
        self.flush()
        name = self.name = str(memory[at:stop], "utf-8").lower()
        if name.startswith("content-") or (not self.bounds and self.wants(name)):
            self.raw = bytearray()
            self.keep(memory, colon + 1, end)
        return _FIELD_LINE

    def keep(self, memory, at, end):
        # of the field that is being read, as far as there is room
        if self.raw is not None:
            room = _FIELD - len(self.raw)
            if end - at > room:
                self.truncated = True
                end = at + room
            self.raw.extend(memory[at:end])

    def flush(self):
        # the field that was being read is whole
        name = self.name
        self.name = None
        if self.raw is None:
            return
        raw = bytes(self.raw).strip()
        self.raw = None
        self.head.field(name, raw)
        if not self.bounds:
            self.note(name, raw)
