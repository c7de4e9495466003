"""Runs one session of micropop, for CPython and MicroPython: reads a job in JSON, prints what came of it in JSON."""

import json
import sys
from binascii import hexlify
from hashlib import sha256

import micropop


def text(octets):
    return "".join([chr(c) for c in octets])


def digest(message):
    """[octets, SHA-256] of a mail, or what was raised instead of it."""
    hashed = sha256()
    octets = 0
    try:
        for packet in message:
            octets += packet.length
            hashed.update(packet.data)
    except micropop.ServerError as error:
        return described(error)
    return [octets, text(hexlify(hashed.digest()))]


def described(error):
    found = {"kind": type(error).__name__, "text": str(error)}
    for name in ("code", "reason", "status", "retry_after", "retry", "fatal"):
        if hasattr(error, name):
            found[name] = getattr(error, name)
    return found


def step(client, name, *arguments):
    """One step: a method of the client, its result made fit for JSON."""
    if name in ("retrieve", "top"):
        with getattr(client, name)(*arguments) as message:
            return digest(message)
    if name == "retrieve_many":
        with client.retrieve_many(*arguments) as batch:
            return [[message.number, digest(message)] for message in batch]
    if name == "retrieve_half":  # read a packet of a mail, and leave the rest
        with client.retrieve(*arguments) as message:
            for packet in message:
                return packet.length
    if name in ("list", "uidl"):
        return [[number, text(x) if name == "uidl" else x] for number, x in getattr(client, name)()]
    if name == "check":
        count, octets, uids = client.check()
        return [count, octets, [[number, text(uid)] for number, uid in uids]]
    if name == "fold":  # the mails of many, as one digest; so many digests would not fit a board's memory
        hashed = sha256()
        count = 0
        with client.retrieve_many(range(1, arguments[0] + 1)) as batch:
            for message in batch:
                count += 1
                for packet in message:
                    hashed.update(packet.data)
        return [count, text(hexlify(hashed.digest()))]
    if name == "count_uids":
        last = None
        count = 0
        for number, uid in client.uidl():
            count += 1
            last = [number, text(uid)]
        return [count, last]
    if name == "hold":  # stay logged in until the one who asked has seen it, and is done with it
        print("held")
        sys.stdout.flush()
        return sys.stdin.readline()
    if name == "uid":
        return text(client.uid(*arguments))
    return getattr(client, name)(*arguments)


def main(job):
    pool = micropop.PacketPool(job["payload"], job["packets"])
    out = {"steps": [], "error": None, "method": None, "greeting": "", "state": "CLOSED"}
    client = None
    try:
        client = micropop.connect(
            job["host"], job["port"], pool=pool, tls=job["tls"], ca=job["ca"], timeout=job["timeout"]
        )
        out["greeting"] = text(client.greeting)
        if job["login"]:
            client.login(**job["login"])
            out["method"] = client.method
        for each in job["steps"]:
            out["steps"].append(step(client, *each))
    except micropop.Error as error:
        out["error"] = described(error)
    if client is not None:
        out["state"] = client.state
        client.close()
    out["pool_whole"] = pool.free == pool.total
    print(json.dumps(out))


main(json.loads(sys.stdin.readline()))
