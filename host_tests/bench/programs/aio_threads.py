"""The time that all mails take in a program with asyncio: ``aio_threads HOW HOST PORT NAME PAYLOAD``.

HOW: aio: micropop.aio. threads: poplib, each command in a thread of asyncio's.
"""

import asyncio
import poplib
import sys
from time import perf_counter_ns

import micropop
import micropop.aio


async def with_aio():
    client = await micropop.aio.connect(host, port, tls=False, pool=micropop.PacketPool(payload, 2))
    await client.login(name, "secret", method="APOP")
    start = perf_counter_ns()
    for number in range(1, count + 1):
        async with client.retrieve(number) as message:
            async for packet in message:
                packet.data  # noqa: B018, which makes it
    taken = perf_counter_ns() - start
    await client.quit()
    return taken


async def with_threads():
    client = await asyncio.to_thread(poplib.POP3, host, port)
    await asyncio.to_thread(client.user, name)
    await asyncio.to_thread(client.pass_, "secret")
    start = perf_counter_ns()
    for number in range(1, count + 1):
        await asyncio.to_thread(client.retr, number)
    taken = perf_counter_ns() - start
    await asyncio.to_thread(client.quit)
    return taken


how, host, port, name, payload = sys.argv[1:6]
port, payload, count = int(port), int(payload), int(name.split("x")[0])
print("us", asyncio.run(with_aio() if how == "aio" else with_threads()) // 1000)
