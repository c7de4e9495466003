"""What lies between the client and the fake server: each test runs over every layer, one after the other.

``waiting`` and ``blocking`` are transports of a few lines, with and without ``wait``; ``aio`` is the former under the
asynchronous client, each of whose calls is run to its end; the others are micropop's own transports over stand-ins for
the sockets of their platforms, which have what those have and no more.
"""

import sys

import micropop

from host_tests.aio import face
from host_tests.circuitpython.layer import circuitpython_layer

EBADF = 9
ETIMEDOUT = 110


class WaitingTransport:
    """One that says when it would have to wait, as micropop's own do."""

    secure = False

    def __init__(self, server):
        self.readinto = server.receive
        self.write = server.send
        self.wait = server.wait
        self.close = server.close


class BlockingTransport:
    """No more than the contract asks for: it waits by itself, ten seconds at the most."""

    secure = False

    def __init__(self, server):
        self._server = server
        self.close = server.close

    def readinto(self, buf):
        return self._patiently(self._server.receive, buf, False)

    def write(self, buf):
        return self._patiently(self._server.send, buf, True)

    def _patiently(self, function, buf, writing):
        clock = self._server.clock
        end = clock.now + 10000
        while clock.now < end:
            n = function(buf)
            if n is not None:
                return n
            self._server.wait(writing, end - clock.now)
        raise OSError(ETIMEDOUT)


class Socket:
    """What a non-blocking socket has on every MicroPython, as far as the transport needs it."""

    def __init__(self, server):
        self.server = server

    def readinto(self, buf):
        return self._open().receive(buf)

    def write(self, buf):
        return self._open().send(buf)

    def close(self):
        self.server.close()

    def _open(self):
        if self.server.closed:
            raise OSError(EBADF)
        return self.server


class CPythonSocket:
    """The like of CPython's."""

    def __init__(self, server):
        self.server = server
        self._socket = Socket(server)
        self.close = server.close

    def setblocking(self, flag):
        assert flag is False

    def recv_into(self, buf):
        return self._at_once(self._socket.readinto(buf))

    def send(self, buf):
        return self._at_once(self._socket.write(buf))

    def _at_once(self, n):
        if n is None:
            raise BlockingIOError(11, "not now")
        return n


class Select:
    """The module ``select`` of these sockets, and its poll objects, on either platform; one socket for each."""

    POLLIN = 1
    POLLOUT = 4

    def __init__(self):
        self._socket = None
        self._flags = 0

    def poll(self, ms=None):
        """A poll object; or, of one: wait."""
        if ms is None:
            return Select()
        self._socket.server.wait(self._flags == self.POLLOUT, ms)
        return [(self._socket, self._flags)]

    def ipoll(self, ms):
        return iter(self.poll(ms))

    def register(self, socket, flags):
        assert self._socket in (None, socket)
        self._socket = socket
        self._flags = flags

    def modify(self, socket, flags):
        assert self._socket is socket
        self._flags = flags

    def unregister(self, socket):
        assert self._socket is socket
        self._socket = None


def micropython(server):
    """micropop's transport for MicroPython."""
    from micropop.transport import micropython_socket as module

    return standing_in(module, lambda: module.Transport(Socket(server)))


def cpython(server):
    """micropop's transport for CPython."""
    from micropop.transport import cpython as module

    return standing_in(module, lambda: module.Transport(CPythonSocket(server), 30))


def standing_in(module, make):
    """What ``make()`` gives while ``Select`` stands in for the module's ``select``."""
    select = module.select
    module.select = Select()
    try:
        return make()
    finally:
        module.select = select


TRANSPORTS = ["waiting", "blocking", "micropython", "circuitpython", "circuitpython-rp2"]  # of the blocking client
if sys.implementation.name == "cpython":
    TRANSPORTS.append("cpython")
LAYERS = list(TRANSPORTS)
LAYERS.append("aio")

chosen = LAYERS[0]


def choose(layer):
    """From now on ``connected`` connects over ``layer``."""
    global chosen
    chosen = layer


def of(module, test):
    """The layers that a test of ``module`` runs over: all, or those in the module's LAYERS. Tests in its NEED_WAIT are
    about how the client waits, which it does not do over ``blocking``."""
    named = getattr(module, "LAYERS", LAYERS)
    if test in getattr(module, "NEED_WAIT", ()):
        return [layer for layer in named if layer != "blocking"]
    return named


def connected(server, clock):
    """A transport to ``server`` over the chosen layer.

    :param fake.Server server: not started yet
    :param Clock clock: the server's time
    """
    if chosen.startswith("circuitpython"):
        return circuitpython_layer(server, clock, espressif=chosen == "circuitpython")
    server.start(clock)
    if chosen in ("waiting", "aio"):
        transport = WaitingTransport(server)
        transport.waiting = face.Waiting(transport, clock)
        return transport
    if chosen == "blocking":
        return BlockingTransport(server)
    return micropython(server) if chosen == "micropython" else cpython(server)


def client(transport, pool, timeout=30, idle=None):
    """A blocking client over a transport, whichever face does the work in the chosen layer."""
    return (face.Client if chosen == "aio" else micropop.Client)(transport, pool, timeout, idle)
