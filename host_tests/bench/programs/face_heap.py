"""The heap of an open session of a face: ``face_heap FACE HOST PORT NAME PAYLOAD PACKETS``.

FACE: client, poplib, netx or aio. Prints what a first session takes with the code that it loads, and what a second one
takes beside it, each beyond the payloads of its pool. The pool of poplib's is its own: one packet, of 1,024 bytes.
"""

import gc
import sys

import micropop


def used():
    gc.collect()
    gc.collect()
    return gc.mem_alloc()


def client():
    found = micropop.connect(host, port, tls=False, pool=micropop.PacketPool(payload, packets))
    found.login(name, "secret", method="APOP")
    return found, found.quit


def with_poplib():
    from micropop import poplib

    found = poplib.POP3(host, port)
    found.user(name)
    found.pass_("secret")
    return found, found.quit


def with_netx():
    from micropop import netx

    _, ip = netx.nx_ip_create()
    netx.nx_tcp_enable(ip)
    pool = micropop.PacketPool(payload, packets)
    status, found = netx.nxd_pop3_client_create(True, ip, pool, host, port, name, "secret", cleartext=True, tls=False)
    assert status == netx.NX_SUCCESS, status
    return found, lambda: (netx.nx_pop3_client_quit(found), netx.nx_pop3_client_delete(found))


def with_aio():
    import asyncio

    import micropop.aio

    async def session():
        pool = micropop.PacketPool(payload, packets)
        found = await micropop.aio.connect(host, port, tls=False, pool=pool)
        await found.login(name, "secret", method="APOP")
        return found

    found = asyncio.run(session())
    return found, found.close


face, host, port, name, payload, packets = sys.argv[1:7]
port, payload, packets = int(port), int(payload), int(packets)
opening = {"client": client, "poplib": with_poplib, "netx": with_netx, "aio": with_aio}[face]
if face == "aio":
    import asyncio.stream  # noqa: F401  which a program with asyncio has anyway
octets = payload * packets
before = used()
first = opening()
middle = used()
second = opening()
after = used()
for _, close in (first, second):
    close()
print("objects", after - middle - octets)
print("all", middle - before - octets)
