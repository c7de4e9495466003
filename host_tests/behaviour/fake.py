"""A POP3 server that follows a script, in virtual time: no socket, no thread, no sleep."""

CLOSE = "close"  # the server closes the connection
RESET = "reset"  # the connection breaks

ECONNRESET = 104
EBADF = 9


class Server:
    """The other side of one connection, which says what the script says and accepts nothing else.

    :param greeting: what it says first; see ``turns``
    :param turns: each a tuple: a command, and what is said to it. The command is the exact bytes that the client must
    send, or a function of one line that returns what to say to it. What is said is any number of bytes objects, each
    a segment of its own; of numbers, which are milliseconds of silence; and at the end perhaps CLOSE or RESET.
    :param pieces: the sizes of the pieces in which its bytes arrive; behind the last, and without any, as segments go
    :param pause: milliseconds between two pieces
    :param takes: how many bytes the client can write at once

    ``sent``: all that the client sent. ``closed``: whether the client closed its socket.
    """

    def __init__(self, greeting=b"+OK ready\r\n", *turns, pieces=(), pause=0, takes=None):
        self._turns = list(turns)
        self._pieces = iter(pieces)
        self._pause = pause
        self._takes = takes
        self._full = False
        self._segments = []  # what is on its way: [when it is there, bytes or CLOSE or RESET]
        self._at = 0  # how much of the first was read
        self._left = next(self._pieces, None)  # of a piece
        self._ready = 0  # when the next piece is there
        self._gap = False  # the next read finds nothing
        self._heard = b""
        self._last = 0
        self.sent = b""
        self.closed = False
        self.fault = None  # what the client did wrong
        self.clock = None
        self._greeting = greeting

    def start(self, clock):
        """The connection is made."""
        self.clock = clock
        self._last = clock.now
        self._say(self._greeting if isinstance(self._greeting, tuple) else (self._greeting,))

    def _say(self, words):
        self._last = max(self._last, self.clock.now)
        for word in words:
            if isinstance(word, int):
                self._last += word
            elif word:
                self._segments.append((self._last, word))

    # -- what a socket does

    def receive(self, buf):
        """Like a non-blocking socket's ``readinto``: how many bytes came, 0 at the end, None if there are none now."""
        self._check(not self.closed, "read from a closed socket")
        self._check(len(buf) > 0, "read into nothing")
        if self._gap or not self._segments or self.clock.now < max(self._segments[0][0], self._ready):
            self._gap = False
            return None
        segment = self._segments[0][1]
        if isinstance(segment, str):
            if segment == CLOSE:
                return 0
            raise OSError(ECONNRESET)
        n = min(len(buf), len(segment) - self._at)
        if self._left is not None:
            n = min(n, self._left)
            self._left -= n
            if self._left == 0:
                self._left = next(self._pieces, None)
                self._gap = True
                self._ready = self.clock.now + self._pause
        buf[:n] = segment[self._at : self._at + n]
        self._at += n
        if self._at == len(segment):
            self._segments.pop(0)
            self._at = 0
        return n

    def send(self, data):
        """Like a non-blocking socket's ``write``: how many bytes went, None if none can now."""
        self._check(not self.closed, "write to a closed socket")
        data = bytes(data)
        if self._takes is not None:
            self._full = not self._full
            if self._full:
                return None
            data = data[: self._takes]
        self.sent += data
        self._heard += data
        self._answer()
        return len(data)

    def _answer(self):
        while self._heard:
            self._check(self._turns, "unexpected: %r" % self._heard)
            command = self._turns[0][0]
            if isinstance(command, bytes):
                n = min(len(command), len(self._heard))
                self._check(self._heard[:n] == command[:n], "%r instead of %r" % (self._heard, command))
                if n < len(command):
                    return
                words = self._turns.pop(0)[1:]
            else:
                n = self._heard.find(b"\n") + 1
                if not n:
                    return
                self._turns.pop(0)
                words = command(self._heard[:n])
            self._heard = self._heard[n:]
            self._say(words if isinstance(words, tuple) else (words,))

    def wait(self, writing, ms):
        """Like ``poll``: let time pass until there is something to read, or ``ms`` milliseconds are up."""
        self._check(not self.closed, "poll of a closed socket")
        self._check(ms > 0, "a wait of %r ms" % ms)
        if writing or self._gap:
            return
        until = self.clock.now + ms
        if self._segments:
            until = min(until, max(self._segments[0][0], self._ready))
        self.clock.now = max(self.clock.now, until)

    def close(self):
        """The client closes its socket."""
        self.closed = True

    # -- what tests ask

    def quiet(self):
        """Whether nothing that it said is unread."""
        return not self._segments

    def finish(self):
        """Check that the client did all that the script asks for, and closed its socket."""
        if self.fault is not None:
            raise AssertionError("the client did wrong: " + self.fault)
        assert self.clock is not None, "nobody connected"
        assert not self._turns, "the client never sent %r" % (self._turns[0][0],)
        assert not self._heard, "the client sent half a command: %r" % self._heard
        assert self.closed, "the socket was left open"

    def _check(self, holds, what):
        if not holds:
            self.fault = self.fault or what
            raise AssertionError(what)
