"""The interpreters that the measured programs run on, and how they are run."""

import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from boards.tools import mpy
from boards.tools.paths import LIB, PRIVATE
from boards.virtual import vm

__all__ = ["BOARD", "Failed", "Interpreter", "board", "cpython"]

BOARD = PRIVATE / "bench" / "board"  # what a board's root folder would hold
PROGRAMS = Path(__file__).parent / "programs"
GIVE_UP = 900  # seconds
BEST = 5  # what is timed is run this often, and the fastest counts


class Failed(Exception):
    """A program ended with an error; the text is what it printed."""


@dataclass(frozen=True)
class Interpreter:
    """One that runs the programs of ``programs/`` with micropop on its path.

    :ivar name: for the tables
    :ivar machine: the MicroPython, or None: this Python
    """

    name: str
    machine: vm.Vm | None

    def run(self, program: str, *arguments: object, heapsize: int | str | None = None, lib: str = "lib") -> dict:
        """Run a program to its end.

        :param program: its name
        :param heapsize: see ``Vm.command``
        :param lib: the folder of MicroPython's path that holds micropop, relative to ``BOARD``
        :return: what it measured: it prints a name and a number on each line
        :raises Failed: if it could not
        """
        command, environment = self.command(program, *arguments, heapsize=heapsize, lib=lib)
        done = subprocess.run(
            command, cwd=BOARD, env=environment, capture_output=True, text=True, timeout=GIVE_UP, check=False
        )
        if done.returncode:
            raise Failed((done.stdout + done.stderr).strip())
        found = {}
        for line in done.stdout.splitlines():
            name, number = line.rsplit(" ", 1)
            found[name] = float(number) if "." in number else int(number)
        return found

    def best(self, program: str, *arguments: object, **options: object) -> dict:
        """Like ``run``, several times: the one with the least ``us`` (microseconds)."""
        return min((self.run(program, *arguments, **options) for _ in range(BEST)), key=lambda found: found["us"])

    def race(self, program: str, ways: Iterable[str], *arguments: object) -> dict[str, int]:
        """Run a program in several ways, turn and turn about so that a busy moment slows them all.

        :param ways: the program's first argument
        :return: the least ``us`` (microseconds) of each
        """
        least: dict[str, int] = {}
        for _ in range(BEST):
            for way in ways:
                taken = self.run(program, way, *arguments)["us"]
                least[way] = min(taken, least.get(way, taken))
        return least

    def command(
        self, program: str, *arguments: object, heapsize: int | str | None = None, lib: str = "lib"
    ) -> tuple[list[str], dict[str, str]]:
        """The command line and the environment that ``run`` uses; to be run in the folder ``BOARD``."""
        rest = [str(argument) for argument in arguments]
        if self.machine is None:
            path = os.pathsep.join(map(str, (PROGRAMS, LIB)))
            return [sys.executable, "-m", program, *rest], dict(os.environ, PYTHONPATH=path)
        command = self.machine.command("-m", program, *rest, heapsize=heapsize)
        return command, dict(os.environ, MICROPYPATH=f"{lib}:programs:.frozen")  # asyncio is frozen


@cache
def board(bits: int = 32) -> Interpreter:
    """The MicroPython with the library and the programs compiled as for a board.

    :raises Unavailable: if there is none
    """
    machine = vm.find(bits)
    for source, name in ((LIB, "lib"), (PROGRAMS, "programs")):
        mpy.compile_tree(source, BOARD / name, optimise=3)
    return Interpreter(f"MicroPython, {machine.bits} bit", machine)


@cache
def cpython() -> Interpreter:
    """The Python that runs this."""
    return Interpreter("CPython", None)
