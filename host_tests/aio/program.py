"""Runs sessions of ``micropop.aio``, for CPython and MicroPython: reads a job in JSON, prints what came of it in JSON.

As ``host_tests/visits/program.py``, with asyncio. Each list of steps in ``job["steps"]`` is a client of its own, all at
once and on one pool.
"""

import asyncio
import json
import sys
from binascii import hexlify
from hashlib import sha256

import micropop
import micropop.aio


def text(octets):
    return "".join([chr(c) for c in octets])


def described(error):
    return {"kind": type(error).__name__, "text": str(error)}


async def digest(message):
    """[octets, SHA-256] of a mail, or what was raised instead of it."""
    hashed = sha256()
    octets = 0
    try:
        async for packet in message:
            octets += packet.length
            hashed.update(packet.data)
    except micropop.ServerError as error:
        return described(error)
    return [octets, text(hexlify(hashed.digest()))]


async def step(client, name, *arguments):
    """One step: a method of the client, its result made fit for JSON."""
    if name in ("retrieve", "top"):
        async with getattr(client, name)(*arguments) as message:
            return await digest(message)
    if name == "retrieve_many":
        found = []
        async with client.retrieve_many(*arguments) as batch:
            async for message in batch:
                found.append([message.number, await digest(message)])
        return found
    if name in ("list", "uidl"):
        found = []
        async for number, it in getattr(client, name)():
            found.append([number, text(it) if name == "uidl" else it])
        return found
    if name == "check":
        count, octets, uids = await client.check()
        found = []
        async for number, uid in uids:
            found.append([number, text(uid)])
        return [count, octets, found]
    if name == "impatient":
        try:
            await asyncio.wait_for(client.capabilities(), 0.2)
        except asyncio.TimeoutError:  # noqa: UP041, which MicroPython has nowhere else
            return client.state
    if name == "closed":  # by another task, while this one waits
        other = asyncio.create_task(closing(client))
        try:
            await client.capabilities()
        except micropop.InvalidState as error:
            await other
            return [client.state, str(error)]
    return await getattr(client, name)(*arguments)


async def closing(client):
    await asyncio.sleep(0.1)
    client.close()


async def session(job, pool, steps):
    """One client; returns what came of its steps."""
    out = {"steps": [], "error": None, "method": None, "greeting": "", "state": "CLOSED"}
    client = None
    try:
        client = await micropop.aio.connect(
            job["host"], job["port"], pool=pool, tls=job["tls"], ca=job["ca"], timeout=job["timeout"]
        )
        out["greeting"] = text(client.greeting)
        if job["login"]:
            await client.login(**job["login"])
            out["method"] = client.method
        for each in steps:
            out["steps"].append(await step(client, *each))
    except micropop.Error as error:
        out["error"] = described(error)
    if client is not None:
        out["state"] = client.state
        client.close()
    return out


async def main(job):
    pool = micropop.PacketPool(job["payload"], job["packets"])
    ticks = 0

    async def ticker():
        nonlocal ticks
        while True:
            await asyncio.sleep(0)
            ticks += 1

    other = asyncio.create_task(ticker())
    found = await asyncio.gather(*[session(job, pool, steps) for steps in job["steps"]])
    other.cancel()
    out = found[0]
    out["steps"] = [each["steps"] for each in found]
    for each in found:
        out["error"] = out["error"] or each["error"]
    out["steps"].append(ticks)
    out["pool_whole"] = pool.free == pool.total
    print(json.dumps(out))


asyncio.run(main(json.loads(sys.stdin.readline())))
