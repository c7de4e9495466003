"""A board with CircuitPython: its drive, pins, watchdog and Wi-Fi; programs run on it under the strict interpreter."""

import errno
import gc
import hashlib
import io
import os
import random
import socket
import ssl
import sys
import threading
import time
import tomllib
import traceback
import types
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from host_tests.circuitpython import sockets
from host_tests.circuitpython.interpreter import Interpreter
from host_tests.circuitpython.names import MODULES
from host_tests.circuitpython.strict import Module, Strict

MEMORY_FREE = 100_000  # what gc.mem_free() says
DRIVE_BLOCKS = 1024  # of 512 bytes
LONG_SLEEP = 2  # seconds: what sleeps longer at a time only seems to


class Ended(BaseException):
    """What ends a program for good: a reset, or deep sleep. ``seconds`` until the board wakes by itself."""

    def __init__(self, why: str, seconds: float | None = None):
        super().__init__(why)
        self.why, self.seconds = why, seconds


class Time:
    """The board's clock: real, and ahead by the seconds that passed in steps which only seem to take long.

    :ivar passing: called with the seconds that such a step takes
    """

    def __init__(self):
        self._ahead = 0.0
        self.passing: Callable[[float], None] = lambda seconds: None

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead

    def let_pass(self, seconds: float) -> None:
        self._ahead += seconds
        self.passing(seconds)


class Network:
    """The networks in the air, and what can be reached by them: the computer's own servers.

    :ivar known: networks by name, and their passwords
    :ivar up: whether they are in reach
    :ivar joining: seconds that joining one takes
    :ivar look_up: seconds that the look-up of a name takes
    :ivar time: of the board that uses it
    """

    def __init__(self, known: Mapping[str, str]):
        self.known, self.up = dict(known), True
        self.joining = self.look_up = 0.0
        self.time = Time()
        self.lines: list[Line] = []

    def resolve(self, host: str) -> str | None:
        if self.look_up:
            self.time.let_pass(self.look_up)
        return {"localhost": "127.0.0.1"}.get(host, host) if self.up else None

    def connect(self, address: str, port: int, seconds: float) -> "Line":
        if not self.up:
            raise OSError(errno.EHOSTUNREACH, "")
        return Line(self, socket.create_connection((address, port), seconds))

    def secure(self, line: "Line", host: str, cadata: str | None, seconds: float) -> "Line":
        context = ssl.create_default_context(cadata=cadata)
        line.socket.settimeout(seconds)
        try:
            line.socket = context.wrap_socket(line.socket, server_hostname=host)
        except ssl.SSLCertVerificationError:
            raise OSError(-9984) from None
        except ssl.SSLError:
            raise OSError(-30592) from None
        line.socket.setblocking(False)
        return line


class Line:
    """A connection, non-blocking."""

    def __init__(self, network: Network, connected: socket.socket):
        connected.setblocking(False)
        self.network, self.socket = network, connected

    def receive(self, buffer: memoryview) -> int | None:
        if not self.network.up:
            return None
        try:
            return self.socket.recv_into(buffer)
        except (BlockingIOError, ssl.SSLWantReadError):
            return None

    def send(self, data: bytes) -> int | None:
        if not self.network.up:
            return None
        try:
            return self.socket.send(data)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return None

    def close(self) -> None:
        self.socket.close()


