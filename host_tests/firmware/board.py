"""A board on this computer, for the model of the watch: its flash is a folder, its time virtual, its radio a stand-in,
and its line to the server fails when it is told to.
"""

import calendar
import errno
import gc
import os
import sys
import time
import types
from pathlib import Path

import micropop.opening
import pytest
from micropop.errors.problems import problem
from watcher import log_files
from watcher import watch as watching
from watcher.watch import Watch

from host_tests.behaviour.clock import Clock, put_back
from host_tests.firmware import radio, toml
from host_tests.store.flaky import Flash, PowerCut
from host_tests.store.server import Server

NOON = 1_790_000_000  # some day in 2026
UNSET = 1_609_459_200  # what the clock shows after power on: 2021
COARSE = 120  # seconds that a tenth of a second lasts while the board rests, which spares the test's time
FLASH = 1 << 20  # bytes


class Reset(BaseException):
    """The board starts anew, because the watch wants that."""


class Asleep(BaseException):
    """The board sleeps for so many seconds, and starts anew then."""


class Line:
    """A connection to the server, as a transport.

    :param Board board: whose ``cut`` says how many bytes pass it, both ways, and what comes then
    """

    secure = True

    def __init__(self, board: "Board"):
        self.board = board
        self.connection = board.server.connect()
        self.kind, self.left = board.cut or ("", None)
        self.closed = False

    def _through(self, count: int) -> int:
        # how many of so many bytes pass
        if self.board.flash.dead:
            raise PowerCut
        if self.left is None:
            return count
        count = min(count, self.left)
        self.left -= count
        return count

    def readinto(self, buf) -> int | None:
        if self.connection.flood:
            self.board.clock.sleep(1)
        count = self._through(min(len(buf), self.board.piece))
        if count:
            found = self.connection.readinto(memoryview(buf)[:count])
            if self.left is not None:
                self.left += count - (found or 0)
            return found
        if self.kind == "is reset":
            raise OSError(errno.ECONNRESET, "Connection reset by peer")
        if self.kind == "memory":
            self.board.short = True
            raise MemoryError
        return None if self.kind == "is silent" else 0

    def write(self, data) -> int:
        if self._through(len(data)) == len(data):
            self.connection.write(data)
        return len(data)  # what does not come through is lost, as nobody can know

    def wait(self, writing: bool, ms: int) -> bool:
        assert self.kind == "is silent", "the client waits for a server that has nothing to say"
        self.board.clock.now += ms
        return False

    def close(self) -> None:
        self.connection.close()
        self.closed = True


