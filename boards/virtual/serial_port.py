"""The serial port of a virtual board: a pseudo-terminal that outlives the board's resets.

It behaves like a cable: what the board prints while nobody has the port open is lost (but kept in the log), and a slow
reader slows the board down.
"""

import asyncio
import os
import pty
import select
import tty
from collections.abc import Callable

from boards.virtual.process import Process

LOOK_FOR_CABLE = 0.05  # seconds
LOG = 1 << 20  # bytes of the board's output that are kept


class SerialPort:
    """Carries bytes between whoever opens ``path`` and the terminal of the process that is attached."""

    def __init__(self, on_output: Callable[[], None]):
        """Open it. ``on_output`` is called after each addition to ``log``."""
        self._cable, slave = pty.openpty()
        tty.setraw(slave)
        self.path = os.ttyname(slave)
        os.close(slave)
        os.set_blocking(self._cable, False)
        self.log = bytearray()
        self._on_output = on_output
        self._loop = asyncio.get_running_loop()
        self._process: Process | None = None
        self._plugged = False
        self._to_board = b""
        self._to_cable = b""
        self._closed = False
        self._look()

    def attach(self, process: Process) -> None:
        """Connect a new process. Its output flows at once, its input as soon as the board is ready."""
        self._process = process
        self._ready = False
        self._watch()

    def ready(self) -> None:
        """The board listens to Ctrl-C from now on."""
        self._ready = True
        self._watch()

    def say(self, text: bytes) -> None:
        """Print something that no program prints, after all that was printed."""
        if self._process is not None:
            self._drain()
        self._print(text)

    def _drain(self) -> None:
        while data := _read(self._process.terminal):
            self._print(data)

    def detach(self) -> None:
        """Disconnect the process after its last output; what was typed for it is lost."""
        if self._process is not None:
            self._drain()
        process, self._process = self._process, None
        if process is None:
            return
        self._loop.remove_reader(process.terminal)
        self._loop.remove_writer(process.terminal)
        os.close(process.terminal)
        self._to_board = b""
        self._watch()

    def close(self) -> None:
        """Pull the plug."""
        self.detach()
        self._closed = True
        self._plugged = False
        self._watch()
        os.close(self._cable)

    def _look(self) -> None:
        """See whether someone opened the port: until then it counts as hung up, and no event tells of its end."""
        if self._closed:
            return
        poll = select.poll()
        poll.register(self._cable, select.POLLIN)
        events = poll.poll(0)
        self._plugged = not (events and events[0][1] & select.POLLHUP)
        if self._plugged:
            self._watch()
        else:
            self._loop.call_later(LOOK_FOR_CABLE, self._look)

    def _watch(self) -> None:
        """Wait for just what can go on now."""
        self._read_when(self._plugged and not self._to_board, self._cable, self._typed)
        self._write_when(self._plugged and bool(self._to_cable), self._cable, self._send_to_cable)
        if self._process is not None:
            terminal = self._process.terminal
            self._read_when(not self._to_cable, terminal, self._printed)
            self._write_when(self._ready and bool(self._to_board), terminal, self._send_to_board)

    def _read_when(self, wanted: bool, file: int, call: Callable[[], None]) -> None:
        if wanted:
            self._loop.add_reader(file, call)
        else:
            self._loop.remove_reader(file)

    def _write_when(self, wanted: bool, file: int, call: Callable[[], None]) -> None:
        if wanted:
            self._loop.add_writer(file, call)
        else:
            self._loop.remove_writer(file)

    def _typed(self) -> None:
        data = _read(self._cable)
        if data is None:
            self._plugged = False
            self._to_cable = b""
            self._look()
        else:
            self._to_board += data
        self._watch()

    def _send_to_board(self) -> None:
        data = self._to_board
        interrupts = b"\x03" in data and self._process.interruptible()
        if interrupts:
            # a VM without ctrl_c.py that is interrupted again before it could act on the first time may end itself
            while b"\x03\x03" in data:
                data = data.replace(b"\x03\x03", b"\x03")
        self._to_board = data[_write(self._process.terminal, data) :]
        if interrupts:
            self._process.interrupt()
        self._watch()

    def _printed(self) -> None:
        data = _read(self._process.terminal)
        if data is None:  # the process is gone, and its last output read
            self._loop.remove_reader(self._process.terminal)
            return
        self._print(data)
        self._watch()

    def _print(self, data: bytes) -> None:
        self.log += data
        del self.log[:-LOG]
        if self._plugged:
            self._to_cable += data
            self._send_to_cable()
        self._on_output()

    def _send_to_cable(self) -> None:
        self._to_cable = self._to_cable[_write(self._cable, self._to_cable) :]
        self._watch()


def _read(file: int) -> bytes | None:
    """What is there: empty for nothing, None when the other side is gone."""
    try:
        return os.read(file, 4096) or None
    except BlockingIOError:
        return b""
    except OSError:
        return None


def _write(file: int, data: bytes) -> int:
    try:
        return os.write(file, data)
    except BlockingIOError:
        return 0
    except OSError:  # hung up: the reading side sees it too
        return len(data)
