"""MicroPython's sockets, plain and TLS: poll and non-blocking readinto, never a read of unknown length."""

import select


class Transport:
    """A connected socket. ``readinto`` and ``write`` are the socket's own.

    :param raw: a connected, non-blocking socket; closed with the transport
    """

    secure = False

    def __init__(self, raw):
        self._raw = raw
        self._poll = select.poll()
        self._use(raw)

    def _use(self, stream):
        self._stream = stream
        self.readinto = stream.readinto
        self.write = stream.write
        self._poll.register(stream, select.POLLIN)
        self._writing = False

    def start_tls(self, host, ssl_context, ca):
        """From here on speak TLS to ``host``; the handshake goes with the first bytes read or written."""
        from .micropython_tls import wrapped

        self._poll.unregister(self._raw)
        self._use(wrapped(self._raw, host, ssl_context, ca))
        self.secure = True

    def wait(self, writing, ms):
        """Return when reading, or writing, may go on, or ``ms`` milliseconds are up."""
        if writing is not self._writing:
            self._poll.modify(self._stream, select.POLLOUT if writing else select.POLLIN)
            self._writing = writing
        for _ in self._poll.ipoll(ms):
            pass

    def explain(self, error):
        """The situation (see ``advice.py``) behind what TLS raised, or None if it was not TLS."""
        if self.secure:
            from .micropython_tls import explain

            return explain(error)
        return None

    def close(self):
        """Close the socket, under TLS both layers. May be called again."""
        if self._raw is not None:
            self._poll.unregister(self._stream)
            self._stream.close()
            self._raw.close()
            self._raw = None
