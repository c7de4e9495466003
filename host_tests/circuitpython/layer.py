"""The transport for CircuitPython over strict stand-ins, a scripted server and virtual time, for the behaviour suite.

Between it and the sockets is the real adafruit_connection_manager, fetched before (``boards.tools.bundle``).
"""

import sys
import time

from host_tests.circuitpython import sockets
from host_tests.circuitpython.strict import Module, forgive

_ROOT = __file__.replace("\\", "/").rsplit("/", 3)[0]
_LIBRARY = _ROOT + "/.private/circuitpython/lib"


class Network:
    """A network with one scripted server on it.

    :param server: with ``start(clock)``, ``receive(buf)``, ``send(data)``, ``close()``
    :param clock: virtual time
    """

    def __init__(self, server, clock):
        self._server = server
        self._clock = clock

    def resolve(self, host):
        return "192.0.2.1"

    def connect(self, address, port, seconds):
        self._server.start(self._clock)
        return self._server

    def secure(self, line, host, cadata, seconds):
        return line


class Radio(sockets.Radio):
    """wifi.Radio."""


def circuitpython_layer(server, clock, tls=False, espressif=True):
    """A Transport connected to a scripted server, for ``micropop.Client``.

    :param server: see Network
    :param clock: virtual time, with ``ticks_ms()`` and ``sleep(seconds)``
    :param bool tls: whether the connection counts as encrypted
    :param bool espressif: the manners of the sockets: espressif's, or the RP2's
    """
    radio = Radio()
    standing = sockets.modules(Network(server, clock), espressif)
    standing["wifi"] = Module("wifi", {"radio": radio})
    with Standing(standing):
        import adafruit_connection_manager
        from micropop.transport import circuitpython, circuitpython_socket

        circuitpython_socket.ticks_ms = clock.ticks_ms
        circuitpython_socket.sleep = clock.sleep
        transport = circuitpython.dial("mail.example.org", 995 if tls else 110, tls, None, None, 30, None, None)
    pool = standing["socketpool"].SocketPool(radio)
    close = transport.close

    def close_and_check():
        close()
        assert not pool.opened, "a socket was left open"
        assert not transport.manager.managed_socket_count, "ConnectionManager still holds the socket"
        found = forgive()
        assert not found, found
        if pool in managed:
            managed.remove(pool)
            adafruit_connection_manager.connection_manager_close_all(pool, True)  # else it would keep all of it

    managed = [pool]
    transport.close = close_and_check
    return transport


class Standing:
    """Lets modules stand in for others while it is entered.

    :param dict modules: by name
    """

    def __init__(self, modules):
        self._modules = dict(modules)
        if sys.implementation.name != "circuitpython":
            # what adafruit_connection_manager imports elsewhere, for its annotations
            names = "CircuitPythonSocketType", "InterfaceType", "SocketpoolModuleType", "SocketType", "SSLContextType"
            types = Module("circuitpython_typing.socket", dict.fromkeys(names))
            self._modules["circuitpython_typing"] = Module("circuitpython_typing", {"socket": types})
            self._modules["circuitpython_typing.socket"] = types
        if sys.implementation.name == "micropython":
            self._modules["typing"] = Module("typing", {"List": None, "Optional": None, "Tuple": None})
            self._modules["supervisor"] = Module("supervisor", {"ticks_ms": time.ticks_ms})

    def __enter__(self):
        self._before = {name: sys.modules.get(name) for name in self._modules}
        sys.modules.update(self._modules)
        sys.path.append(_LIBRARY)

    def __exit__(self, *_):
        sys.path.remove(_LIBRARY)
        for name in self._before:
            if self._before[name] is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = self._before[name]
