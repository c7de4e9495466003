"""Reader: the parts of a mail, out of the bytes that it is fed (RFC 2045, 2046). No I/O.

A face feeds it a span of memory, calls ``advance()`` to come to the next part and ``take()`` for a piece of its body,
and feeds the next span where one of them returns None. A body is handed out as it lies in the span; only the start of a
line that may be a delimiter is held together, in ``line``, where two spans share it.
"""

import gc
import sys

try:
    from micropython import const
except ImportError:
    const = int

_LINE = const(256)  # octets of a line that may be a delimiter
_PREAMBLE = const(1024)  # octets that are kept of a multipart until its first delimiter
_DEPTH = const(20)  # multiparts in each other
_PARTS = const(1000)

# `mode`: what the next byte belongs to
_TOP = const(0)  # the mail's header
_HEADER = const(1)  # a part's
_OPEN = const(2)  # what follows a header: it is not decided yet
_BODY = const(3)  # a part's
_GAP = const(4)  # before a multipart's first delimiter, or behind its last
_END = const(5)  # behind the mail


class Reader:
    """Reads one mail. A face adds ``leaf``: the class of its parts, made without arguments.

    :param fields: the names of further header fields that are wanted; ``fields`` has their texts, by small letters, and
        those of To, Subject and Date

    ``subject``, ``sender``, ``address``, ``to``, ``date``: of the header, each a line of 256 characters at the most.
    ``part``: the part that is being read, or None. ``ahead``: it is still to be given out. ``truncated``: something
    went beyond a limit, or the end of the mail is missing. ``guessed``: something was no header, or no multipart, where
    there should be one. ``eof``: to be set when no more bytes will come.
    """

    def __init__(self, fields):
        self.fields = fields
        self.subject = self.sender = self.address = self.to = self.date = ""
        self.memory = self.view = b""
        self.line = b""  # what is held of a line's start, the line end before it included; None: within a line
        self.at = self.end = 0  # memory[at:end] is not read yet
        self.start = self.stop = 0  # the span that scan() found
        self.mode = self.count = self.level = 0
        self.eof = self.ahead = self.truncated = self.guessed = False
        self.bounds = []  # the delimiters of the multiparts around, outermost first
        self.kinds = []  # what stands behind "multipart/"
        self.held = None  # the octets before a multipart's first delimiter
        self.head = self.part = self.decoder = self.lane = None

    def feed(self, memory, start, end):
        """Read on in ``memory[start:end]``, a bytearray that is the reader's own until it is used up."""
        if memory is not self.memory:
            self.memory = memory
            self.view = memoryview(memory)
        self.at = start
        self.end = end

    def advance(self):
        """Go to the next part: True; False: there is none; None: feed me. What was not taken is passed over.

        The first time it goes to the end of the mail's header.
        """
        if self.part is not None:
            self.part.state = None  # a program may hold the part; what decodes its text need not stay
        self.part = self.decoder = self.lane = None
        while self.mode != _END:
            mode = self.mode
            found = None
            if mode <= _HEADER:
                if self.head is None:
                    forget()
                    from .header import Header

                    self.head = Header(self)
                whole = self.head.read()
                if whole is None:
                    return None
                part = self.head.part
                self.head = None
                forget()
                if whole:
                    self.head = part
                    self.mode = _OPEN
                    if mode == _TOP:
                        return True
                elif not part.type.startswith("multipart/"):
                    found = part
            elif mode == _OPEN:
                part = self.head
                self.head = None
                self.mode = _BODY
                found = part
                if part.type.startswith("multipart/"):
                    if not part.boundary:
                        part.type = "text/plain"
                        self.guessed = True
                    elif len(self.bounds) < _DEPTH:
                        self.bounds.append(part.boundary)
                        self.kinds.append(part.type[10:])
                        self.level = len(self.bounds)
                        self.held = bytearray()
                        self.mode = _GAP
                        found = None
                    else:
                        self.truncated = True
            else:
                memory = self.scan()
                if memory is None:
                    return None
                held = self.held
                if held is not None:
                    held.extend(memory[self.start : min(self.stop, self.start + _PREAMBLE - len(held))])
                    if self.mode == _END or len(self.bounds) < self.level:
                        self.held = None
                        if held.strip():  # a multipart without any delimiter: a text
                            self.guessed = True
                            found = self.leaf()
                            found.left = bytes(held)
            if found is not None:
                self.count += 1
                if self.count <= _PARTS:
                    found.mail = self
                    found.number = self.count
                    self.part = found
                    return True
                self.truncated = True
                self.bounds.clear()
                self.mode = _GAP
        return False

    def take(self):
        """The next octets of the part, decoded, valid until the next call; None: feed me; b"": there are no more."""
        while self.mode == _BODY:
            if self.lane is None:
                encoding = self.part.encoding
                if encoding == "base64":
                    from .base64 import Decoder

                    self.decoder = Decoder()
                    lane = self.decoder.lane(self)
                else:
                    if encoding:
                        from .quoted import Decoder

                        self.decoder = Decoder()
                    lane = self.plain()
                next(lane)
                self.lane = lane.send
            memory = self.scan()
            if memory is None:
                return None
            if self.start < self.stop:
                data = self.view if memory is self.memory else memory
                if self.decoder is not None:
                    data = self.decoder.decode(memory, data, self.start, self.stop)
                else:
                    data = data[self.start : self.stop]
                if data:
                    return data
        data = b""
        if self.decoder is not None:
            data = self.decoder.decode(b"", b"", 0, 0, True)
        self.decoder = self.lane = None
        return data

    def plain(self):
        """A generator for the short way: what it is sent a packet for is the piece that ``feed()`` and ``take()`` would
        bring, or None: take the long way. A generator, for it keeps its variables, where a call makes them anew.
        """
        decoder = self.decoder
        memory = view = data = whole = None
        first = stop = 0
        while True:
            packet = yield data
            data = None
            start = packet.start
            end = packet.end
            if self.line is not None or start >= end:
                continue
            if packet.pool.memory is not memory:
                memory = packet.pool.memory
                view = memoryview(memory)
                stop = 0
            if self.bounds:
                last = memory[end - 1]
                if last <= 45 and last in b"\r\n-":
                    continue
                at = memory.find(b"-", start, end)  # the fastest search, and often all that is needed
                if at >= 0 and memory.find(b"\n--", at - (at > start), end) >= 0:
                    continue
            if decoder is not None:
                data = decoder.decode(memory, view, start, end)
            elif start == first and end == stop:
                data = whole
            else:
                first = start
                stop = end
                data = whole = view[start:end]

    def scan(self):
        # the body's next octets: memory[start:stop] of what it returns; there may be none. None: feed me. A delimiter
        # behind them, or the mail's end, changes the mode
        memory = self.memory
        at = self.start = self.at
        stop = end = self.end
        if at == end and not self.eof:
            return None
        if self.line is not None:
            return self.resolve()
        if at == end:
            self.stop = at
            self.mode = _END
            self.truncated = self.truncated or bool(self.bounds)
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
        # scan() where the start of a line is in `line`: is it a delimiter's?
        memory = self.memory
        at = self.at
        end = self.end
        line = self.line
        if line == b"\r" and at < end and memory[at] == 10:
            line = self.line = b"\r\n"
            at = self.at = at + 1
            if at == end and not self.eof:
                return None
        lead = 2 if line.startswith(b"\r\n") else 1 if line.startswith(b"\n") else 0
        self.start = 0
        if self.bounds and (len(line) > lead or (at < end and memory[at] == 45)) and line != b"\r":
            whole = self.gather(lead)
            if whole is None:
                return None
            line = self.line
            self.line = None
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
        else:
            self.line = None
        self.stop = len(line)
        return line

    def gather(self, lead):
        """Take the rest of a line into ``line``: True: it is whole; False: it is longer than 256 octets; None: feed me.

        :param int lead: octets of ``line`` that do not count
        """
        at = self.at
        room = _LINE + lead - len(self.line)
        stop = min(self.end, at + room)
        whole = self.memory.find(b"\n", at, stop) + 1
        if whole:
            stop = whole
        self.line += bytes(self.view[at:stop])
        self.at = stop
        if whole or (self.eof and stop == self.end):
            return True
        return False if stop - at == room else None

    def delimits(self, memory, at, end):
        """Whether ``memory[at:end]`` is a delimiter, of any multipart around: then what it ends is over."""
        while end > at and memory[end - 1] in b" \t\r\n":
            end -= 1
        bounds = self.bounds
        for i in range(len(bounds) - 1, -1, -1):
            stop = at + len(bounds[i])
            if memory.startswith(bounds[i], at):
                closing = end == stop + 2 and memory[stop] == 45 and memory[stop + 1] == 45
                if closing or end == stop:
                    if i == len(bounds) - 1:
                        self.held = None
                    while len(bounds) > i + 1 - closing:
                        bounds.pop()
                        self.kinds.pop()
                    self.mode = _GAP if closing else _HEADER
                    self.line = b""
                    return True
        return False


def forget():
    """Forget the modules that were loaded for a moment: a board has their memory for what comes."""
    if sys.implementation.name == "cpython":
        return
    package = sys.modules["micropop.mime"]
    for name in tuple(sys.modules):
        short = name[14:]
        if name[:14] == "micropop.mime." and short not in ("mail", "reader", "sources"):
            del sys.modules[name]
            if hasattr(package, short):
                delattr(package, short)
    gc.collect()  # here, where no import is under way whose own memory might seem to refer to it
