"""A board at a serial port, spoken to through its raw REPL with mpremote."""

import ast
import contextlib
import secrets
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mpremote.transport import TransportError
from mpremote.transport_serial import SerialTransport

from boards.shared.refusal import Refusal

COMES_BACK = 20  # seconds that a board may take to return after a reset
ATTEMPTS = (0.5, 1, 2, 4, 8)  # seconds that each try to reach the prompt waits
ANSWER = 5  # seconds that a board takes at most to print a line
RETURNS = 3  # seconds that a port may be away
SILENCE = 2  # seconds after which a read gives up: without it mpremote waits for ever on a port that says nothing

WHO = """
import sys
it = sys.implementation
machine = getattr(it, "_machine", None)
if machine is None:
    import os
    machine = os.uname().machine
print((it.name, tuple(it.version[:3]), getattr(it, "_mpy", 0) & 255, machine))
"""


RESET = """
try:
    from machine import reset
except ImportError:
    from microcontroller import reset
reset()
"""


PUT_ASIDE = """
import os
try:
    os.rename("/main.py", "/main.py.off")
    put_aside = True
except OSError:
    put_aside = False
print(put_aside)
"""

PUT_BACK = """
import os
try:
    os.stat("/main.py")
    os.remove("/main.py.off")
except OSError:
    try:
        os.rename("/main.py.off", "/main.py")
    except OSError:
        pass
"""


@dataclass(frozen=True)
class Identity:
    """What a board says about itself.

    :ivar firmware: "micropython" or "circuitpython"
    :ivar version: its release: "1.25.0"
    :ivar mpy: the version of .mpy files that it loads; 0 for none
    :ivar machine: its own words: "Raspberry Pi Pico W with RP2040"
    """

    firmware: str
    version: str
    mpy: int
    machine: str

    @property
    def chip(self) -> str:
        """The chip in the words of boards/known/*.toml; empty if the board does not say."""
        chip = self.machine.rpartition(" with ")[2].lower() if " with " in self.machine else ""
        return chip[:6] if chip.startswith("rp2350") else chip  # rp2350a and rp2350b are its packages

    def __str__(self) -> str:
        kind = "CircuitPython" if self.firmware == "circuitpython" else "MicroPython"
        return f"{kind} {self.version}{f' on {self.machine}' if self.machine else ''}"


@contextlib.contextmanager
def connected(port: str) -> Iterator[SerialTransport]:
    """The board's raw REPL, its program stopped: an mpremote transport with exec(), eval(), fs_writefile() …

    :raises Refusal: if nothing answers there
    """
    board = _opened(port)
    try:
        _enter(board)
        yield board
        if board.in_raw_repl:
            board.exit_raw_repl()
    except (TransportError, OSError, struct.error) as error:  # struct: mpremote got less than it read
        last = (str(error).strip() or type(error).__name__).splitlines()[-1]
        raise Refusal(f"the board at {port} failed: {last}") from None
    finally:
        with contextlib.suppress(OSError):
            board.close()


def _opened(port: str) -> SerialTransport:
    # a port that is part of the chip goes away for a moment when the board resets
    deadline = time.monotonic() + RETURNS
    while True:
        try:
            board = SerialTransport(port, timeout=SILENCE)
            board.is_pty = False  # else mpremote's time-outs do not hold while a program on a virtual board prints
            return board
        except (TransportError, OSError) as error:
            if time.monotonic() > deadline:
                raise Refusal(f"{port} cannot be opened ({error}): is it another program's, or not there?") from None
            time.sleep(0.1)