class Radio(sockets.Radio):
    """wifi.Radio, with the errors of shared-bindings/wifi/Radio.c and the manners of two ports' common-hal.

    :param rp2: whether it is the RP2's, which starts a join over at each call, gives up waiting after the time-out, and
        goes on with the join then; espressif's waits until it knows
    """

    def __init__(self, network: Network, rp2: bool = False):
        self.hostname = "cpy"
        self._network, self._rp2 = network, rp2
        self._enabled = True
        self._joined_at: float | None = None  # by the board's clock

    @property
    def enabled(self) -> bool:
        return self._enabled

    @enabled.setter
    def enabled(self, on: bool) -> None:
        if not on:
            self._joined_at = None
        self._enabled = on

    @property
    def connected(self) -> bool:
        if not self._network.up:
            self._joined_at = None
        return self._joined_at is not None and self._network.time.monotonic() >= self._joined_at

    @property
    def ipv4_address(self) -> str | None:
        return "192.0.2.7" if self.connected else None

    def connect(self, ssid, password=b"", *, channel=0, bssid=None, timeout=None):
        ssid, password = (text.encode() if isinstance(text, str) else bytes(text or b"") for text in (ssid, password))
        if not 1 <= len(ssid) <= 32:
            raise ValueError("ssid length must be 1-32")
        if password and not 8 <= len(password) <= 64:
            raise ValueError("password length must be 8-64")
        if len(password) == 64 and set(password) - set(b"0123456789abcdefABCDEF"):
            raise ValueError("Invalid hex password")
        if bssid is not None and len(bssid) != 6:
            raise ValueError("Invalid BSSID")
        if not self._enabled:
            raise RuntimeError("WiFi is not enabled")
        if self.connected:
            return
        self._joined_at = None
        if not self._network.up or ssid.decode() not in self._network.known:
            raise ConnectionError("No network with that ssid")
        if self._network.known[ssid.decode()].encode() != password:
            raise ConnectionError("Authentication failure")
        self._joined_at = self._network.time.monotonic() + self._network.joining
        waits = timeout or 8
        if self._rp2 and self._network.joining > waits:
            self._network.time.let_pass(waits)
            raise ConnectionError("Unknown failure 1")
        if self._network.joining:
            self._network.time.let_pass(self._network.joining)

    def stop_station(self):
        self._joined_at = None


