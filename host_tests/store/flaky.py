"""A flash, which is a folder of this computer, whose power goes at a given step, and which may be full."""

import builtins
import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def folder() -> str:
    """A new folder for a flash, in memory where there is one: a model has thousands."""
    return tempfile.mkdtemp(dir="/dev/shm" if os.path.isdir("/dev/shm") else None)


class PowerCut(BaseException):
    """The power went."""


class Flash:
    """Counts the steps that change what is in ``folder``; the power goes in one of them.

    :ivar steps: steps so far
    :ivar left: steps until the power goes in the next; None for never
    :ivar dead: it went: what is written from then on goes nowhere
    :ivar room: bytes that all files together may have; None for any
    """

    room: int | None = None

    def __init__(self, folder: str):
        self.folder = folder
        self.steps, self.left, self.dead = 0, None, False

    def step(self) -> None:
        """Do a step, or lose power."""
        self.steps += 1
        if self.left is not None:
            self.dead = self.dead or self.left <= 0
            self.left -= 1
        if self.dead:
            raise PowerCut

    def used(self) -> int:
        """The bytes of all files together."""
        return sum(os.path.getsize(os.path.join(top, name)) for top, _, names in os.walk(self.folder) for name in names)

    def free(self) -> int | None:
        """How many more bytes it takes, or None for any number."""
        return None if self.room is None else max(0, self.room - self.used())

    @contextmanager
    def running(self, left: int | None = None) -> Iterator[None]:
        """The store's files are on this flash meanwhile."""
        self.left, self.dead, self.steps = left, False, 0
        names = ("remove", "rename", "mkdir")
        before = {name: getattr(os, name) for name in names}
        opened = builtins.open

        def wrapped(function):
            def call(path, *rest):
                if str(path).startswith(self.folder):
                    self.step()
                return function(path, *rest)

            return call

        def wrapped_open(path: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
            if not str(path).startswith(self.folder) or not set(mode) & set("wa+"):
                return opened(path, mode, *rest, **named)
            self.step()
            if self.free() == 0 and not os.path.exists(path):
                raise OSError(errno.ENOSPC, "the flash is full")
            return Written(self, opened(path, mode, *rest, **named), "+" in mode)

        for name in names:
            setattr(os, name, wrapped(before[name]))
        builtins.open = wrapped_open
        try:
            yield
        finally:
            builtins.open = opened
            for name in names:
                setattr(os, name, before[name])


class Written:
    """A file that is written to: what was not flushed when the power goes is lost."""

    def __init__(self, flash: Flash, file: Any, in_place: bool):
        self._flash, self._file, self._in_place, self._waiting = flash, file, in_place, []

    def write(self, data: bytes) -> int:
        self._waiting.append(bytes(data) if not isinstance(data, str) else data)
        return len(data)

    def flush(self) -> None:
        self._flash.step()
        waiting, self._waiting = self._waiting, []
        free = self._flash.free()
        for data in waiting:
            if free is not None and len(data) > free:
                self._file.write(data[: 0 if self._in_place else free])
                self._file.flush()
                raise OSError(errno.ENOSPC, "the flash is full")
            self._file.write(data)
            free = None if free is None else free - len(data)
        self._file.flush()

    def close(self) -> None:
        try:
            if self._waiting and not self._flash.dead:
                self.flush()
        finally:
            self._file.close()

    def __enter__(self) -> "Written":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)
