"""The behaviour suite once more, from the same files, on real interpreters: MicroPython with the 32-bit words of boards
and the compiled library, one with 64-bit words, and those that MICROPYTHON= and CIRCUITPYTHON= name.
"""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from boards.tools import bundle, mpy
from boards.tools.paths import LIB, PRIVATE, ROOT
from boards.virtual import vm
from host_tests.behaviour import layers
from host_tests.micropython import SIXTY_FOUR, WANTED

BEHAVIOUR = ROOT / "host_tests" / "behaviour"
HEAP = "2M"
SECONDS = 300  # for one file
NOT_ON_CIRCUITPYTHON = {
    "aio": "micropop.aio refuses CircuitPython",
    "micropython": "its sockets are MicroPython's",
}


@dataclass(frozen=True)
class Machine:
    """An interpreter.

    :ivar program: the user's own, which runs the library's sources; or None
    """

    name: str
    program: str | None = None

    def command(self, file: str) -> list[str]:
        """What runs the tests of a file."""
        if self.program:
            return [self.program, "-X", "heapsize=4M", str(BEHAVIOUR / "run.py"), file]
        return vm.find().command(BEHAVIOUR / "run.py", file, heapsize=HEAP)

    def library(self) -> Path:
        """The folder that ``micropop`` is imported from."""
        if self.program:
            return LIB
        return mpy.compile_tree(target=PRIVATE / "mpy" / "lib-O3", optimise=3)  # as deploy does


def machines() -> Iterator[Machine]:
    """Those that are there."""
    yield Machine("32 bits")
    if WANTED:
        yield Machine("64 bits", str(SIXTY_FOUR))
    for variable in ("MICROPYTHON", "CIRCUITPYTHON"):
        if os.environ.get(variable):
            yield Machine(variable, os.environ[variable])


def functions() -> Iterator[tuple[str, str, str]]:
    """(file, test, layer) of every test function."""
    for path in sorted(BEHAVIOUR.glob("test_*.py")):
        module = import_module(f"host_tests.behaviour.{path.stem}")
        for name in vars(module):
            if name.startswith("test_"):
                for layer in layers.of(module, name):
                    if layer != "cpython":
                        yield path.stem, name, layer


@cache
def outcomes(machine: Machine, file: str) -> dict[tuple[str, str], str]:
    """What came of each (test, layer) of a file on the VM: "passed", or "failed" and a traceback.

    Under ("", "") is the end of the output, for those that did not run.
    """
    bundle.fetch()
    done = subprocess.run(
        machine.command(file),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
        cwd=ROOT,
        env={**os.environ, "MICROPYPATH": f"{machine.library()}:{ROOT}"},
    )
    found = {("", ""): done.stdout[-2000:]}
    last = ("", "")
    for line in done.stdout.splitlines():
        words = line.split(" ")
        if words[0] in ("passed", "failed") and len(words) == 3:
            last = (words[1], words[2])
            found[last] = words[0]
        else:
            found[last] += "\n" + line
    return found


def everywhere() -> Iterator:
    """Each test on each machine; those of a file are run by one worker, as one MicroPython runs them all."""
    for machine in machines():
        for file, test, layer in functions():
            group = pytest.mark.xdist_group(f"{machine.name} {file}")
            yield pytest.param(machine, file, test, layer, marks=group, id=f"{machine.name}-{file}-{test}-{layer}")


@pytest.mark.parametrize(("machine", "file", "test", "layer"), everywhere())
def test_on_micropython(machine: Machine, file: str, test: str, layer: str) -> None:
    if machine.name == "CIRCUITPYTHON" and layer in NOT_ON_CIRCUITPYTHON:
        pytest.skip(NOT_ON_CIRCUITPYTHON[layer])
    found = outcomes(machine, file)
    assert (test, layer) in found, f"it did not run:\n{found['', '']}"
    assert found[test, layer] == "passed", found[test, layer]


def test_the_machine_has_the_words_of_a_board() -> None:
    found = vm.find()
    assert found.bits == 32 or (found.note and "CI" not in os.environ), "no 32-bit MicroPython in CI"
