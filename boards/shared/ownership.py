"""Whose a program on a board is: this project's, of whatever release; the firmware's first one; or somebody else's."""

from pathlib import Path

from boards.shared.payload import PLATFORMS, Sources

BY_US = (
    b'"""Runs first, when the board gets power',
    b'"""Runs after boot.py: the mail watcher',
    b'"""The newest mail\'s sender and subject on an OLED',
)
"""How those files of ours begin that run at boot, in all releases."""

BY_THE_FIRMWARE = (
    b"# This file is executed on every boot",  # MicroPython's boot.py, all comments
    b"print('Hello World!')",  # CircuitPython's code.py
    b'print("Hello World!")',
)
KEPT = ".old.py"
"""What the name of a file of somebody else's ends with when another took its place."""


def runs_at_boot(target: str) -> bool:
    """Whether the firmware runs a file at the board's top by its name."""
    return target in ("boot.py", "main.py", "code.py")


def is_somebodys(data: bytes, sources: Sources) -> bool:
    """Whether a file that runs at boot has another program than one of ours, or than none."""
    text = data.replace(b"\r\n", b"\n").strip()
    if not text or text.startswith(BY_US):
        return False
    if text.startswith(BY_THE_FIRMWARE):
        lines = text.split(b"\n")[0 if text.startswith(b"#") else 1 :]
        return any(line.strip() and not line.startswith(b"#") for line in lines)
    return _first_line(text) not in {_first_line(path.read_bytes()) for path in _ours(sources)}


def _ours(sources: Sources) -> list[Path]:
    folders = [sources.firmware / name for name in (*sorted(PLATFORMS), "examples")]
    return [path for folder in folders for path in sorted(folder.glob("*.py"))]


def _first_line(data: bytes) -> bytes:
    return data.strip().split(b"\n")[0].strip()


def kept_as(target: str) -> str:
    """The name under which a file of somebody else's stays on the board."""
    return target.removesuffix(".py") + KEPT