class Device:
    """The board.

    :param drive: the folder that is its CIRCUITPY drive
    :param library: source files by their path in /lib
    :param network: where its Wi-Fi leads
    :param pressed: pins of ``board`` whose button is held
    :param hardware: what else ``board`` has
    :param hashes: what ``hashlib.new`` takes; older firmware has only SHA-1
    :param rp2: whether the chip is an RP2, or an ESP32-S3
    :param usb: whether it is a USB device

    :ivar writable: whether programs may write to the drive
    :ivar woken: whether the board woke from deep sleep by itself
    :ivar pins: by name, what the pins were set to last
    :ivar fed: how often the watchdog was fed
    :ivar watchdog: its time-out in seconds while it runs, or None
    :ivar opened: every file that programs opened
    :ivar end: what ended the program that ``start`` began
    """

    def __init__(
        self,
        drive: Path,
        library: Mapping[str, Path],
        network: Network,
        pressed: tuple[str, ...] = (),
        hardware: tuple[str, ...] = ("LED", "GP15"),
        hashes: tuple[str, ...] = ("sha1", "sha256"),
        rp2: bool = False,
        usb: bool = True,
    ):
        self.drive, self.library, self.network = drive, library, network
        self.rp2, self.usb = rp2, usb
        self.pressed, self.hardware, self.hashes = set(pressed), hardware, hashes
        self.writable = False
        self.woken = False
        self.pins: dict[str, Any] = {}
        self.fed = 0
        self.opened: list[Any] = []
        self._stop = threading.Event()
        self._radio = Radio(network, rp2)
        self._timer = Watchdog(self)
        network.time.passing = self._timer.bite_if_late
        self._socket_modules = sockets.modules(network)

    @property
    def sockets(self) -> list[sockets.Socket]:
        """The sockets that are open."""
        return self._socket_modules["socketpool"].SocketPool(self._radio).opened

    @property
    def watchdog(self) -> float | None:
        return None if self._timer.mode is None else self._timer.timeout

    def run(self, path: str) -> BaseException | None:
        """Run a program of the drive from start to end; returns what ended it, if anything."""
        interpreter = Interpreter({}, self.library, self._place, self._open)
        interpreter._standing = self._modules(interpreter)
        try:
            interpreter.run(path)
        except (Ended, Exception, KeyboardInterrupt) as end:
            return end
        return None

    def start(self, path: str) -> threading.Thread:
        """Run a program in the background, until ``interrupt``."""
        self._stop.clear()
        self.end: BaseException | None = None

        def run() -> None:
            self.end = self.run(path)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        return thread

    def interrupt(self) -> None:
        """Ctrl-C: raises KeyboardInterrupt in the program as soon as it sleeps."""
        self._stop.set()

    # -- the drive

    def _place(self, path: str) -> Path:
        return self.drive / path.lstrip("/")

    def _check_writable(self) -> None:
        if not self.writable:
            raise OSError(errno.EROFS, "")

    def _open(self, path: str, mode: str = "r", *_: object) -> Any:
        if set(mode) & set("wa+"):
            self._check_writable()
        newline = None if "b" in mode else ""
        file = open(self._place(path), mode, encoding=None if "b" in mode else "utf-8", newline=newline)
        self.opened.append(file)
        return file

    def _changing(self, function: Any) -> Any:
        def change(*paths: str) -> None:
            self._check_writable()
            function(*(self._place(path) for path in paths))

        return change

    def _rename(self, old: Path, new: Path) -> None:
        new.unlink(missing_ok=True)  # FAT deletes the target first
        old.rename(new)

    def _getenv(self, key: str, default: Any = None) -> Any:
        settings = self._place("settings.toml")
        return tomllib.loads(settings.read_text()).get(key, default) if settings.exists() else default

    # -- modules

    def _sleep(self, seconds: float) -> None:
        if seconds > LONG_SLEEP:
            self.network.time.let_pass(seconds)
            seconds = 0
        if self._stop.wait(seconds):
            raise KeyboardInterrupt
        self._timer.bite_if_late()

    def _modules(self, interpreter: Interpreter) -> dict[str, Any]:
        micropython = {"const": lambda value: value, "opt_level": lambda level=0: 0}
        system = {
            "argv": [""],
            "byteorder": "little",
            "exit": sys.exit,
            "implementation": types.SimpleNamespace(name="circuitpython", version=(10, 0, 0), _mpy=0x306),
            "maxsize": 0x7FFFFFFF,
            "modules": interpreter.modules,
            "path": ["", "/", ".frozen", "/lib"],
            "platform": "Espressif",
            "stdout": sys.stdout,
            "version_info": (3, 4, 0),
        }
        operating_system = {
            "chdir": lambda path: None,
            "getcwd": lambda: "/",
            "getenv": self._getenv,
            "listdir": lambda path="/": os.listdir(self._place(path)),
            "mkdir": self._changing(Path.mkdir),
            "remove": self._changing(Path.unlink),
            "rename": self._changing(self._rename),
            "rmdir": self._changing(Path.rmdir),
            "sep": "/",
            "stat": lambda path: tuple(os.stat(self._place(path))),
            "statvfs": lambda path: (512, 512, DRIVE_BLOCKS, DRIVE_BLOCKS // 2, DRIVE_BLOCKS // 2, 0, 0, 0, 0, 255),
            "sync": lambda: None,
            "unlink": self._changing(Path.unlink),
            "urandom": os.urandom,
        }
        members = {
            "micropython": micropython,
            "sys": system,
            "os": operating_system,
            "time": {name: getattr(time, name) for name in MODULES["time"] or ()}
            | {"sleep": self._sleep, "monotonic": self.network.time.monotonic},
            "supervisor": {"ticks_ms": lambda: int(self.network.time.monotonic() * 1000) & 0x1FFFFFFF},
            "gc": {"collect": gc.collect, "mem_free": lambda: MEMORY_FREE, "mem_alloc": lambda: MEMORY_FREE},
            "errno": {name: getattr(errno, name) for name in MODULES["errno"] or ()},
            "binascii": _taken("binascii", "a2b_base64 b2a_base64 crc32 hexlify unhexlify"),
            "collections": {"deque": _deque},
            "struct": _taken("struct", "calcsize pack pack_into unpack unpack_from"),
            "json": _taken("json", "dump dumps load loads"),
            "random": {"getrandbits": random.getrandbits, "randint": random.randint, "choice": random.choice},
            "io": {"StringIO": io.StringIO, "BytesIO": io.BytesIO},
            "traceback": {"format_exception": traceback.format_exception},
            "hashlib": {"new": self._new_hash},
            "wifi": {"radio": self._radio},
            "storage": {"remount": self._remount, "getmount": lambda path: self._mount()},
            "board": {name: name for name in self.hardware},
            "digitalio": {"DigitalInOut": self._pin_class(), "Pull": Pull, "Direction": Direction},
            "neopixel_write": {"neopixel_write": lambda pin, data: self.pins.update({pin._name: bytes(data)})},
            "microcontroller": {"watchdog": self._timer, "reset": self._reset, "pin": self._chip_pins()},
            "watchdog": {"WatchDogMode": WatchDogMode},
            "alarm": self._alarm(),
        }
        if self.usb:
            members["usb_cdc"] = {"console": None, "data": None}
        found = {name: Module(name, parts) for name, parts in members.items()} | self._socket_modules
        for name, module in found.items():
            known = MODULES[name]
            assert known is None or set(vars(module)) - {"__name__"} <= known, name
        return found

    def _new_hash(self, name: str, data: bytes = b"") -> Module:
        if name not in self.hashes:
            raise ValueError("Unsupported hash algorithm")
        digest = hashlib.new(name, data)
        size = digest.digest_size
        return Module("hashlib.Hash", {"update": digest.update, "digest": digest.digest, "digest_size": size})

    def _remount(self, mount_path: str, readonly: bool = False) -> None:
        self.writable = not readonly

    def _mount(self) -> Any:
        return Module("VfsFat", {"readonly": not self.writable, "label": "CIRCUITPY"})

    def _reset(self) -> None:
        raise Ended("reset")

    def _chip_pins(self) -> Module:
        return Module("microcontroller.pin", {f"GPIO{number}": f"GPIO{number}" for number in range(49)})

    def _alarm(self) -> dict[str, Any]:
        class TimeAlarm(Strict):
            """alarm.time.TimeAlarm."""

            def __init__(self, *, monotonic_time=None, epoch_time=None):
                self.monotonic_time = monotonic_time

        def sleep(*alarms: TimeAlarm) -> None:
            raise Ended("deep sleep", alarms[0].monotonic_time - time.monotonic())

        return {
            "wake_alarm": TimeAlarm(monotonic_time=0) if self.woken else None,
            "time": Module("alarm.time", {"TimeAlarm": TimeAlarm}),
            "exit_and_deep_sleep_until_alarms": sleep,
        }

    def _pin_class(self) -> type:
        device = self
        in_use: set[str] = set()

        class DigitalInOut(Strict):
            """digitalio.DigitalInOut."""

            def __init__(self, pin):
                if pin in in_use:
                    raise ValueError(f"{pin} in use")
                in_use.add(pin)
                self._name, self._input = pin, True

            def switch_to_output(self, value=False, drive_mode=None):
                self._input = False
                self.value = value

            def switch_to_input(self, pull=None):
                self._input = True

            @property
            def value(self):
                return self._name not in device.pressed if self._input else device.pins[self._name]

            @value.setter
            def value(self, value):
                if self._input:
                    raise AttributeError("Cannot set value when direction is input.")
                device.pins[self._name] = bool(value)

            def deinit(self):
                in_use.discard(self._name)

            def __enter__(self):
                return self

            def __exit__(self, *_):
                self.deinit()

        return DigitalInOut


class Pull(Strict):
    """digitalio.Pull."""

    UP, DOWN = "UP", "DOWN"


class Direction(Strict):
    """digitalio.Direction."""

    INPUT, OUTPUT = "INPUT", "OUTPUT"


class WatchDogMode(Strict):
    """watchdog.WatchDogMode."""

    RAISE, RESET = "RAISE", "RESET"


class Watchdog(Strict):
    """watchdog.WatchDogTimer, which has no ``deinit`` any more. It bites when it is late at the end of a step."""

    def __init__(self, device: Device):
        self._device = device
        self._mode = None
        self._timeout = 0.0
        self._fed_at = 0.0

    @property
    def timeout(self):
        return self._timeout

    @timeout.setter
    def timeout(self, seconds):
        most = 8.388 if self._device.rp2 else 4294967.0
        if seconds > most:
            raise ValueError(f"timeout must be <= {most}")
        self._timeout = float(seconds)
        self._fed_at = self._device.network.time.monotonic()

    @property
    def mode(self):
        return self._mode

    @mode.setter
    def mode(self, mode):
        if mode is not None and not self._timeout:
            raise ValueError("WatchDogTimer.timeout must be greater than 0")
        self._mode = mode
        self._fed_at = self._device.network.time.monotonic()

    def feed(self):
        """Silent where it does not run."""
        if self._mode is not None:
            self._fed_at = self._device.network.time.monotonic()
            self._device.fed += 1

    def bite_if_late(self, *_):
        if self._mode is not None and self._device.network.time.monotonic() > self._fed_at + self._timeout:
            raise Ended("watchdog")


def _deque(iterable: Iterable[Any], maxlen: int) -> deque[Any]:
    """A deque, made as CircuitPython wants it: with both arguments."""
    return deque(iterable, maxlen)


def _taken(name: str, members: str) -> dict[str, Any]:
    module = __import__(name)
    return {member: getattr(module, member) for member in members.split()}
