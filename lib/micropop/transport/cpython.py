"""CPython's sockets, plain and TLS, for tests and tools on a PC."""

import select
import socket
import ssl
from time import monotonic


def dial(host, port, tls, ssl_context, ca, timeout, idle, radio):
    """A Transport to ``host``, a name or an address of either family. Raises ConnectionLost.

    :param float timeout: seconds for each address, and for the TLS handshake
    The other parameters are for other platforms.
    """
    try:
        return Transport(socket.create_connection((host, port), timeout), timeout)
    except (socket.gaierror, UnicodeError) as error:
        from ..errors.problems import problem

        raise problem("host", host, error) from error
    except OSError as error:
        from ..errors.problems import problem

        raise problem("connect", host, port, error) from error


class Transport:
    """A connected socket.

    :param socket.socket connected: closed with the transport
    :param float timeout: seconds for a TLS handshake
    """

    secure = False

    def __init__(self, connected, timeout):
        self._timeout = timeout
        self._use(connected)

    def _use(self, stream):
        stream.setblocking(False)
        self.socket = stream
        self._recv_into = stream.recv_into
        self._poll = select.poll()

    def start_tls(self, host, ssl_context, ca):
        """From here on speak TLS to ``host``. Raises TLSError, Timeout."""
        deadline = monotonic() + self._timeout
        for writing in self.handshake(host, ssl_context, ca):
            left = deadline - monotonic()
            if left <= 0 or not self.wait(writing, left * 1000):
                from ..errors.problems import problem

                raise problem("timeout", int(self._timeout * 1000))

    def handshake(self, host, ssl_context, ca):
        """The steps of ``start_tls()``: whether writing, or reading, must be possible for the next. Raises TLSError."""
        context = ssl_context or verifying_context(ca)
        try:
            self._use(context.wrap_socket(self.socket, server_hostname=host, do_handshake_on_connect=False))
            while True:
                try:
                    self.socket.do_handshake()
                    break
                except ssl.SSLWantReadError:
                    writing = False
                except ssl.SSLWantWriteError:
                    writing = True
                yield writing
        except OSError as error:
            from ..errors.problems import explain

            raise explain(error, self) from error
        self.secure = True

    def readinto(self, buf):
        """How many bytes came, 0 at the end, None if there are none now."""
        try:
            return self._recv_into(buf)
        except (BlockingIOError, ssl.SSLWantReadError):
            return None

    def write(self, buf):
        """How many bytes went, None if none can now."""
        try:
            return self.socket.send(buf)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return None

    def wait(self, writing, ms):
        """Whether reading or writing may go on before ``ms`` milliseconds are up."""
        self._poll.register(self.socket, select.POLLOUT if writing else select.POLLIN)
        return bool(self._poll.poll(ms))

    def close(self):
        """Close the socket."""
        self.socket.close()

    def explain(self, error):
        """The situation (see ``errors/situations.py``) behind what TLS raised, or None if it was not TLS."""
        if not isinstance(error, ssl.SSLError):
            return None
        if not isinstance(error, ssl.SSLCertVerificationError):
            return "handshake"
        if error.verify_code in (9, 10):  # not yet valid, expired
            return "dates"
        if error.verify_code in (62, 64):  # host name, address
            return "wrong-host"
        return "unknown-ca"


def verifying_context(ca):
    """An SSLContext of TLS 1.2 or later that accepts only servers whose certificates ``ca``, or the system, signed."""
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if ca is None:
            context.load_default_certs()
        else:
            from ..pem import ders

            for der in ders(ca):
                context.load_verify_locations(cadata=der)
    except (ssl.SSLError, ValueError) as error:
        from ..errors.problems import problem

        raise problem("bad ca", error) from error
    return context
