"""USB drives that boards show: finding where this computer mounted them."""

import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from boards.shared.refusal import Refusal

MOUNTS = Path("/proc/mounts")


def find(name: str, drive: str | None = None, wait: float = 0) -> Path:
    """The folder where the drive of that name is mounted.

    :param name: the drive's name: CIRCUITPY, RPI-RP2, RP2350
    :param drive: DRIVE= of the command, which is not doubted; None or empty to look
    :param wait: seconds to wait for it to appear
    :raises Refusal: if it is not there, or more than once
    """
    if drive:
        if not Path(drive).is_dir():
            raise Refusal(f"DRIVE={drive} is not a folder")
        return Path(drive)
    deadline = time.monotonic() + wait
    while True:
        found = mounted(name)
        if len(found) == 1:
            return found[0]
        if found:
            raise Refusal(f"{len(found)} drives are named {name}: say which with DRIVE=…: {', '.join(map(str, found))}")
        if time.monotonic() >= deadline:
            raise Refusal(f"no drive {name} is mounted: open it in the file manager once, or say DRIVE=FOLDER")
        time.sleep(0.2)


def mounted(name: str) -> list[Path]:
    """Where drives of that name are mounted."""
    return [folder for folder in _folders() if folder.name == name]


def _folders() -> Iterator[Path]:
    if sys.platform == "darwin":
        yield from Path("/Volumes").iterdir()
        return
    for line in MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines() if MOUNTS.exists() else ():
        path = line.split(" ")[1]
        yield Path(re.sub(r"\\(\d{3})", lambda code: chr(int(code[1], 8)), path))  # a blank is \040 there
