"""CircuitPython's socketpool and ssl over any network: plain Python that MicroPython runs too.

A network has ``resolve(host)``, which returns an address or None; ``connect(address, port, seconds)``, which returns a
line or raises OSError; and ``secure(line, host, cadata, seconds)``, which returns what the line is under TLS or raises
OSError. A line has ``receive(buf)``, ``send(data)`` and ``close()``: those of a non-blocking socket that returns None
where it would wait.
"""

import errno

from host_tests.circuitpython.strict import Module, Strict, violate

EPIPE = 32
MOST_SOCKETS = 8


class Radio(Strict):
    """The base of radios: adafruit_connection_manager knows the native one by the name of its class.

    It also knows them by their hashes, which would be their addresses: a new one must not be taken for one that went.
    """

    made = 0

    def __new__(cls, *_):
        radio = object.__new__(cls)
        Radio.made += 1
        radio._hash = Radio.made
        return radio

    def __hash__(self):
        return self._hash


class SocketPool(Strict):
    """socketpool.SocketPool, and what it knows of its sockets.

    :ivar network: where its sockets lead
    :ivar espressif: whether its sockets have the manners of espressif's, or of the RP2's
    :ivar opened: the sockets that are open
    """

    AF_INET = 2
    AF_INET6 = 10
    SOCK_STREAM = 1
    SOCK_DGRAM = 2
    IPPROTO_TCP = 6
    TCP_NODELAY = 1
    EAI_NONAME = -2

    class gaierror(OSError):
        """A name was not found."""

    def __init__(self, network, espressif=True):
        self.network = network
        self.espressif = espressif
        self.opened = []

    def socket(self, family=AF_INET, type=SOCK_STREAM, proto=0):
        if len(self.opened) == MOST_SOCKETS:
            raise RuntimeError("Out of sockets")
        return Socket(self, type)

    def getaddrinfo(self, host, port, family=0, type=0, proto=0, flags=0):
        address = self.network.resolve(host)
        if address is None:
            raise self.gaierror(self.EAI_NONAME, "Name or service not known")
        return [(self.AF_INET, self.SOCK_STREAM, 0, "", (address, port))]


class Socket(Strict):
    """socketpool.Socket: what a client needs of it."""

    _line = None
    _connected = False
    _broken = False

    def __init__(self, pool, type):
        self.type = type
        self._pool = pool
        self._seconds = None
        pool.opened.append(self)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def connect(self, address):
        self._check()
        if self._seconds is None:
            violate("connect without a time-out")
        host, port = address
        found = self._pool.network.resolve(host)
        if found is None:
            raise self._pool.gaierror(self._pool.EAI_NONAME, "Name or service not known")
        self._line = self._pool.network.connect(found, port, self._seconds)
        self._connected = True

    def settimeout(self, value):
        self._seconds = value

    def setblocking(self, flag):
        self._seconds = None if flag else 0

    def setsockopt(self, level, optname, value):
        self._check()

    def recv_into(self, buffer, bufsize=0):
        self._check()
        view = memoryview(buffer)
        if bufsize > len(view):
            raise ValueError("buffer too small for requested bytes")
        if bufsize > 0:
            view = view[:bufsize]
        if not len(view):
            return 0
        if self._seconds != 0:
            violate("recv_into with a time-out: espressif may lose bytes, or loop for ever")
        if self._broken:
            raise OSError(errno.ENOTCONN, "")
        try:
            n = self._line.receive(view)
        except OSError:
            self._connected = False
            if not self._pool.espressif:
                raise
            self._broken = True  # espressif tells the next time
            n = None
        if n is None:
            raise OSError(errno.EAGAIN, "")
        if n == 0 and self._pool.espressif:
            self._connected = False
            raise OSError(errno.ENOTCONN, "")
        return n

    def send(self, bytes):
        self._check()
        if not self._connected:
            raise OSError(EPIPE, "")
        n = self._line.send(bytes)
        if n is None:
            raise OSError(errno.EAGAIN, "")
        return n

    def close(self):
        if self in self._pool.opened:
            self._pool.opened.remove(self)
            self._connected = False
            if self._line is not None:
                self._line.close()

    def _check(self):
        if self not in self._pool.opened:
            raise OSError(errno.EBADF, "")


class SSLContext(Strict):
    """ssl.SSLContext; ``_cadata``: the roots that it trusts instead of the firmware's.

    ``failure``: what the next wrap_socket raises, on boards that are short of memory.
    """

    failure = None

    def __init__(self):
        self.check_hostname = True
        self._cadata = None

    def load_verify_locations(self, cafile=None, capath=None, cadata=None):
        if cafile is not None or capath is not None:
            raise NotImplementedError("cafile")
        if not isinstance(cadata, str):
            raise TypeError(f"can't convert '{type(cadata).__name__}' object to str implicitly")
        self._cadata = cadata

    def set_default_verify_paths(self):
        self._cadata = None

    def wrap_socket(self, sock, *, server_side=False, server_hostname=None):
        if sock._connected:
            violate("wrap_socket of a connected socket: a hard fault on espressif")
        if self.failure is not None:
            raise self.failure
        if self._cadata is not None and "-----BEGIN CERTIFICATE-----" not in self._cadata:
            raise ValueError("invalid cert")  # not before
        return SSLSocket(self, sock, server_hostname)


class SSLSocket(Strict):
    """ssl.SSLSocket: what a client needs of it."""

    def __init__(self, context, sock, host):
        self._context = context
        self._socket = sock
        self._host = host

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def connect(self, address):
        sock = self._socket
        sock.connect(address)
        if self._host is None:
            violate("TLS without a host name to check")
        sock._line = sock._pool.network.secure(sock._line, self._host, self._context._cadata, sock._seconds)

    def settimeout(self, value):
        self._socket.settimeout(value)

    def setblocking(self, flag):
        self._socket.setblocking(flag)

    def setsockopt(self, level, optname, value):
        self._socket.setsockopt(level, optname, value)

    def recv_into(self, buffer, bufsize=0):
        return self._socket.recv_into(buffer, bufsize)

    def send(self, bytes):
        return self._socket.send(bytes)

    def close(self):
        self._socket.close()


def modules(network, espressif=True, context=SSLContext):
    """The modules ``socketpool`` and ``ssl``, by name, over a network."""
    pools = {}

    def pool(radio):
        if radio not in pools:
            pools[radio] = SocketPool(network, espressif)
        return pools[radio]

    return {
        "socketpool": Module("socketpool", {"SocketPool": pool, "Socket": Socket}),
        "ssl": Module("ssl", {"create_default_context": context, "SSLContext": context, "SSLSocket": SSLSocket}),
    }
