"""The programs of this folder, run on a board's MicroPython."""

import os
import re
import subprocess

from boards.tools import mpy
from boards.tools.paths import PRIVATE, ROOT
from boards.virtual import vm

__all__ = ["run"]

HEAP = {"life": "6M", "scale": "12M"}  # for what they hold beside the store: copies of flashes
SECONDS = 240


def run(program: str, *arguments: object, lines: int = 1) -> list[int]:
    """Run a program to its end.

    :param lines: how many of the last that it prints count
    :return: the numbers in them
    :raises AssertionError: with what it printed, if it failed
    """
    lib = mpy.compile_tree(target=PRIVATE / "mpy" / "lib")
    programs = ROOT / "host_tests" / "store"
    path = f"{lib.relative_to(ROOT)}:{programs.relative_to(ROOT)}:.frozen"
    command = vm.find().command(programs / f"{program}.py", *arguments, heapsize=HEAP.get(program, "2M"))
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=dict(os.environ, MICROPYPATH=path),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return [int(number) for line in done.stdout.splitlines()[-lines:] for number in re.findall(r"\d+", line)]
