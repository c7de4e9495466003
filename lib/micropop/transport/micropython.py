"""MicroPython's sockets, plain and TLS: poll and non-blocking readinto, never a read of unknown length."""

import select
import socket
from errno import EINPROGRESS
from time import ticks_diff, ticks_ms

class Transport:
    """A connection to ``host``, a name or an address of either family.

    :param str host: where to
    :param int port: 1 to 65535
    :param bool tls: speak TLS from the first byte
    :param ssl_context: an ssl.SSLContext of the caller's, or None
    :param ca: the root certificate as DER or PEM bytes, or a list of them
    :param float timeout: seconds to wait for the connection
    :param idle: called now and then while waiting
    Raises ConnectionLost, InvalidArgument.
    """

    secure = False

    def __init__(self, host, port, tls, ssl_context, ca, timeout, idle):
        if tls and ssl_context is None:
            from .micropython_tls import verifying_context

            ssl_context = verifying_context(ca)
        self._poll = select.poll()
        self._writing = None
        self._raw = self.socket = None
        try:
            found = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)
        except OSError as error:
            from ..errors import unknown_host

            raise unknown_host(host, error)
        problem = None
        for family, kind, protocol, _, address in found:
            try:
                self._connect(socket.socket(family, kind, protocol), address, timeout, idle)
                if tls:
                    self.start_tls(host, ssl_context, ca)
                return
            except OSError as error:
                self.close()
                problem = error
        from ..errors import unreachable

        raise unreachable(host, port, problem)

    def _connect(self, raw, address, timeout, idle):
        self._raw = raw
        self._use(raw)
        raw.setblocking(False)
        try:
            raw.connect(address)
        except OSError as error:
            if error.errno != EINPROGRESS:
                raise
        start = ticks_ms()
        while not self.wait(True, 500):
            if idle:
                idle()
            if ticks_diff(ticks_ms(), start) > timeout * 1000:
                raise OSError(110)
        for _, events in self._poll.ipoll(0):
            if events & (select.POLLERR | select.POLLHUP):
                raw.read(1)  # raises what went wrong
                raise OSError(events)

    def _use(self, stream):
        self.socket = stream
        self.readinto = stream.readinto
        self.write = stream.write
        self._poll.register(stream, select.POLLIN)
        self._writing = False

    def start_tls(self, host, ssl_context, ca):
        """From here on speak TLS to ``host``; the handshake goes with the first bytes read or written."""
        if ssl_context is None:
            from .micropython_tls import verifying_context

            ssl_context = verifying_context(ca)
        self._poll.unregister(self._raw)
        self._use(ssl_context.wrap_socket(self._raw, server_hostname=host, do_handshake_on_connect=False))
        self.secure = True

    def explain(self, error):
        """The TLSError for what TLS raised, or None."""
        if self.secure:
            from .micropython_tls import explain

            return explain(error)
        return None

    def wait(self, writing, ms):
        """Whether reading or writing may go on before ``ms`` milliseconds are up."""
        if writing is not self._writing:
            self._poll.modify(self.socket, select.POLLOUT if writing else select.POLLIN)
            self._writing = writing
        for _ in self._poll.ipoll(ms):
            return True
        return False

    def close(self):
        """Close the socket, under TLS both."""
        stream = self.socket
        raw = self._raw
        self.socket = self._raw = None
        if stream is not None:
            self._poll.unregister(stream)
            try:
                stream.close()
            finally:
                if raw is not stream:
                    raw.close()
