"""Faults that nobody could notice, out of ``equivalent.toml``."""

import difflib
import tomllib
from pathlib import Path

__all__ = ["Equivalents", "difference"]

FILE = Path(__file__).with_suffix(".toml")


def difference(before: str, after: str) -> tuple[str, str]:
    """The lines of a source that a fault takes away, and those that it puts there, in one line each."""
    lines = [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[:2] in ("- ", "+ ")]
    sides = ([" ".join(line[2:].split()) for line in lines if line[0] == sign] for sign in "-+")
    old, new = (" ".join(side) for side in sides)
    return old, new


class Equivalents:
    """The file: tables with ``module``, ``old`` and ``new``, as ``difference()`` has them, and ``why``."""

    def __init__(self, file: Path = FILE):
        self.entries: list[dict[str, str]] = tomllib.loads(file.read_text()).get("fault", [])
        self._known = {(one["module"], one["old"], one["new"]) for one in self.entries}

    def __contains__(self, fault: tuple[str, str, str]) -> bool:
        return fault in self._known
