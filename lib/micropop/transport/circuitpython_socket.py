"""CircuitPython's sockets, plain and TLS: non-blocking recv_into and send, and waiting in small steps.

A time-out of the socket's own would wait better, but espressif's may drop the bytes that arrive with it; and
select.poll takes the sockets of some radios only.
"""

from errno import EAGAIN, ENOTCONN
from time import sleep

from ..clock import ticks_diff, ticks_ms

# what would wait: on boards an OSError with EAGAIN, on CPython one of these
_WAITS = ("BlockingIOError", "SSLWantReadError", "SSLWantWriteError")

STAYS = True  # see memory.py: in use for as long as a connection is


class Transport:
    """A socket of adafruit_connection_manager's; connect it, then close it.

    :param manager: the ConnectionManager
    :param bool secure: whether it speaks TLS
    :param bool mute: 0 from recv_into means that nothing came yet, not the end: ESP32SPI's way
    """

    socket = None

    def __init__(self, manager, secure, mute):
        self.manager = manager
        self.secure = secure
        self.mute = mute
        self.patience = 0  # milliseconds that the next call may wait

    def connect(self, host, port, timeout, context):
        """Connect: ``timeout`` in seconds. Raises what radios raise: OSError, RuntimeError, MemoryError, ValueError."""
        self.socket = self.manager.get_socket(
            host,
            port,
            "pop3s:" if self.secure else "pop3:",
            id(self),  # so that nobody else gets this socket
            timeout=timeout,
            is_ssl=self.secure,
            ssl_context=context,
        )
        self.socket.settimeout(0)
        self.receive = self.socket.recv_into
        self.send = self.socket.send

    def readinto(self, buf):
        """How many bytes came, 0 at the end, None if there are none now."""
        return self.move(self.receive, buf)

    def write(self, buf):
        """How many bytes went, None if none can now."""
        return self.move(self.send, buf)

    def move(self, function, buf):
        patience = self.patience
        self.patience = 0
        start = ticks_ms()
        while True:
            try:
                n = function(buf)
                if n:
                    return n
                if n is None:  # some drivers' send, when it has sent all
                    return len(buf)
                if function is self.receive and not self.mute:
                    return 0
            except OSError as error:
                code = error.args[0] if error.args else None
                if code == ENOTCONN and function is self.receive:
                    return 0  # how espressif says that the server closed
                if code != EAGAIN and type(error).__name__ not in _WAITS:
                    raise
            if ticks_diff(ticks_ms(), start) >= patience:
                return None
            sleep(0.005)

    def wait(self, mode, ms):
        """Let the next read or write wait until it can go on, or ``ms`` milliseconds are up."""
        self.patience = ms

    def explain(self, error):
        """The situation (see ``errors/situations.py``) behind what TLS raised, or None if it was not TLS."""
        if self.secure:
            from .tls_errors import explain

            return explain(error)
        return None

    def close(self):
        """Close the socket. May be called again."""
        socket = self.socket
        if socket is not None:
            self.socket = self.receive = self.send = None
            try:
                self.manager.close_socket(socket)
            except RuntimeError:
                pass  # somebody closed all sockets
