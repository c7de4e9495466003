"""A slow link on loopback: a TCP proxy that delays what it passes on, keeps to a rate, and counts round trips."""

import asyncio
import threading
from typing import Self

__all__ = ["SlowLink"]

SEGMENT = 1460  # bytes read at a time, as a network would carry them
QUEUE = 65536  # bytes on their way in one direction before the sender is made to wait


class _Direction:
    """One direction of the link, which all connections share.

    :ivar octets: how many bytes were carried
    :ivar in_flight: how many are on their way
    """

    def __init__(self, link: "SlowLink"):
        self._link = link
        self._free_at = 0.0
        self.octets = 0
        self.in_flight = 0

    def arrival(self, octets: int) -> float:
        """When bytes that are sent now arrive, on the event loop's clock."""
        now = asyncio.get_running_loop().time()
        takes = octets * 8 / (self._link.mbit * 1e6) if self._link.mbit else 0
        self._free_at = max(now, self._free_at) + takes
        return self._free_at + self._link.delay_ms / 1000


class SlowLink:
    """The link, for the length of a ``with``.

    :param port: the server's, on 127.0.0.1
    :param delay_ms: milliseconds that a byte takes, each way
    :param mbit: megabits a second, each way; None for as fast as it goes

    :ivar port: where clients connect to, on ``host``
    :ivar turns: how often a client sent after the server had
    :ivar round_trips: how often a client sent when it had got all answers: it had waited for them
    """

    host = "127.0.0.1"

    def __init__(self, port: int, delay_ms: float = 0, mbit: float | None = None):
        self._target = port
        self.delay_ms, self.mbit = delay_ms, mbit
        self.reset()

    def reset(self) -> None:
        """Count from 0 again."""
        self._up, self._down = _Direction(self), _Direction(self)
        self.turns = self.round_trips = 0
        self._server_spoke_last = True
        self._answered = True

    @property
    def octets_up(self) -> int:
        """Bytes from clients to the server."""
        return self._up.octets

    @property
    def octets_down(self) -> int:
        """Bytes from the server to clients."""
        return self._down.octets

    def __enter__(self) -> Self:
        started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main(started)), daemon=True)
        self._thread.start()
        started.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _main(self, started: threading.Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._tasks: set[asyncio.Task] = set()
        server = await asyncio.start_server(self._connected, self.host, 0, limit=SEGMENT)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        await self._stop.wait()
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        writers = [to_client]
        try:
            from_server, to_server = await asyncio.open_connection("127.0.0.1", self._target, limit=SEGMENT)
            writers.append(to_server)
            await asyncio.gather(
                self._carry(self._up, from_client, to_server, self._client_sent),
                self._carry(self._down, from_server, to_client, self._server_sent),
            )
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            for writer in writers:
                writer.close()

    async def _carry(self, direction: _Direction, reader, writer, note) -> None:
        """Pass on what comes, each piece at its time, until the sender has closed and all has arrived."""
        queue: asyncio.Queue = asyncio.Queue(QUEUE // SEGMENT)

        async def deliver() -> None:
            while (item := await queue.get()) is not None:
                at, data = item
                await asyncio.sleep(at - self._loop.time())
                writer.write(data)
                await writer.drain()
                direction.in_flight -= len(data)
            if writer.can_write_eof():
                writer.write_eof()

        delivery = asyncio.ensure_future(deliver())
        try:
            while data := await reader.read(SEGMENT):
                note()
                direction.octets += len(data)
                direction.in_flight += len(data)
                await queue.put((direction.arrival(len(data)), data))
            await queue.put(None)
            await delivery
        finally:
            delivery.cancel()

    def _client_sent(self) -> None:
        self.turns += self._server_spoke_last
        self.round_trips += self._answered and not self._up.in_flight and not self._down.in_flight
        self._server_spoke_last = self._answered = False

    def _server_sent(self) -> None:
        self._server_spoke_last = self._answered = True