def _enter(board: SerialTransport) -> None:
    """Stop the program, and come to a prompt of the raw REPL with nothing before it that was not read.

    A board that is just starting may lose what it is told, and a busy one answer late: so it is told again, and the
    answer that counts is one that no earlier try can have caused.
    """
    for patience in ATTEMPTS:
        board.serial.write(b"\r\x03\x03\r\x01")  # Ctrl-C, twice for a program that catches one; Ctrl-A
        if not _heard(board, b"raw REPL; CTRL-B to exit\r\n>", patience):
            continue
        token = secrets.token_hex(8).encode()
        board.serial.write(b"print('%s')\x04" % token)
        if _heard(board, token + b"\r\n\x04\x04", ANSWER):
            board.in_raw_repl = True
            return
    raise Refusal(
        f"nothing answers at {board.device_name}: if the board sleeps, press its reset button and try at once;"
        " if it has no MicroPython or CircuitPython, `make flash` first"
    )


def _heard(board: SerialTransport, words: bytes, seconds: float) -> bool:
    """Whether the board says those words within so many seconds; nothing after them is read."""
    return board.read_until(1, words, timeout=None, timeout_overall=seconds).endswith(words)


def ask(port: str) -> Identity:
    """Who is there. Stops the board's program. Raises Refusal: see connected()."""
    with connected(port) as board:
        return identity(board)


def told(board: SerialTransport, code: str, items: bool = False) -> Any:
    """What a program on the board prints, which is a literal of Python.

    :param items: of a list, each item with a comma behind it
    :raises Refusal: if it is something else
    """
    text = board.exec(code)
    try:
        return ast.literal_eval(f"[{text.decode()}]" if items else text.decode().strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        raise Refusal(f"the board at {board.device_name} does not answer as it should: {text[:60]!r}") from None


def identity(board: SerialTransport) -> Identity:
    """Who is connected."""
    name, version, mpy, machine = told(board, WHO)
    return Identity(name, ".".join(map(str, version)), mpy, machine)


def restart(port: str) -> None:
    """Let the board start its program again, by a soft reset. Raises Refusal if nothing answers."""
    with connected(port) as board:
        board.exit_raw_repl()
        board.serial.write(b"\x04")
        board.serial.flush()


@contextlib.contextmanager
def going_on(port: str) -> Iterator[None]:
    """Work on a board whose program was stopped: it starts again where the work fails."""
    try:
        yield
    except BaseException:
        with contextlib.suppress(Refusal):
            restart(port)
        raise


def _reset(board: SerialTransport) -> None:
    board.exec_raw_no_follow(RESET)
    board.serial.flush()
    board.in_raw_repl = False


@contextlib.contextmanager
def quiet(port: str) -> Iterator[None]:
    """The board without its program, and so without the program's watchdog, which would reset it in the middle of work.

    Nothing else ends a watchdog: so main.py is put aside, and the board starts anew without it. At the end it starts
    once more, with the main.py that is there then, or else with the one that was put aside.

    :raises Refusal: if nothing answers, or the board does not come back
    """
    with connected(port) as board:
        has_program = "True" in board.exec(PUT_ASIDE).decode()
        if has_program:
            _reset(board)
    if has_program:
        _wait_until_reset(port)
    try:
        yield
    finally:
        with connected(port) as board:
            board.exec(PUT_BACK)
            _reset(board)


def _wait_until_reset(port: str) -> None:
    deadline = time.monotonic() + COMES_BACK
    while True:
        with contextlib.suppress(Refusal), connected(port) as board:
            if "True" not in board.exec("print('put_aside' in globals())").decode():
                return
        if time.monotonic() > deadline:
            raise Refusal(f"the board did not come back at {port}: unplug it and try again")


def mpremote(port: str, *arguments: str) -> str:
    """Run mpremote's own command line on the board at the port.

    :return: what it printed
    :raises Refusal: with mpremote's last word if it fails
    """
    done = subprocess.run(command_line(port, *arguments), capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stderr + done.stdout).strip().splitlines() or [f"mpremote ended with {done.returncode}"]
        raise Refusal(f"the board at {port} failed: {lines[-1]}")
    return done.stdout


def command_line(port: str, *arguments: str) -> list[str]:
    """How mpremote is started on that port. ``resume``: no soft reset first, which would run boot.py."""
    return [sys.executable, "-m", "mpremote", "connect", port, "resume", *arguments]
