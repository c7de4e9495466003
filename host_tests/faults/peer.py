"""A transport to a POP3 server that fails at a byte of the conversation, in virtual time."""

import errno
import random

from host_tests.servers.dialogue import Dialogue, Settings

__all__ = ["AT_ITS_BYTES", "AT_OURS", "Peer"]

AT_ITS_BYTES = ("close", "reset", "silence", "trickle", "error", "garbage")
"""What goes wrong when the server has sent so many bytes."""

AT_OURS = ("close after", "reset after", "silence after")
"""What goes wrong when the client has sent so many."""

TRICKLE = 7000  # milliseconds between two bytes


class Peer:
    """The connection: what a transport is, see ``micropop.client``.

    A server that sent half a reply, and then an error or garbage, is silent from then on.

    :param settings: the server's
    :param clock: virtual time, turned by ``wait``
    :param kind: of the fault: one of ``AT_ITS_BYTES`` or ``AT_OURS``, or None
    :param at: after how many bytes
    :param takes: bytes that one write moves at the most

    :ivar sent: how many bytes the server sent
    :ivar heard: how many it got
    :ivar commands: how many lines those were
    :ivar closed: whether the client closed the connection
    """

    secure = False

    def __init__(self, settings: Settings, clock, kind: str | None = None, at: int = 0, takes: int = 1000):
        self._dialogue = Dialogue(settings)
        self._clock, self._kind, self._at, self._takes = clock, kind, at, takes
        self._dialogue.timestamp = "<1896.697170952@localhost>"  # every session is as long as the others
        self._replies = [self._dialogue.greeting()]
        self._line = b""
        self._in_the_middle = False
        self._due = 0
        self.sent = self.heard = self.commands = 0
        self.closed = False

    # -- the server's bytes

    def readinto(self, buf) -> int | None:
        """See ``micropop.client``."""
        assert not self.closed, "read from a closed connection"
        assert len(buf), "read into nothing"
        if self._kind in AT_OURS and self.heard >= self._at:
            return self._broken(self._kind.split()[0])
        if not self._replies:
            return 0 if self._dialogue.over else None
        reply = self._replies[0]
        left = self._at - self.sent
        if self._kind in AT_ITS_BYTES and left < len(reply):
            if left > 0:
                reply = reply[:left]
                self._in_the_middle = True
            elif self._kind in ("error", "garbage"):
                reply = self._instead()
            elif self._kind == "trickle":
                if self._clock.now < self._due:
                    return None
                self._due = self._clock.now + TRICKLE
                reply = reply[:1]
            else:
                return self._broken(self._kind)
        n = min(len(buf), len(reply))
        buf[:n] = reply[:n]
        self.sent += n
        self._replies[0] = self._replies[0][n:]
        if not self._replies[0]:
            self._replies.pop(0)
            if self.sent > self._at and self._kind == "trickle":
                self._kind = None
        return n

    def _instead(self) -> bytes:
        """What stands for a reply, or for the rest of one, and then for all that were asked for along with it."""
        if self._kind == "error":
            reply = b"-ERR [SYS/TEMP] out of order\r\n"
        else:
            reply = random.Random(self._at).randbytes(64) + b"\r\n"
        self._kind = None
        self._replies[:] = [reply] if self._in_the_middle else [reply, *self._replies[1:]]
        return reply

    @staticmethod
    def _broken(kind: str) -> int | None:
        if kind == "reset":
            raise OSError(errno.ECONNRESET, "reset")
        return 0 if kind == "close" else None

    # -- the client's

    def write(self, data) -> int | None:
        """See ``micropop.client``."""
        assert not self.closed, "write to a closed connection"
        taken = bytes(data[: self._takes])
        if self._kind in AT_OURS:
            taken = taken[: self._at - self.heard]
            if not taken:
                if self._kind == "silence after":
                    return None
                raise OSError(errno.EPIPE, "broken pipe")
        self.heard += len(taken)
        self._line += taken
        while b"\n" in self._line:
            line, _, self._line = self._line.partition(b"\n")
            self.commands += 1
            self._replies.append(b"".join(self._dialogue.handle(line.removesuffix(b"\r"))))
        return len(taken)

    # -- waiting

    def wait(self, writing: bool, ms: float) -> None:
        """See ``micropop.client``: the clock is turned instead."""
        assert not self.closed, "a wait on a closed connection"
        assert ms > 0
        until = self._clock.now + ms
        if self._kind == "trickle" and self._due > self._clock.now:
            until = min(until, self._due)
        self._clock.now = until

    def close(self) -> None:
        """The client closes the connection."""
        assert not self.closed, "closed twice"
        self.closed = True
        self._dialogue.end()
