"""How the asynchronous face waits under CPython's asyncio, in virtual time."""

import asyncio
import socket
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import micropop
import micropop.aio
import micropop.aio.cpython as face
import pytest

from host_tests.aio.loop import Loop


class Connected:
    """A transport over a socket, and the other end."""

    def __init__(self):
        self.socket, self.other = socket.socketpair()
        self.socket.setblocking(False)

    def fill(self) -> None:
        """Write until nothing more goes."""
        try:
            while True:
                self.socket.send(b"x" * 65536)
        except BlockingIOError:
            pass


@pytest.fixture
def transport() -> Iterator[Connected]:
    found = Connected()
    with found.socket, found.other:
        yield found


def run(main: Callable[[Loop], Coroutine]) -> Any:
    """What comes of a coroutine function; it leaves no timer behind."""
    with asyncio.Runner(loop_factory=Loop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, Loop)
        found = runner.run(main(loop))
        assert loop.left() == []
        return found


def watched(loop: Loop, transport: Connected) -> bool:
    """Whether the loop watches the socket."""
    return transport.socket in [key.fileobj for key in loop.jumping.get_map().values()]


@pytest.mark.parametrize("writing", [False, True])
def test_a_wait_ends_when_its_time_is_up(transport, writing):
    transport.fill()

    async def main(loop):
        waits = face.Waiting(transport)
        for ms in (1500, 20):
            start = loop.time()
            await waits.wait(writing, ms)
            assert loop.time() - start == pytest.approx(ms / 1000)
            assert not watched(loop, transport)

    run(main)


def test_a_wait_ends_when_the_socket_is_ready(transport):
    async def main(loop):
        waits = face.Waiting(transport)
        await waits.wait(True, 1000)
        transport.other.send(b"x")
        await waits.wait(False, 1000)
        assert loop.time() == 0 and not watched(loop, transport) and not loop.left()
        assert transport.socket.recv(9) == b"x"
        loop.call_later(3, transport.other.send, b"y")
        await waits.wait(False, 5000)
        assert loop.time() == pytest.approx(3)
        transport.socket.recv(9)
        await waits.wait(False, 5000)  # which the time of the one before does not end
        assert loop.time() == pytest.approx(8)

    run(main)


def test_a_wait_is_ended_from_outside(transport):
    async def main(loop):
        waits = face.Waiting(transport)
        waits.wake()  # nobody waits
        task = asyncio.ensure_future(waits.wait(False, 60000))
        await asyncio.sleep(1)
        assert watched(loop, transport)
        waits.wake()
        assert not watched(loop, transport)  # so that the socket may be closed
        waits.wake()
        await task
        assert loop.time() == pytest.approx(1)

    run(main)


def test_a_wait_is_cancelled(transport):
    async def main(loop):
        waits = face.Waiting(transport)
        task = asyncio.ensure_future(waits.wait(False, 60000))
        await asyncio.sleep(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not watched(loop, transport) and loop.left() == []

    run(main)


def test_sleep_is_told_in_milliseconds(transport):
    async def main(loop):
        await face.sleep(250)
        await face.Waiting(transport).sleep(1250)
        return loop.time()

    assert run(main) == pytest.approx(1.5)


class Handshake:
    """A transport whose handshake never ends."""

    def handshake(self, *_) -> Iterator[bool]:
        while True:
            yield False


def test_a_handshake_has_the_time_out_in_all(monkeypatch):
    class Waits:
        async def wait(self, writing, ms):
            assert ms > 0
            waited.append(ms)
            await asyncio.sleep(min(ms, 700) / 1000)

    waited = []

    async def main(loop):
        monkeypatch.setattr(face, "monotonic", loop.time)
        with pytest.raises(micropop.Timeout, match="3000 ms"):
            await face.start_tls(Handshake(), Waits(), "localhost", None, None, 3)
        return loop.time()

    assert run(main) == pytest.approx(3)
    assert waited == pytest.approx([3000, 2300, 1600, 900, 200])


class Addresses(Loop):
    """Each of a host's addresses takes its time, and then fails or not.

    :ivar kinds: for each address: "refused", "silent" or "there"
    """

    kinds: tuple[str, ...]

    async def getaddrinfo(self, host, port, **how):
        assert how["type"] == socket.SOCK_STREAM
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", kind) for kind in self.kinds]

    async def sock_connect(self, sock, address):
        sockets.append(sock)
        assert sock.getblocking() is False
        if address == "silent":
            await asyncio.sleep(10000)
        await asyncio.sleep(1)
        if address == "refused":
            raise ConnectionRefusedError("nobody")


sockets: list[socket.socket] = []


@pytest.mark.parametrize(
    ("kinds", "seconds"),
    [(("there",), 1), (("refused", "there"), 2), (("silent", "refused", "there", "refused"), 7)],
)
def test_the_addresses_of_a_host_are_tried_in_turn(kinds, seconds):
    sockets.clear()

    class Host(Addresses):
        pass

    Host.kinds = kinds
    with asyncio.Runner(loop_factory=Host) as runner:
        loop = runner.get_loop()
        transport = runner.run(face.dial("pop.example.org", 110, 5, None))
        assert loop.time() == pytest.approx(seconds)
    assert [sock.fileno() >= 0 for sock in sockets] == [False] * (len(sockets) - 1) + [True]
    assert transport.socket is sockets[-1]
    transport.close()


@pytest.mark.parametrize("kinds", [("refused",), ("silent",), ("refused", "silent")])
def test_no_address_of_a_host_answers(kinds):
    sockets.clear()

    class Host(Addresses):
        pass

    Host.kinds = kinds
    with asyncio.Runner(loop_factory=Host) as runner, pytest.raises(micropop.ConnectionLost) as caught:
        runner.run(face.dial("pop.example.org", 110, 5, None))
    assert "pop.example.org" in str(caught.value) and "110" in str(caught.value)
    assert isinstance(caught.value.__cause__, OSError)
    assert [sock.fileno() for sock in sockets] == [-1] * len(kinds)
