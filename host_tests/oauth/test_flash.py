"""Tokens on the real littlefs2 and FAT of MicroPython: power cuts, a full flash, one that cannot be written."""

import os
import re
import subprocess
from collections.abc import Callable

import pytest

from boards.tools import mpy
from boards.tools.paths import PRIVATE, ROOT
from boards.virtual import vm

file_systems = pytest.mark.parametrize("file_system", ["littlefs", "fat"])


@pytest.fixture(scope="module")
def run() -> Callable[..., list[list[int]]]:
    """Runs flash.py on the board's MicroPython, and returns the numbers in each line that it prints."""
    lib = mpy.compile_tree(target=PRIVATE / "mpy" / "lib")
    path = f"{lib.relative_to(ROOT)}:host_tests/oauth:host_tests/store:.frozen"

    def run(*arguments: object) -> list[list[int]]:
        done = subprocess.run(
            vm.find().command("host_tests/oauth/flash.py", *arguments, heapsize="2M"),
            cwd=ROOT,
            env=dict(os.environ, MICROPYPATH=path),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        # a collection after the power went may say that a file could not be closed
        lines = re.findall(r"^\d+ [a-z ]+[0-9]*[a-z ]*$", done.stdout, re.MULTILINE)
        return [[int(number) for number in re.findall(r"\d+", line)] for line in lines]

    return run


@pytest.mark.parametrize("torn", [0, 1], ids=["", "half written"])
@file_systems
def test_the_power_may_go_at_every_write_of_a_renewal_and_of_the_next(run, file_system: str, torn: int):
    found = run("cuts", file_system, torn)
    assert len(found) == 3
    assert all(cuts > 6 * writes > 24 for cuts, writes in found)


@file_systems
def test_a_full_flash_is_told_and_the_old_token_stays(run, file_system: str):
    assert run("full", file_system)[0][0] >= 1


@file_systems
def test_where_the_flash_cannot_be_written_the_tokens_last_until_the_board_starts_anew(run, file_system: str):
    assert run("read-only", file_system) == [[2]]
