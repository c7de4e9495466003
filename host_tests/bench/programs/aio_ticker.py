"""How late a task gets that ticks every 10 ms, while a mail comes: ``aio_ticker HOST PORT NAME PAYLOAD``."""

import asyncio
import sys

import micropop
import micropop.aio
from ticks import ticks_diff, ticks_us

late = ticks = 0


async def tick():
    global late, ticks
    while True:
        start = ticks_us()
        await asyncio.sleep(0.01)
        late = max(late, ticks_diff(ticks_us(), start) - 10000)
        ticks += 1


async def main():
    global late, ticks
    client = await micropop.aio.connect(
        sys.argv[1], int(sys.argv[2]), tls=False, pool=micropop.PacketPool(int(sys.argv[4]), 2)
    )
    await client.login(sys.argv[3], "secret", method="APOP")
    ticker = asyncio.create_task(tick())
    await asyncio.sleep(0)
    late = ticks = 0
    async with client.retrieve(1) as message:
        async for packet in message:
            packet.data  # noqa: B018, which makes it
    await asyncio.sleep(0.02)
    ticker.cancel()
    await client.quit()
    print("late", late)
    print("ticks", ticks)


asyncio.run(main())
