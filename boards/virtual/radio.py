"""The Wi-Fi of a virtual board: one network that comes and goes, and a relay that all the board's traffic passes.

Behind the relay are real hosts. Without Wi-Fi a name does not resolve and connecting is refused; what is connected
already hangs, as it does on the air, and goes on when the Wi-Fi is back, or is reset.
"""

import asyncio
import socket
import struct
from contextlib import suppress

JOIN = 0.05  # seconds that joining the network takes
HEAD_START = 0.5  # seconds that a host has to refuse a connection before the board may believe in it
KEEP = 10.0  # seconds for which a connection made ahead waits for the board
NO_NAME = {"esp32": -202, "rp2": -2}  # what getaddrinfo raises


class Radio:
    """The station's state and its connections.

    :ivar traffic: bytes that the board "sent" and "received", and the "connections" that it made
    """

    def __init__(self, chip: str, ssid: str | None, password: str | None):
        """``ssid`` and ``password`` of the network there is; None: whatever the board asks for."""
        self.chip = chip
        self.ssid = ssid
        self.password = password
        self.up = True
        self.traffic = {"sent": 0, "received": 0, "connections": 0}
        self._active = False
        self._asked: tuple[str, str] | None = None
        self._joined_at = 0.0
        self._lost = False
        self._on_air = asyncio.Event()
        self._relays: dict[tuple[str, int], _Relay] = {}
        self._pipes: set[asyncio.Task] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._refusing = socket.socket()
        self._refusing.bind(("127.0.0.1", 0))  # bound and not listening: connecting to it is refused
        self._refusing_port = self._refusing.getsockname()[1]

    # --- the station ---

    def set_active(self, on: bool) -> None:
        """Switch the station on or off."""
        self._active = on
        if not on:
            self.leave()

    @property
    def active(self) -> bool:
        """Whether the station is on."""
        return self._active

    def join(self, ssid: str, password: str) -> None:
        """Start to join a network."""
        self._asked = (ssid, password)
        self._lost = False
        self._joined_at = asyncio.get_running_loop().time() + JOIN
        self._settle()

    def leave(self) -> None:
        """Leave the network."""
        self._asked = None
        self._settle()

    def status(self) -> str:
        """What the firmware would report: idle, joining, up, no_ap, wrong_password, failed."""
        if not self._active or self._asked is None:
            return "idle"
        if not self.up or (self.ssid is not None and self._asked[0] != self.ssid):
            return "no_ap"
        if self.password is not None and self._asked[1] != self.password:
            return "wrong_password"
        if self._lost:
            return "failed"
        return "up" if asyncio.get_running_loop().time() >= self._joined_at else "joining"

    def visible_ssid(self) -> str:
        """The name of the network in reach; empty for none, or none in particular."""
        if not self.up:
            return ""
        return self.ssid or (self._asked[0] if self._asked else "")

    def set_up(self, up: bool, drop: str) -> None:
        """Switch the network on or off. ``drop``: what becomes of connections: "hang" or "reset"."""
        if up and not self.up:
            self._lost = self.chip != "esp32"  # which joins again by itself; the RP2 waits to be told
            self._joined_at = asyncio.get_running_loop().time() + JOIN
        self.up = up
        if not up and drop == "reset":
            self.cut()
        self._settle()

    def power_off(self) -> None:
        """The board lost its power: its connections end, and its station knows nothing any more."""
        self.cut()
        self._active = False
        self.leave()

    def cut(self) -> None:
        """Reset every connection."""
        for pipe in list(self._pipes):
            pipe.cancel()
        for writer in list(self._writers):
            _reset(writer)

    def close(self) -> None:
        """End everything."""
        self.cut()
        for relay in self._relays.values():
            relay.close()
        self._refusing.close()

    def _settle(self) -> None:
        if self.status() in ("up", "joining"):
            self._on_air.set()
        else:
            self._on_air.clear()

    # --- the relay ---

    async def resolve(self, host: str, port: int) -> str:
        """Answer the board's getaddrinfo: the loopback port that stands for that host and port, or an error."""
        if self.status() != "up":
            return f"error {NO_NAME[self.chip]}"
        try:
            await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return f"error {NO_NAME[self.chip]}"
        relay = self._relays.get((host, port))
        if relay is None:
            relay = self._relays[host, port] = _Relay(self, host, port)
            await relay.listen()
        return f"port {relay.port if await relay.connect_ahead() else self._refusing_port}"

    async def carry(self, board: tuple, host: tuple) -> None:
        """Carry bytes both ways until both sides have ended, or one is reset."""
        self.traffic["connections"] += 1
        self._writers |= {board[1], host[1]}
        ways = (self._pipe(board[0], host[1], "sent"), self._pipe(host[0], board[1], "received"))
        pipes = [asyncio.ensure_future(way) for way in ways]
        self._pipes.update(pipes)
        try:
            await asyncio.gather(*pipes)
            clean = True
        except (OSError, asyncio.CancelledError):
            clean = False
        finally:
            for pipe in pipes:
                pipe.cancel()
            self._pipes.difference_update(pipes)
            for writer in (board[1], host[1]):
                self._writers.discard(writer)
        for writer in (board[1], host[1]):
            if clean:
                writer.close()
            else:
                _reset(writer)

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, counter: str) -> None:
        while True:
            data = await reader.read(65536)
            await self._on_air.wait()
            if not data:
                with suppress(OSError):
                    writer.write_eof()
                return
            self.traffic[counter] += len(data)
            writer.write(data)
            await writer.drain()


class _Relay:
    """The loopback port that stands for one host and port."""

    def __init__(self, radio: Radio, host: str, port: int):
        self.radio = radio
        self.target = (host, port)
        self.ahead: list[asyncio.Task] = []
        self.port = 0

    async def listen(self) -> None:
        self.server = await asyncio.start_server(self._accepted, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]

    async def connect_ahead(self) -> bool:
        """Start to connect to the host, so that the board is refused if the host refuses. False if it did."""
        task = asyncio.ensure_future(asyncio.open_connection(*self.target))
        await asyncio.wait([task], timeout=HEAD_START)
        if task.done() and task.exception() is not None:
            return False
        self.ahead.append(task)
        asyncio.get_running_loop().call_later(KEEP, self._forget, task)
        return True

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.radio.status() != "up":
            _reset(writer)
            return
        task = self.ahead.pop(0) if self.ahead else asyncio.ensure_future(asyncio.open_connection(*self.target))
        try:
            host = await task
        except OSError:
            _reset(writer)
            return
        await self.radio.carry((reader, writer), host)

    def _forget(self, task: asyncio.Task) -> None:
        if task in self.ahead:
            self.ahead.remove(task)
            _drop(task)

    def close(self) -> None:
        self.server.close()
        while self.ahead:
            _drop(self.ahead.pop())


def _drop(task: asyncio.Task) -> None:
    if task.done() and task.exception() is None:
        task.result()[1].close()
    else:
        task.cancel()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close so that the other side sees a reset, not an end."""
    with suppress(OSError, AttributeError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
