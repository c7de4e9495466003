"""The behaviour suite once more, from the same files, on a real 32-bit MicroPython with the compiled library."""

import os
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib import import_module

import pytest

from boards.tools import bundle, mpy
from boards.tools.paths import PRIVATE, ROOT
from boards.virtual import vm
from host_tests.behaviour import layers

BEHAVIOUR = ROOT / "host_tests" / "behaviour"
HEAP = "2M"
SECONDS = 120  # for one file


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
def outcomes(file: str) -> dict[tuple[str, str], str]:
    """What came of each (test, layer) of a file on the VM: "passed", or "failed" and a traceback.

    Under ("", "") is the end of the output, for those that did not run.
    """
    bundle.fetch()
    library = mpy.compile_tree(target=PRIVATE / "mpy" / "lib-O3", optimise=3)  # as deploy does
    done = subprocess.run(
        vm.find().command(BEHAVIOUR / "run.py", file, heapsize=HEAP),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
        cwd=ROOT,
        env={**os.environ, "MICROPYPATH": f"{library}:{ROOT}"},
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


@pytest.mark.parametrize(("file", "test", "layer"), list(functions()))
def test_on_micropython(file: str, test: str, layer: str) -> None:
    found = outcomes(file)
    assert (test, layer) in found, f"it did not run:\n{found['', '']}"
    assert found[test, layer] == "passed", found[test, layer]


def test_the_machine_has_the_words_of_a_board() -> None:
    found = vm.find()
    assert found.bits == 32 or (found.note and "CI" not in os.environ), "no 32-bit MicroPython in CI"