class Board:
    """A board, its power on or off.

    :param folder: its flash
    :param server: what it reaches

    ``watch``: the watch that runs, or None: it begins with the next look. ``on_mail``: the user's program, or None: it
    cannot be called. ``cut``: how the line to the server fails, and after how many bytes; None: it does not.
    ``piece``: the most bytes that it brings at once. ``up``: the server is there. ``time_server``: so is that of the
    time. ``hangs``: the radio says that all is well, and nothing is. ``said``: what was printed in the last look.
    ``lines``: the connections of that. ``short``: memory was, in it.
    ``seconds``, ``blinks``: what it came to; None where it did not come to its end, as ``ended`` says: an exception's
    class.
    """

    def __init__(self, folder: str, server: Server):
        self.flash, self.server = Flash(folder), server
        self.clock = Clock()
        self.off = UNSET - NOON  # seconds by which the board's clock is wrong
        self.watch: Watch | None = None
        self.on_mail = None
        self.cut: tuple[str, int] | None = None
        self.piece = 512
        self.up = self.time_server = True
        self.short = self.hangs = self._resting = self._woke = False
        self.said: list[str] = []
        self.lines: list[Line] = []
        self.seconds = self.blinks = self.ended = None

    @property
    def now(self) -> float:
        """The true time, in seconds."""
        return NOON + self.clock.now / 1000

    # -- what the watcher finds on the board

    def power_on(self) -> None:
        """Have the watcher find this board, until ``power_off()``."""
        patch = self._patch = pytest.MonkeyPatch()
        self._before = self.clock.install()
        self.radio = radio.install(patch)
        machine = types.SimpleNamespace(reset=self._reset, deepsleep=self._sleep, WDT_RESET=3, DEEPSLEEP_RESET=4)
        machine.reset_cause = lambda: machine.DEEPSLEEP_RESET if self._woke else 1
        patch.setitem(sys.modules, "machine", machine)
        patch.setitem(sys.modules, "ntptime", types.SimpleNamespace(settime=self._set_time))
        patch.setitem(sys.modules, "on_mail", None)
        patch.setattr(micropop.opening, "reach", self._reach)
        patch.setattr(watching, "ticks_ms", self.clock.ticks_ms)
        patch.setattr(time, "time", lambda: self.now + self.off)
        patch.setattr(time, "sleep", lambda seconds: self.clock.sleep(COARSE if self._resting else seconds))
        patch.setattr(time, "localtime", lambda seconds=None: time.gmtime(time.time() if seconds is None else seconds))
        patch.setattr(time, "mktime", calendar.timegm)
        patch.setattr(os, "statvfs", self._statvfs)
        patch.setattr(gc, "collect", int)  # all that pytest holds is not to be searched after each step
        patch.setattr(log_files, "PATH", self.flash.folder + "/log.txt")
        patch.setattr(log_files, "OLDER", self.flash.folder + "/log.old.txt")
        patch.setattr(log_files, "print", self.said.append, raising=False)

    def power_off(self) -> None:
        self._patch.undo()
        put_back(self._before)

    def _reset(self) -> None:
        raise Reset

    def _sleep(self, ms: int) -> None:
        self.clock.now += ms
        raise Asleep

    def _set_time(self) -> None:
        if not self.time_server or not self.radio.connected:
            raise OSError(errno.ETIMEDOUT)
        self.off = 0

    def _statvfs(self, folder: str) -> tuple[int, int, int, int, int]:
        free = self.flash.free()
        return (1, 1, FLASH, FLASH, FLASH if free is None else free)

    def _reach(self, host: str, port: int, *_: object) -> Line:
        self.hangs = self.hangs and not self.radio.switched_off
        if self.hangs or not self.up or not self.radio.connected:
            raise problem("connect", host, port, OSError(errno.EHOSTUNREACH, "No route to host"))
        self.lines.append(Line(self))
        return self.lines[-1]

    # -- what it does

    def set(self, **settings: str | int) -> None:
        """Write settings.toml; the board starts anew with it."""
        fixed = {"CIRCUITPY_WIFI_SSID": "home", "POP3_HOST": "pop.example.org", "POP3_USER": "mrose"}
        fixed |= {"POP3_PASSWORD": "tanstaaf", "POP3_METHOD": "USER", "POP3_TLS": "off", "POP3_CLEARTEXT": 1}
        fixed |= {"POP3_LED": "", "POP3_WATCHDOG": 0, "POP3_LOG": 2000, "POP3_FOLDER": self.flash.folder + "/mail"}
        Path(self.flash.folder, "settings.toml").write_bytes(toml(fixed | settings))
        self.watch = None

    def look(self, left: int | None = None) -> None:
        """Look for mail once, and rest.

        :param left: steps on the flash until the power goes; None: it does not
        """
        self.said.clear()
        self.lines.clear()
        self.short = False
        self.seconds = self.blinks = self.ended = None
        sys.modules["on_mail"] = types.ModuleType("on_mail")
        if self.on_mail:
            sys.modules["on_mail"].on_mail = self.on_mail
        try:
            with self.flash.running(left):
                if self.watch is None:
                    self.watch = Watch()
                    self.watch.start(self.flash.folder + "/settings.toml")
                self.radio.switched_off = 0
                seconds, blinks = self.watch.look()
                self.seconds, self.blinks = seconds, blinks
                self._resting = True
                self.watch.rest(seconds, blinks)
        except (PowerCut, Reset, Asleep, SystemExit) as ending:
            self.ended = type(ending)
            self.watch = None
            self.radio.on = self.radio.connected = False
            self._woke = self.ended is Asleep
            if self.ended is PowerCut:
                self.off = UNSET - self.now
        finally:
            self._resting = False

    def stored(self) -> list[bytes]:
        """The mails that are whole on its flash."""
        return [path.read_bytes() for path in sorted(Path(self.flash.folder, "mail").glob("*.eml"))]
