"""The tests of the reader once more, from the same files, on a real 32-bit MicroPython with the compiled library."""

import os
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from boards.tools import mpy
from boards.tools.paths import PRIVATE
from boards.virtual import vm

BOTH = Path(__file__).parent / "both"
HEAP = "400K"
SMALL_HEAP = "54K"  # for each test of test_limits*.py: a small board's 48 KB, and what the tests themselves take
SECONDS = 300  # for one file


def functions() -> Iterator[tuple[str, str]]:
    """(file, test) of every test function."""
    for path in sorted(BOTH.glob("test_*.py")):
        for name in vars(import_module(f"host_tests.mime.both.{path.stem}")):
            if name.startswith("test_"):
                yield path.stem, name


@cache
def folders() -> str:
    """The path for imports: the compiled library, and the compiled tests."""
    library = mpy.compile_tree(target=PRIVATE / "mpy" / "lib-O3", optimise=3)  # as deploy does
    tests = PRIVATE / "mpy" / "tests"
    mpy.compile_tree(BOTH, tests / "host_tests" / "mime" / "both")  # with their asserts
    return f"{library}:{tests}"


@cache
def outcomes(file: str, *tests: str) -> dict[str, str]:
    """What came of each test of a file on the VM: "passed", or "failed" and a traceback; under "" the end of it all.

    :param tests: only these, in a heap as small as a small board's
    """
    done = subprocess.run(
        vm.find().command("-m", "host_tests.mime.both.run", file, *tests, heapsize=SMALL_HEAP if tests else HEAP),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
        cwd=BOTH,
        env={**os.environ, "MICROPYPATH": folders()},
    )
    found = {"": done.stdout[-2000:]}
    last = ""
    for line in done.stdout.splitlines():
        words = line.split(" ")
        if words[0] in ("passed", "failed") and len(words) == 2:
            last = words[1]
            found[last] = words[0]
        else:
            found[last] += "\n" + line
    return found


def grouped() -> Iterator:
    """Each test; those of a file that one MicroPython runs are run by one worker."""
    for file, test in functions():
        marks = () if file.startswith("test_limits") else pytest.mark.xdist_group(f"mime {file}")
        yield pytest.param(file, test, marks=marks, id=f"{file}-{test}")


@pytest.mark.parametrize(("file", "test"), grouped())
def test_on_micropython(file: str, test: str) -> None:
    found = outcomes(file, test) if file.startswith("test_limits") else outcomes(file)
    assert test in found, f"it did not run:\n{found['']}"
    assert found[test] == "passed", found[test]
