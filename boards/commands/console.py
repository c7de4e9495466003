"""Watching a board: its program's output, its prompt, its log."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import serial

from boards.shared import payload, remote, serial_copy
from boards.shared.refusal import Refusal
from boards.shared.steps import Steps


def run(port: str, steps: Steps, write: Callable[[bytes], object] | None = None) -> None:
    """Start the firmware as at power on, and show what it prints until Ctrl-C. It goes on then.

    :param write: gets the output as it comes; standard output unless told
    :raises Refusal: if nothing answers, or the board goes away
    """
    write = write or _show
    if steps.dry_run:
        steps.out(f"would start the firmware at {port} and show what it prints")
        return
    remote.ask(port)  # something that can be started is there
    steps.out(f"{port}: Ctrl-C ends watching, the board goes on")
    try:
        with serial.Serial(port, 115200, timeout=0.2, exclusive=True) as line:
            line.write(b"\r\x02\x04")  # out of the raw REPL, and a soft reset
            while True:
                write(line.read(max(1, line.in_waiting)))
    except KeyboardInterrupt:
        steps.out("")
    except (serial.SerialException, OSError) as error:
        raise Refusal(f"the board at {port} went away: {error}") from None


def _show(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def repl(port: str, steps: Steps) -> None:
    """Stop what runs on the board and open its prompt in this terminal, with mpremote; Ctrl-] leaves it."""
    # exec stops the program, and leaves the raw prompt with the friendly one's greeting
    command = remote.command_line(port, "exec", "pass", "repl")
    if steps.dry_run:
        steps.out(f"would run {' '.join(command)}")
        return
    remote.ask(port)  # also where a program does not end at once
    steps.out("the board's program is stopped. Ctrl-D starts it again, Ctrl-] leaves the prompt")
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise Refusal((done.stderr.strip() or f"mpremote ended with {done.returncode}").splitlines()[-1])
    steps.out("\nif the board is still at its prompt, nothing runs there: `make run` starts the firmware")


def mpremote(port: str, arguments: list[str], steps: Steps) -> None:
    """Run mpremote on the board, in this terminal."""
    command = [sys.executable, "-m", "mpremote", "connect", port, *arguments]
    if steps.dry_run:
        steps.out(f"would run {' '.join(command)}")
        return
    done = subprocess.run(command, check=False)
    if done.returncode:
        raise Refusal(f"it ended with {done.returncode}")
    steps.out("mpremote stops the board's program: `make run` starts it again")


def logs(port: str, steps: Steps) -> None:
    """Show the watcher's log from a board's flash, older lines first, and let the firmware start again."""
    if steps.dry_run:
        steps.out(f"would stop the firmware at {port}, show {' and '.join(payload.LOGS)}, and start it again")
        return
    with remote.connected(port) as link:
        found = [serial_copy.read(link, name) for name in payload.LOGS]
    remote.restart(port)
    _print(found, steps)


def logs_of_drive(drive: Path, steps: Steps) -> None:
    """Show the watcher's log from a mounted drive."""
    files = [drive / name for name in payload.LOGS]
    if steps.dry_run:
        steps.out(f"would show {' and '.join(os.fspath(file) for file in files)}")
        return
    _print([file.read_bytes() if file.is_file() else None for file in files], steps)


def _print(found: list[bytes | None], steps: Steps) -> None:
    if not any(found):
        raise Refusal("the board has no log: the firmware has not run yet, or POP3_LOG is 0")
    for data in found:
        for line in (data or b"").decode("utf-8", "replace").splitlines():
            steps.out(line)
