"""Sessions of micropop with a server, each in a process of its own: under CPython, or under the 32-bit MicroPython."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boards.tools.mpy import compile_tree
from boards.tools.paths import LIB
from boards.virtual import vm

__all__ = ["INTERPRETERS", "Outcome", "Visit", "visit"]

INTERPRETERS = ("cpython", "micropython")
PROGRAM = Path(__file__).with_name("program.py")
HEAP = "256K"  # a Pico W's
PATIENCE = 60  # seconds for a whole visit


@dataclass
class Outcome:
    """What came of a visit.

    :ivar steps: the result of each step, in turn; shorter than the steps asked for if one failed
    :ivar error: what was raised: a dict with its class as "kind", its "text", and "code", "reason", "status",
        "retry_after" where it has them; or None
    :ivar method: the login method that was used
    :ivar greeting: the server's first line
    :ivar pool_whole: whether all packets were back in the pool at the end
    :ivar state: the client's state at the end
    """

    steps: list[Any]
    error: dict[str, Any] | None
    method: str | None
    greeting: str
    pool_whole: bool
    state: str


class Visit:
    """A visit under way; the parameters are those of ``visit``.

    :param program: what runs it
    """

    def __init__(self, interpreter: str, job: dict[str, Any], program: Path = PROGRAM):
        if interpreter == "cpython":
            command = [sys.executable, "-S", str(program)]
            environment = {"PYTHONPATH": str(LIB)}
        else:
            command = vm.find().command(program, heapsize=HEAP)
            environment = {"MICROPYPATH": f"{compile_tree()}:.frozen"}  # asyncio is frozen
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | environment,
        )
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()

    def wait_until_held(self) -> None:
        """Wait until it is at a step "hold", which lasts until stop()."""
        line = self._process.stdout.readline()
        assert line == "held\n", line + self._process.stdout.read()

    def stop(self) -> None:
        """End it, if it has not ended."""
        self._process.kill()
        self._process.communicate()

    def outcome(self) -> Outcome:
        """Wait for its end."""
        try:
            printed, _ = self._process.communicate(timeout=PATIENCE)
        finally:
            self.stop()
        try:
            return Outcome(**json.loads(printed.splitlines()[-1]))
        except (ValueError, IndexError, TypeError):
            raise AssertionError(f"the visit ended with status {self._process.returncode}: {printed}") from None


def visit(interpreter: str, server: Any, *steps: Sequence[Any], **options: Any) -> Outcome:
    """Visit a server, and wait for the end.

    :param interpreter: one of INTERPRETERS
    :param server: has host, port, tls_port and ca_der
    :param steps: method names of the client, each with its arguments; see program.py
    :param options: see ``job``
    """
    return start(interpreter, server, *steps, **options).outcome()


def start(interpreter: str, server: Any, *steps: Sequence[Any], **options: Any) -> Visit:
    """Begin a visit, and do not wait."""
    return Visit(interpreter, job(server, *steps, **options))


def job(
    server: Any,
    *steps: Sequence[Any],
    tls: bool | str = False,
    host: str | None = None,
    login: dict[str, Any] | None = None,
    payload: int = 512,
    packets: int = 4,
    timeout: float = 30,
) -> dict[str, Any]:
    """What a visit is to do.

    :param tls: as connect() takes it
    :param host: another address of the server's
    :param login: keyword arguments of login(); none: do not log in
    :param payload: bytes of a packet
    :param packets: how many there are
    :param timeout: seconds, as connect() takes it
    """
    return {
        "host": host or server.host,
        "port": server.tls_port if tls is True else server.port,
        "tls": tls,
        "ca": str(server.ca_der) if tls else None,
        "login": login,
        "steps": steps,
        "payload": payload,
        "packets": packets,
        "timeout": timeout,
    }
