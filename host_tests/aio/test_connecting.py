"""``aio.connect()`` cancelled at every step of the event loop: no socket is left open, and nothing waits for one."""

import asyncio
import gc
import warnings

import micropop
import micropop.aio
import pytest

from host_tests.servers.scripted import Scripted


async def cancelled(steps: int, server: Scripted, tls: bool | str) -> bool:
    """Begin to connect, and cancel that after so many turns of the loop; whether it was over before."""
    pool = micropop.PacketPool()
    port = server.tls_port if tls is True else server.port
    task = asyncio.ensure_future(
        micropop.aio.connect(server.host, port, pool=pool, tls=tls, ca=str(server.ca_pem), timeout=20)
    )
    loop = asyncio.get_running_loop()
    for _ in range(steps):
        if task.done():
            break
        turn = loop.create_future()
        loop.call_later(0.0002, turn.set_result, None)
        await turn
    over = task.done()
    task.cancel()
    try:
        client = await task
    except asyncio.CancelledError:
        pass
    else:
        client.close()
    assert pool.free == pool.total
    return over


@pytest.mark.parametrize("tls", [False, True, "stls"])
def test_cancelled_at_every_step_of_connecting(tls):
    with Scripted(delay=0.002) as server, warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", ResourceWarning)

        async def all_steps() -> int:
            steps = 0
            while not await cancelled(steps, server, tls):
                steps += 1
            return steps

        steps = asyncio.run(all_steps())
        gc.collect()
    assert steps  # it was cancelled on its way
    assert not [str(one.message) for one in told]
    assert all(session.lines in ([], [b"STLS"]) for session in server.sessions)


@pytest.mark.parametrize("tls", [True, "stls"])
def test_a_handshake_that_nobody_answers_has_the_time_of_connecting(tls):
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if tls == "stls":
            writer.write(b"+OK ready\r\n")
            await reader.readline()
            writer.write(b"+OK begin\r\n")
        await reader.read()  # till the client hangs up
        writer.close()

    async def connect() -> None:
        server = await asyncio.start_server(silent, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            pool = micropop.PacketPool()
            with pytest.raises(micropop.Timeout):
                await asyncio.wait_for(micropop.aio.connect("127.0.0.1", port, tls=tls, pool=pool, timeout=0.3), 20)
            assert pool.free == pool.total

    asyncio.run(connect())
