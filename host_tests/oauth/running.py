"""Programs with tokens, each in a process of its own: under CPython, or under the 32-bit MicroPython."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boards.tools.mpy import compile_tree
from boards.tools.paths import LIB
from boards.virtual import vm
from host_tests.oauth.provider import CLIENT, USER, Provider

PROGRAM = Path(__file__).with_name("program.py")
INTERPRETERS = ("cpython", "micropython")
HEAP = "200K"


@dataclass
class Outcome:
    """What came of the steps.

    :ivar steps: the result of each: a token, whether it is fresh, or what was raised, as a dict
    :ivar idle_calls: how often ``idle`` was called
    """

    steps: list[Any]
    idle_calls: int


def run(
    interpreter: str,
    provider: Provider,
    path: Path,
    *steps: str | int,
    address: str | None = None,
    now: int | None = None,
    payload: int = 512,
    trusted: Path | None = None,
    **token: Any,
) -> Outcome:
    """Let a program take the steps (see program.py), with the tokens in a file. All packets must be back, and wiped."""
    given = {"path": str(path), "provider": address or provider.address(), "client_id": CLIENT, "timeout": 5} | token
    job = {"token": given, "steps": steps, "now": now, "payload": payload, "ca": str(trusted or provider.ca_der)}
    if interpreter == "cpython":
        command, environment = [sys.executable, "-S", str(PROGRAM)], {"PYTHONPATH": str(LIB)}
    else:
        command, environment = vm.find().command(PROGRAM, heapsize=HEAP), {"MICROPYPATH": str(compile_tree())}
    done = subprocess.run(
        command,
        input=json.dumps(job) + "\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | environment,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    steps_taken, whole, wiped, calls = json.loads(done.stdout.splitlines()[-1])
    assert whole, "packets are missing"
    assert wiped, "something is left in the pool's memory"
    return Outcome(steps_taken, calls)


def seeded(folder: Path, provider: Provider, user: str = USER) -> Path:
    """A file with a first refresh token of the user's, as `make authorize` makes it."""
    path = folder / "token.txt"
    path.write_text(provider.grant(user) + "\n")
    return path
