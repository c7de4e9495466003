"""The behaviour suite once more, from the same files, on a real 32-bit MicroPython with the compiled library."""

import ast
import os
import subprocess
from functools import cache
from pathlib import Path

import pytest

from boards import mpy
from boards.paths import ROOT
from boards.virtual import vm

BEHAVIOUR = Path(__file__).with_name("behaviour")
HEAP = "2M"
SECONDS = 120  # for one file


def functions():
    """(file, test) of every test function."""
    for path in sorted(BEHAVIOUR.glob("test_*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield path.stem, node.name


@cache
def outcomes(name: str) -> dict[str, str]:
    """What each test of a file printed on the VM: its outcome, and a traceback if it failed."""
    library = mpy.compile_tree(optimise=3)
    done = subprocess.run(
        vm.find().command(BEHAVIOUR / "run.py", name, heapsize=HEAP),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        cwd=ROOT,
        env={**os.environ, "MICROPYPATH": f"{library}:{ROOT}"},
    )
    found = {}
    for part in done.stdout.split("end "):
        lines = part.strip().splitlines()
        for i, line in enumerate(lines):
            outcome, _, test = line.partition(" ")
            if outcome in ("passed", "failed") and test.startswith("test_"):
                found[test] = "\n".join([outcome, *lines[i + 1 :]])
    found[""] = done.stdout[-2000:] + done.stderr[-2000:]
    return found


@pytest.mark.parametrize(("name", "test"), list(functions()))
def test_on_micropython(name, test):
    found = outcomes(name)
    assert test in found, f"it did not run:\n{found['']}"
    assert found[test] == "passed", found[test]


def test_the_machine_has_the_words_of_a_board():
    found = vm.find()
    assert found.bits == 32 or (found.note and "CI" not in os.environ), "no 32-bit MicroPython in CI"
