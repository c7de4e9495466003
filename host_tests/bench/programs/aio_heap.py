"""What a download with asyncio allocates: ``aio_heap HOST PORT NAME PAYLOAD``, in a heap that holds all of it."""

import asyncio
import gc
import sys

import micropop
import micropop.aio


async def main():
    payload = int(sys.argv[4])
    client = await micropop.aio.connect(sys.argv[1], int(sys.argv[2]), tls=False, pool=micropop.PacketPool(payload, 2))
    await client.login(sys.argv[3], "secret", method="APOP")
    packets = partial = 0
    async with client.retrieve(1) as message:
        async for _ in message:
            break
        gc.collect()
        gc.disable()
        before = gc.mem_alloc()
        async for packet in message:
            packets += 1
            if len(packet.data) < payload:
                partial += 1
        after = gc.mem_alloc()
        gc.enable()
    await client.quit()
    print("bytes", after - before)
    print("packets", packets)
    print("partial", partial)


asyncio.run(main())
