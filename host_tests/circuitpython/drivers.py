"""The radios that CircuitPython drives in Python: stand-ins for the chips, under the real drivers' sockets.

Each chip has one scripted server in reach (``behaviour/fake.py``).
"""

from pathlib import Path
from typing import Any

from boards.tools import bundle
from host_tests.circuitpython.strict import Module, Strict

PACKAGES = (
    "adafruit-circuitpython-esp32spi>=11,<12",
    "adafruit-circuitpython-wiznet5k>=7,<8",
    "adafruit-circuitpython-ticks>=1,<2",
)
ESTABLISHED, CLOSE_WAIT = 0x17, 0x1C  # the WIZNET5K's


def fetch() -> Path:
    """The folder with the drivers. Raises Unavailable."""
    return bundle.install("drivers", PACKAGES)


def modules() -> dict[str, Module]:
    """What the drivers import besides each other; they need no pin here."""
    device = Module("adafruit_bus_device.spi_device", {"SPIDevice": object})
    return {
        "micropython": Module("micropython", {"const": lambda value: value}),
        "digitalio": Module("digitalio", {"Direction": object}),
        "adafruit_bus_device": Module("adafruit_bus_device", {"spi_device": device}),
        "adafruit_bus_device.spi_device": device,
    }


class Chip(Strict):
    """What both have in common.

    :param server: the scripted server, or None: nobody answers
    :param clock: virtual time
    :ivar held: the numbers of the sockets that are in use
    """

    def __init__(self, server: Any, clock: Any):
        self.held: set[int] = set()
        self._server, self._clock = server, clock
        self._came = b""
        self._over = False

    def _connect(self) -> bool:
        if self._server is None:
            return False
        self._server.start(self._clock)
        return True

    def _pull(self) -> int:
        buffer = bytearray(100)
        if not self._came and not self._over:
            n = self._server.receive(buffer)
            self._over = n == 0
            self._came = bytes(buffer[: n or 0])
        return len(self._came)

    def _take(self, size: int) -> bytes:
        taken, self._came = self._came[:size], self._came[size:]
        return taken

    def _number(self) -> int:
        number = min(set(range(4)) - self.held)
        self.held.add(number)
        return number

    def _let_go(self, number: int) -> None:
        self.held.discard(number)
        if self._server is not None:
            self._server.close()


class ESP_SPIcontrol(Chip):
    """adafruit_esp32spi.ESP_SPIcontrol."""

    TCP_MODE, UDP_MODE, TLS_MODE = 0, 1, 2
    modes: tuple[int, ...] = ()

    def get_host_by_name(self, hostname):
        return b"\xc0\0\2\1"

    def get_socket(self):
        return self._number()

    def socket_connect(self, socket_num, dest, port, conn_mode=TCP_MODE):
        self.modes += (conn_mode,)
        if not self._connect():
            raise TimeoutError("Failed to establish connection")
        return True

    def socket_available(self, socket_num):
        return self._pull()

    def socket_read(self, socket_num, size):
        return self._take(size)

    def socket_write(self, socket_num, buffer, conn_mode=TCP_MODE):
        sent = None
        while sent is None:  # it sends all, however long that takes
            sent = self._server.send(buffer)
        return sent

    def socket_close(self, socket_num):
        self._let_go(socket_num)


class WIZNET5K(Chip):
    """adafruit_wiznet5k.WIZNET5K."""

    lacking = ("TLS_MODE",)
    max_sockets = 4
    src_port = 0

    def get_host_by_name(self, hostname):
        return b"\xc0\0\2\1"

    def unpretty_ip(self, ip):
        return bytes(map(int, ip.split(".")))

    def get_socket(self, *, reserve_socket=False):
        return self._number()

    def release_socket(self, socket_number):
        self.held.discard(socket_number)

    def socket_connect(self, socket_num, dest, port, conn_mode=0x21):
        return self._connect()

    def socket_status(self, socket_num):
        self._pull()
        return CLOSE_WAIT if self._over else ESTABLISHED

    def socket_available(self, socket_num, sock_type=0x21):
        return self._pull()

    def socket_read(self, socket_num, length):
        taken = self._take(length)
        return len(taken), taken

    def socket_write(self, socket_num, buffer, timeout=0):
        sent = None
        while sent is None:
            sent = self._server.send(buffer)
        return sent

    def socket_disconnect(self, socket_num):
        pass

    def socket_close(self, socket_num):
        self._let_go(socket_num)
