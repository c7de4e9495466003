"""The MicroPython that stands for a board's: a real one with 32-bit words, unpacked privately, or the next best."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from boards.tools import debian
from boards.tools.unavailable import Unavailable

__all__ = ["Unavailable", "Vm", "find"]

OLDEST = (1, 22, 0)
THIRTY_TWO = {"amd64": "i386", "i386": "i386", "arm64": "armhf", "armhf": "armhf"}
PROBE = """
import sys, json, tls
try:
    import vfs
except ImportError:
    import os as vfs
vfs.VfsLfs2, vfs.VfsFat
print(json.dumps([list(sys.implementation.version[:3]), 64 if sys.maxsize >> 32 else 32]))
"""


@dataclass(frozen=True)
class Vm:
    """A MicroPython for this machine.

    :ivar program: what to run, before any argument
    :ivar version: its release, such as "1.26.1"
    :ivar bits: its word size, 32 or 64
    :ivar note: empty, or a line that says how it differs from what was asked for
    """

    program: tuple[str, ...]
    version: str
    bits: int
    note: str = ""

    def command(self, *arguments: str | os.PathLike, heapsize: int | str | None = None) -> list[str]:
        """The command line that runs it.

        :param arguments: what follows the program
        :param heapsize: the heap in bytes of a 32-bit VM, or text as -X heapsize takes it ("64K"); a 64-bit VM is
            given twice as much, since its words are twice as long
        """
        heap = []
        if heapsize is not None:
            size = str(heapsize)
            if self.bits == 64:
                digits = size.rstrip("KMw")
                size = digits + "w" + size[len(digits) :].replace("w", "")
            heap = ["-X", "heapsize=" + size]
        return [*self.program, *heap, *map(str, arguments)]


@cache
def find(bits: int = 32) -> Vm:
    """The best MicroPython to be had, of the word size asked for if that can be: that which MICROPYTHON names in the
    environment, if its words are of that size.

    :param bits: 32 (the boards') or 64
    :raises Unavailable: if there is none at all
    """
    reasons = []
    for candidate in _candidates(bits):
        try:
            return candidate()
        except Unavailable as reason:
            reasons.append(str(reason))
    raise Unavailable("no MicroPython: " + "; ".join(dict.fromkeys(reasons)))


def _candidates(bits: int) -> Iterator:
    if os.environ.get("MICROPYTHON"):
        yield lambda: _of_the_user(os.environ["MICROPYTHON"], bits)
    if bits == 32:
        yield lambda: _checked(_unpacked(_thirty_two_bit()), bits)
    yield lambda: _checked(_unpacked(None), bits)
    yield lambda: _checked(_installed(), bits)


def _of_the_user(program: str, bits: int) -> Vm:
    found = _checked((program,), bits)
    if found.note:
        raise Unavailable(found.note)
    return found


def _thirty_two_bit() -> str:
    native = debian.architecture()
    if native not in THIRTY_TWO:
        raise Unavailable(f"no 32-bit MicroPython runs on {native}")
    return THIRTY_TWO[native]


def _unpacked(architecture: str | None) -> tuple[str, ...]:
    architecture = architecture or debian.architecture()
    root = debian.unpack(f"micropython-{architecture}", ["micropython"], architecture)
    libraries = sorted({str(path.parent) for path in root.glob("**/lib*/**/*.so.*") if "gconv" not in path.parts})
    loader = next((path for path in sorted(root.glob("**/ld-linux*.so.*")) if path.is_file()), None)
    program = root / "usr/bin/micropython"
    if loader is None:  # its libc is the system's
        return (str(program),)
    return (str(loader), "--library-path", ":".join(libraries), str(program))


def _installed() -> tuple[str, ...]:
    program = shutil.which("micropython")
    if program is None:
        raise Unavailable("no micropython on the PATH")
    return (program,)


def _checked(program: tuple[str, ...], wanted_bits: int) -> Vm:
    """Run it: a foreign processor, a missing module or an old release shows here and nowhere later."""
    try:
        done = subprocess.run([*program, "-c", PROBE], capture_output=True, text=True, timeout=60, check=False)
        version, bits = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        raise Unavailable(f"{Path(program[-1]).name} ({program[-1]}) does not run here") from None
    release = ".".join(map(str, version))
    if tuple(version) < OLDEST:
        raise Unavailable(f"{program[-1]} is {release}, older than {'.'.join(map(str, OLDEST))}")
    note = ""
    if bits != wanted_bits:
        note = f"MicroPython {release} with {bits}-bit words ({program[-1]}): no {wanted_bits}-bit one could be had"
    return Vm(program, release, bits, note)
