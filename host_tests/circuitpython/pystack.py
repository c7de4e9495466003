"""How much of CircuitPython's "pystack" a program takes: 2,048 bytes in which the frames of all running functions lie.

What a frame takes is in the bytecode that MicroPython's compiler makes, which runs here as well; which functions run
inside which is seen on CPython.
"""

import functools
import inspect
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from types import FrameType

from boards.virtual import vm

SIZE = 2048
"""Bytes, unless CIRCUITPY_PYSTACK_SIZE in settings.toml asks for more."""

HEAD, SLOT, HANDLER, ALIGNMENT = 20, 4, 12, 8
"""Bytes of py/bc.h's mp_code_state_t, of a local or stack slot, of an exception handler; and what all is rounded to."""

BLOCK = re.compile(r"code block '(.*?)'.*?\(N_STATE (\d+)\)\n\(N_EXC_STACK (\d+)\)", re.DOTALL)


@functools.cache
def frames(path: Path) -> dict[str, int]:
    """The bytes of the frame of each function in a file, by name; of several with one name the largest."""
    command = vm.find().command("-v", "-v", "-v", "-X", "compile-only", str(path))
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, int] = {}
    for name, slots, handlers in BLOCK.findall(told.stdout):
        size = HEAD + SLOT * int(slots) + HANDLER * int(handlers)
        found[name] = max(found.get(name, 0), -(-size // ALIGNMENT) * ALIGNMENT)
    return found


class Meter:
    """Measures while it is entered.

    :param paths: the files that count

    :ivar most: the most bytes that were in use at a time
    :ivar chain: the functions that used them, outermost first
    """

    def __init__(self, paths: Iterable[Path]):
        self._frames = {str(path): frames(path) for path in paths}
        self._running: list[tuple[str, int]] = []
        self._used = 0
        self.most = 0
        self.chain: list[str] = []

    def __enter__(self) -> "Meter":
        sys.setprofile(self._notice)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def _notice(self, frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        sizes = self._frames.get(code.co_filename)
        if sizes is None or code.co_flags & inspect.CO_GENERATOR:  # generators lie on the heap
            return
        if event == "call":
            self._running.append((code.co_name, sizes[code.co_name]))
            self._used += sizes[code.co_name]
            if self._used > self.most:
                self.most = self._used
                self.chain = [f"{name} {size}" for name, size in self._running]
        elif event == "return" and self._running:
            self._used -= self._running.pop()[1]
