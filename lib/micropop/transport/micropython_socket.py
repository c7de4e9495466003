"""MicroPython's sockets, plain and TLS: poll and non-blocking readinto, never a read of unknown length."""

import select

STAYS = True  # see memory.py: in use for as long as a connection is


class Transport:
    """A connected socket. ``readinto`` and ``write`` are the socket's own.

    :param raw: a connected, non-blocking socket; closed with the transport
    """

    secure = False

    def __init__(self, raw):
        self.socket = raw
        self.poll = select.poll()
        self.set(raw)

    def set(self, stream):
        self.stream = stream
        self.readinto = stream.readinto
        self.write = stream.write
        self.poll.register(stream, select.POLLIN)
        self.mode = False

    def start_tls(self, host, ssl_context, ca):
        """From here on speak TLS to ``host``; the handshake goes with the first bytes read or written."""
        from .micropython_tls import wrapped

        self.poll.unregister(self.socket)
        self.set(wrapped(self.socket, host, ssl_context, ca))
        self.secure = True

    def wait(self, mode, ms):
        """Return when mode (``mode`` True) or reading may go on, or ``ms`` milliseconds are up."""
        if mode is not self.mode:
            self.poll.modify(self.stream, select.POLLOUT if mode else select.POLLIN)
            self.mode = mode
        for _ in self.poll.ipoll(ms):
            pass

    def explain(self, error):
        """The situation (see ``errors/situations.py``) behind what TLS raised, or None if it was not TLS."""
        if self.secure:
            from .tls_errors import explain

            return explain(error)
        return None

    def close(self):
        """Close the socket, under TLS both layers. May be called again."""
        if self.socket is not None:
            self.poll.unregister(self.stream)
            self.stream.close()
            self.socket.close()
            self.socket = None
