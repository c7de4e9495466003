"""One life of a virtual board: a MicroPython process on a terminal of its own, from power on to reset."""

import asyncio
import fcntl
import os
import pty
import signal
import socket
import struct
import termios
import tty
from collections.abc import Callable
from pathlib import Path

from boards.tools import mpy
from boards.tools.paths import PRIVATE
from boards.virtual.vm import Vm

MODULES = Path(__file__).parent / "modules"
LOOK = 0.05  # seconds between two looks at a program that is to be interrupted
COMPUTES = 0.5  # seconds that it may compute before it is interrupted wherever it is
_START = "import _board.start as s;s.run(globals(),{})"


def modules(vm: Vm) -> Path:
    """The stand-ins for the firmware's modules, compiled for that VM."""
    return mpy.compile_tree(MODULES, PRIVATE / "mpy" / "virtual", vm.version)


class Process:
    """A running VM.

    The terminal is the VM's controlling one: when the supervisor is gone, however that happened, the kernel hangs it
    up and the VM ends.
    """

    def __init__(self, vm: Vm, heap_size: int, folder: Path, arguments: tuple, on_line: Callable[[str], None]):
        """Start it.

        :param heap_size: bytes of the VM's whole heap
        :param folder: the compiled stand-ins
        :param arguments: of _board.start.run, after its scope
        :param on_line: called with each line that the board says; with "" when the board is gone
        """
        self.terminal, slave = pty.openpty()
        tty.setraw(slave)
        attributes = termios.tcgetattr(slave)
        for key in (termios.VQUIT, termios.VSUSP):
            attributes[6][key] = b"\0"
        termios.tcsetattr(slave, termios.TCSANOW, attributes)
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        os.set_blocking(self.terminal, False)
        self._link, theirs = socket.socketpair()
        self._link.setblocking(False)
        self._on_line = on_line
        self._said = b""
        command = vm.command("-c", _START.format(",".join(map(repr, arguments))), heapsize=heap_size)
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, os.ttyname(slave), os.O_RDWR, 0),
            (os.POSIX_SPAWN_DUP2, 0, 1),
            (os.POSIX_SPAWN_DUP2, 0, 2),
            (os.POSIX_SPAWN_DUP2, theirs.fileno(), 3),
        ]
        environment = {"MICROPYPATH": str(folder), "HOME": "/", "LC_ALL": "C"}
        # under nohup SIGHUP is ignored, and so it would be in the VM, which ends by it when its terminal goes
        heeded = [signal.SIGHUP, signal.SIGINT, signal.SIGTERM]
        self.pid = os.posix_spawn(command[0], command, environment, file_actions=actions, setsid=True, setsigdef=heeded)
        os.close(slave)
        theirs.close()
        asyncio.get_running_loop().add_reader(self._link, self._hear)

    @property
    def running(self) -> bool:
        """Whether it has not been ended."""
        return self.pid is not None

    def answer(self, text: str) -> None:
        """Send a line to the board."""
        try:
            self._link.send(text.encode() + b"\n")
        except OSError:  # it is going down; the end of its line says so
            pass

    def interruptible(self) -> bool:
        """Whether Ctrl-C would interrupt a program now."""
        return bool(termios.tcgetattr(self.terminal)[3] & termios.ISIG)

    def interrupt(self) -> None:
        """Ctrl-C was typed: see that it is taken. The board takes it where it can; see modules/_board/ctrl_c.py."""
        asyncio.get_running_loop().call_later(LOOK, self._insist, self._used() + COMPUTES)

    def _insist(self, until: float) -> None:
        # ``until``: the processor time (seconds) after which it is to be taken wherever the program is
        if not self.running or not self._holds_interrupt():
            return
        if self._stat()[0] == "S" or self._used() >= until:
            os.kill(self.pid, signal.SIGURG)
        asyncio.get_running_loop().call_later(LOOK, self._insist, until)

    def _holds_interrupt(self) -> bool:
        words = Path(f"/proc/{self.pid}/status").read_text().split()
        return bool(int(words[words.index("ShdPnd:") + 1], 16) >> (signal.SIGINT - 1) & 1)

    def _used(self) -> float:
        """The processor time that it used (seconds)."""
        return sum(map(int, self._stat()[11:13])) / os.sysconf("SC_CLK_TCK")

    def _stat(self) -> list[str]:
        """What proc(5) says of it from its state on, which is "S" where it waits."""
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()

    def end(self) -> int:
        """End it at once, as a power cut does. Returns how it ended by itself, or would have: a wait status."""
        if self.pid is None:
            return 0
        asyncio.get_running_loop().remove_reader(self._link)
        pid, self.pid = self.pid, None
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        self._link.close()
        return status

    def _hear(self) -> None:
        try:
            data = self._link.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            asyncio.get_running_loop().remove_reader(self._link)
            self._on_line("")
            return
        *lines, self._said = (self._said + data).split(b"\n")
        for line in lines:
            if self.running:
                self._on_line(line.decode())


def last_words(process: Process) -> str:
    """The last line that an ended process printed; its terminal is closed."""
    said = b""
    try:
        while data := os.read(process.terminal, 4096):
            said += data
    except OSError:
        pass
    os.close(process.terminal)
    lines = said.decode(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
