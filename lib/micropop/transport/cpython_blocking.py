"""CPython's sockets as the standard library's poplib has them: each waits by itself, with a time-out of its own."""

import socket

from .cpython import verifying_context


def dial(host, port, tls, ssl_context, ca, timeout, idle, radio):
    """A Transport to ``host``, a name or an address of either family, in clear. Raises OSError.

    :param float timeout: seconds to wait each time; None: for ever
    The other parameters are for other platforms.
    """
    return Transport(socket.create_connection((host, port), timeout))


class Transport:
    """A connected socket, ``socket``. ``failure``: what it raised, or None.

    :param socket.socket connected: closed with the transport
    """

    secure = False
    failure = None

    def __init__(self, connected):
        self.socket = connected

    def start_tls(self, host, ssl_context, ca):
        """From here on speak TLS to ``host``. Raises OSError, which ssl.SSLError is."""
        context = ssl_context or verifying_context(ca)
        self.socket = context.wrap_socket(self.socket, server_hostname=host)
        self.secure = True

    def readinto(self, buf):
        """How many bytes came, 0 at the end."""
        try:
            return self.socket.recv_into(buf)
        except OSError as error:
            self.failure = error
            raise

    def write(self, buf):
        """How many bytes went."""
        try:
            return self.socket.send(buf)
        except OSError as error:
            self.failure = error
            raise

    def close(self):
        """Close the socket."""
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:  # the server was first
            pass
        self.socket.close()
