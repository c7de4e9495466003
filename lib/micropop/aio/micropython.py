"""Waiting and connecting under MicroPython's asyncio, whose I/O queue polls for all tasks at once."""

from asyncio import core
from time import ticks_add, ticks_diff, ticks_ms

STAYS = True  # see memory.py: in use for as long as a connection is


class Waiting:
    """What waits for a transport, see ``aio.waiting()``: at most one task at a time. It takes no memory of its own.

    The I/O queue knows no time-outs. So one other task, the timer, sleeps until the time of the wait that it began
    with; what has come meanwhile puts that off, and it ends when it finds nobody waiting.

    :param transport: ``stream`` is what the queue polls
    """

    def __init__(self, transport):
        self.transport = transport
        self.timer = self.queue = None  # and the I/O queue of the loop that runs it
        self.until = self.planned = 0  # the end of the wait, and of the timer's sleep, in ticks
        self.begun = False

    def wait(self, writing, ms):
        """Wait until the transport may go on, at most ``ms`` milliseconds."""
        queue = core._io_queue
        until = self.until = ticks_add(ticks_ms(), int(ms))
        if self.timer is None or queue is not self.queue:
            self.queue = queue
            self.planned = until
            self.timer = core.create_task(self.watch())
        elif ticks_diff(until, self.planned) < 0:
            self.advance()
        if writing:
            queue.queue_write(self.transport.stream)
        else:
            queue.queue_read(self.transport.stream)
        self.begun = False
        return self

    def __iter__(self):
        return self

    def __next__(self):
        if self.begun:
            raise StopIteration
        self.begun = True

    def sleep(self, ms):
        """Let other tasks run, for ``ms`` milliseconds at the least."""
        return core.sleep_ms(ms)

    def pause(self):
        """When the task yields None next, it goes on behind those whose time has come."""
        core._task_queue.push(core.cur_task)

    def wake(self):
        """End the wait that is in progress, and the timer too."""
        self.rouse()
        if self.timer is not None and self.queue is core._io_queue:
            self.until = ticks_ms()
            self.advance()

    def tasks(self):
        # who waits for the transport in the queue, and None for each way in which nobody does
        return self.queue.map.get(id(self.transport.stream), ())[:-1] if self.queue else ()

    def rouse(self):
        for task in self.tasks():
            if task is not None:
                self.queue.remove(task)
                core._task_queue.push(task)

    def advance(self):
        # have the timer's sleep end sooner
        self.planned = self.until
        core._task_queue.remove(self.timer)
        core._task_queue.push(self.timer, self.until)

    async def watch(self):
        while self.tasks():
            left = ticks_diff(self.until, ticks_ms())
            if left <= 0:
                self.rouse()
                break
            self.planned = self.until
            await core.sleep_ms(left)
        self.timer = None


def sleep(ms):
    """Awaited, some milliseconds."""
    return core.sleep_ms(ms)


async def dial(host, port, timeout, idle):
    """A connected transport, in clear. Only the look-up of the name keeps other tasks waiting.

    The parameters and errors are those of ``connect()``.
    """
    from ..memory import forgetting

    with forgetting():
        from ..transport.micropython import dialling

        task = dialling(host, port, timeout)
        waiting = Waiting(next(task))
    try:
        while True:
            await waiting.wait(True, 500)  # of the time-out the other side keeps account
            if idle:
                idle()
            waiting.transport = next(task)
    except StopIteration as done:
        return done.value
    finally:
        task.close()
        waiting.wake()


async def start_tls(transport, waiting, host, ssl_context, ca, timeout):
    """From here on speak TLS; the handshake goes with the first bytes read or written."""
    from ..memory import forgetting

    with forgetting():
        transport.start_tls(host, ssl_context, ca)
