"""A mail server that can be stopped, and started again where it was; some of its mails cannot be had."""

import socket
from hashlib import sha256
from typing import Any

from host_tests.servers.dialogue import Dialogue
from host_tests.servers.scripted import Scripted


class Restartable(Scripted):
    """A Scripted whose mailbox outlives its stops.

    :param keep: how many of the newest mails do; older ones go then, as they do at providers
    :ivar bad: mails that cannot be had, by their unique ids: "breaks off" or "is refused"
    """

    def __init__(self, *, keep: int, **knobs: Any):
        super().__init__(**knobs)
        self._keep = keep
        self.bad: dict[str, str] = {}
        self.take_all()

    @property
    def mailbox(self) -> dict[str, bytes]:
        """The mails by their unique ids."""
        return next(iter(self.settings.mailboxes.values())).mails

    def take_all(self) -> None:
        """Refuse no command."""
        self.settings.replies = {"RETR": self._retrieve}

    def refuse(self, verb: str) -> None:
        """Refuse a command till ``take_all()``; at QUIT the connection ends, without an answer."""
        replies = {"QUIT": _hang_up, "AUTH": b"-ERR [AUTH] no\r\n"}
        self.settings.replies = {**self.settings.replies, verb: replies.get(verb, b"-ERR out of order\r\n")}

    def take_away(self) -> list[str]:
        """Another client deletes the newest mail, and one amid the others. Returns their unique ids."""
        uids = [uid for uid in self.mailbox if uid not in self.bad]
        gone = list({uids[len(uids) // 2], uids[-1]}) if uids else []
        for uid in gone:
            del self.mailbox[uid]
        return gone

    def _retrieve(self, dialogue: Dialogue, argument: str) -> bytes | None:
        kind = self.bad.get(dialogue.item(argument))
        if kind == "breaks off":
            return b"+OK\r\nSubject: " + _hang_up(dialogue, argument)
        return b"-ERR not this one\r\n" if kind else None

    def stop(self) -> None:
        """Break every connection, and refuse new ones."""
        with self._lock:
            broken = [*self._listeners, *self._connections]
            self._addresses = [(each.family, each.getsockname()) for each in self._listeners]
        for each in broken:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:  # the client was quicker
                pass
        for listener in self._listeners:
            listener.close()
        self._listeners.clear()

    def start(self) -> None:
        """Listen again at the same addresses."""
        if not any(session.encrypted and not session.done.is_set() for session in self.sessions):  # none reads them
            for uid in list(self.mailbox)[: -self._keep]:
                del self.mailbox[uid]
        for family, address in self._addresses:
            listener = socket.create_server(address[:2], family=family, backlog=128)
            self._listeners.append(listener)
            self._start(self._accept, listener, address[1] == self.tls_port)

    @property
    def open_sessions(self) -> int:
        """Connections whose end the server has not seen."""
        return sum(not session.done.is_set() for session in list(self.sessions))


def _hang_up(dialogue: Dialogue, _: str) -> bytes:
    dialogue.over = True
    return b""


def mark(uid: str) -> str:
    """What stands for a unique id in a store: ``mail.id``."""
    return sha256(uid.encode()).hexdigest()[:14]
