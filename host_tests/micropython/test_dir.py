"""``dir(micropop)`` on a board, and TAB: they ask for every name that the firmware has, and must cost little."""

import os
import subprocess
from pathlib import Path

from boards.tools import mpy
from boards.tools.paths import PRIVATE
from boards.virtual import vm

HEAP = "64K"
KEPT = 3072  # bytes of a 32-bit heap, once: connect() and the root of the errors, which have names of the firmware's
LOADED = {"micropop.connection", "micropop.errors", "micropop.errors.root"}


def test_dir_loads_no_room_and_keeps_little():
    library = mpy.compile_tree(target=PRIVATE / "mpy" / "lib-O3", optimise=3)
    machine = vm.find()
    command = machine.command(Path(__file__).with_name("dir_of_micropop.py"), heapsize=HEAP)
    environment = {**os.environ, "MICROPYPATH": str(library)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    first, second, loaded = done.stdout.splitlines()
    assert int(first) <= KEPT * machine.bits // 32
    assert int(second) <= 0
    assert set(loaded.split()) <= LOADED
