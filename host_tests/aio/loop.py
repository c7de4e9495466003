"""CPython's event loop in virtual time: it jumps to the next time when nothing else is to be done."""

import asyncio
import selectors

__all__ = ["Loop"]


class Jumping(selectors.SelectSelector):
    """A selector that never waits: time passes instead."""

    def __init__(self):
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list:
        found = super().select(0)
        if not found and timeout:
            self.now += timeout
        return found


class Loop(asyncio.SelectorEventLoop):
    """An event loop in virtual time.

    :ivar timers: all that were set
    """

    def __init__(self):
        self.jumping = Jumping()
        self.timers: list[asyncio.TimerHandle] = []
        super().__init__(self.jumping)

    def time(self) -> float:
        return self.jumping.now

    def call_at(self, *how, **more) -> asyncio.TimerHandle:
        timer = super().call_at(*how, **more)
        self.timers.append(timer)
        return timer

    def left(self) -> list:
        """The timers that are still to come."""
        return [timer for timer in self.timers if not timer.cancelled() and timer.when() > self.time()]
