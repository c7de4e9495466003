"""Waiting and connecting under CPython's asyncio, whose event loop watches sockets."""

import asyncio
import socket
from time import monotonic
from types import coroutine

from ..errors.problems import problem
from ..transport.cpython import Transport


class Waiting:
    """What waits for a transport, see ``aio.waiting()``: at most one task at a time.

    :param transport: ``socket`` is what the event loop watches
    """

    def __init__(self, transport):
        self.transport = transport
        self.future = self.stop = None  # of the wait that is in progress; what has the loop watch no more

    @coroutine
    def wait(self, writing, ms):
        """Wait until the transport may go on, at most ``ms`` milliseconds. Raises InvalidState under an event loop that
        cannot watch sockets."""
        loop = asyncio.get_running_loop()
        connected = self.transport.socket
        begin, stop = (loop.add_writer, loop.remove_writer) if writing else (loop.add_reader, loop.remove_reader)
        self.future = loop.create_future()
        try:
            begin(connected, self.wake)
        except NotImplementedError as error:
            raise problem("event loop") from error
        self.stop = lambda: stop(connected)
        timer = loop.call_later(ms / 1000, self.wake)
        try:
            yield from self.future
        finally:
            timer.cancel()
            self.wake()

    async def sleep(self, ms):
        """Let other tasks run, for ``ms`` milliseconds at the least."""
        await asyncio.sleep(ms / 1000)

    def pause(self):
        """When the task yields None next, it goes on behind the others: asyncio's own way."""

    def wake(self):
        """End the wait that is in progress: from here on the socket may be closed."""
        if self.stop is not None:
            self.stop()
            self.stop = None
            if not self.future.done():
                self.future.set_result(None)


def sleep(ms):
    """Awaited, some milliseconds."""
    return asyncio.sleep(ms / 1000)


async def dial(host, port, timeout, idle):
    """A connected transport, in clear. The parameters and errors are those of ``connect()``."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise problem("host", host, error) from error
    cause = None
    for family, kind, protocol, _, address in found:
        raw = socket.socket(family, kind, protocol)
        raw.setblocking(False)
        try:
            await asyncio.wait_for(loop.sock_connect(raw, address), timeout)
            return Transport(raw, timeout)
        except OSError as error:
            raw.close()
            cause = error
        except BaseException:
            raw.close()
            raise
    raise problem("connect", host, port, cause) from cause


async def start_tls(transport, waiting, host, ssl_context, ca, timeout):
    """From here on speak TLS. Raises TLSError, Timeout."""
    deadline = monotonic() + timeout
    for writing in transport.handshake(host, ssl_context, ca):
        left = deadline - monotonic()
        if left <= 0:
            raise problem("timeout", int(timeout * 1000))
        await waiting.wait(writing, left * 1000)
