"""Locks between processes, which are free again when the process is gone, however that ended."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # Windows
    import msvcrt


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock file; others wait."""
    with _opened(path) as file:
        _lock(file, wait=True)
        yield


@contextmanager
def alone(path: Path) -> Iterator[bool]:
    """Hold the lock file, or not: whether nobody else holds it."""
    with _opened(path) as file:
        yield _lock(file, wait=False)


def is_held(path: Path) -> bool:
    """Whether somebody holds the lock file."""
    if not path.exists():
        return False
    with alone(path) as free:
        return not free


def _opened(path: Path) -> IO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")


def _lock(file: IO, wait: bool) -> bool:
    while True:
        try:
            if os.name == "nt":
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            return True
        except OSError:
            if not wait:
                return False
