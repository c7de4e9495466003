"""CPython's sockets, plain and TLS, for tests and tools on a PC."""

import select
import socket
import ssl
from time import monotonic


class Transport:
    """A connection to ``host``, a name or an address of either family.

    :param str host: where to
    :param int port: 1 to 65535
    :param bool tls: speak TLS from the first byte
    :param ssl_context: an ssl.SSLContext of the caller's, or None
    :param ca: the root certificates to trust, DER or PEM bytes or a list of them; None trusts the system's
    :param float timeout: seconds to wait for the connection and the TLS handshake
    :param idle: called now and then while waiting
    Raises ConnectionLost, TLSError, InvalidArgument.
    """

    secure = False

    def __init__(self, host, port, tls, ssl_context, ca, timeout, idle):
        self._timeout = timeout
        if tls and ssl_context is None:
            ssl_context = verifying_context(ca)
        try:
            self.socket = socket.create_connection((host, port), timeout)
        except socket.gaierror as error:
            from ..errors import unknown_host

            raise unknown_host(host, error) from error
        except OSError as error:
            from ..errors import unreachable

            raise unreachable(host, port, error) from error
        self._register()
        if tls:
            self.start_tls(host, ssl_context, ca)

    def _register(self):
        self.socket.setblocking(False)
        self._recv_into = self.socket.recv_into
        self._poll = select.poll()

    def start_tls(self, host, ssl_context, ca):
        """From here on speak TLS to ``host``. Raises TLSError, Timeout."""
        context = ssl_context or verifying_context(ca)
        self.socket.settimeout(None)
        deadline = monotonic() + self._timeout
        try:
            self.socket.setblocking(False)
            self.socket = context.wrap_socket(self.socket, server_hostname=host, do_handshake_on_connect=False)
            self._register()
            while True:
                try:
                    self.socket.do_handshake()
                    break
                except ssl.SSLWantReadError:
                    writing = False
                except ssl.SSLWantWriteError:
                    writing = True
                left = deadline - monotonic()
                if left <= 0 or not self.wait(writing, left * 1000):
                    from ..errors import timed_out

                    raise timed_out(self._timeout)
        except BaseException as error:
            self.close()
            problem = self.explain(error)
            if problem is not None:
                raise problem from error
            raise
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
        """The TLSError for what TLS raised, or None."""
        if not isinstance(error, ssl.SSLError):
            return None
        from ..errors import tls_error

        reason = ""
        if isinstance(error, ssl.SSLCertVerificationError):
            code = error.verify_code
            if code in (9, 10):  # not yet valid, expired
                reason = "dates"
            elif code in (62, 64):  # host name, address
                reason = "wrong-host"
            else:
                reason = "unknown-ca"
        return tls_error(reason, error)


def verifying_context(ca):
    """An SSLContext of TLS 1.2 or later that accepts only servers that ``ca``, or the system, vouches for."""
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if ca is None:
            context.load_default_certs()
        else:
            for certificate in ca if isinstance(ca, (list, tuple)) else (ca,):
                context.load_verify_locations(
                    cadata=certificate if certificate[:1] == b"\x30" else certificate.decode("ascii")
                )
    except (ssl.SSLError, ValueError) as error:
        from ..errors import bad_ca

        raise bad_ca(error) from error
    return context
