"""The virtual boards that run on this computer, where commands find them."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from boards.tools import lock
from boards.tools.paths import PRIVATE

FOLDER = PRIVATE / "ports"


@contextlib.contextmanager
def announced(name: str, port: str) -> Iterator[Path]:
    """Let a virtual board be found by its name for as long as it runs.

    :param name: of the board it stands for
    :param port: of its serial line
    :return: a link to its port, or its port itself where a board of that name runs already
    """
    link = FOLDER / name
    with lock.alone(_lock_of(link)) as first:
        if not first:
            yield Path(port)
            return
        link.unlink(missing_ok=True)
        link.symlink_to(port)
        try:
            yield link
        finally:
            link.unlink(missing_ok=True)


def ports() -> dict[str, str]:
    """The ports of the virtual boards that run now, with a word for each. One that was killed leaves its link only."""
    links = sorted(FOLDER.glob("*")) if FOLDER.is_dir() else []
    return {os.fspath(it): f"virtual {it.name}" for it in links if it.is_symlink() and lock.is_held(_lock_of(it))}


def _lock_of(link: Path) -> Path:
    return link.with_name(f".{link.name}.lock")
