"""A mail server that can be stopped, and started again where it was."""

import socket
from typing import Any

from host_tests.servers.scripted import Scripted


class Restartable(Scripted):
    """A Scripted whose mailboxes outlive its stops.

    :param keep: how many of the newest mails do; older ones go then, as they do at providers
    """

    def __init__(self, *, keep: int, **knobs: Any):
        super().__init__(**knobs)
        self._keep = keep

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
            for mailbox in self.settings.mailboxes.values():
                for uid in list(mailbox.mails)[: -self._keep]:
                    del mailbox.mails[uid]
        for family, address in self._addresses:
            listener = socket.create_server(address[:2], family=family, backlog=128)
            self._listeners.append(listener)
            self._start(self._accept, listener, address[1] == self.tls_port)

    @property
    def open_sessions(self) -> int:
        """Connections whose end the server has not seen."""
        return sum(not session.done.is_set() for session in list(self.sessions))
