"""A flash, which is a folder of this computer, whose power goes at a given step."""

import builtins
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class PowerCut(BaseException):
    """The power went."""


class Flash:
    """Counts the steps that change what is in ``folder``; the power goes in one of them.

    :ivar steps: steps so far
    :ivar left: steps until the power goes in the next; None for never
    :ivar dead: it went: what is written from then on goes nowhere
    """

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
            return Written(self, opened(path, mode, *rest, **named))

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

    def __init__(self, flash: Flash, file: Any):
        self._flash, self._file, self._waiting = flash, file, []

    def write(self, data: bytes) -> int:
        self._waiting.append(bytes(data) if not isinstance(data, str) else data)
        return len(data)

    def flush(self) -> None:
        self._flash.step()
        for data in self._waiting:
            self._file.write(data)
        self._waiting.clear()
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
