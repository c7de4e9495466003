"""The heap of an open session of a face: ``face_heap FACE HOST PORT NAME PAYLOAD PACKETS``.

FACE: client, poplib, netx or aio. Prints what a second session takes, and what the first took with the code it loaded.
"""

import gc
import sys

import micropop


def used():
    gc.collect()
    gc.collect()
    return gc.mem_alloc()


def client(pool):
    found = micropop.connect(host, port, tls=False, pool=pool)
    found.login(name, "secret", method="APOP")
    return found, found.quit


def with_poplib(pool):
    from micropop import poplib

    found = poplib.POP3(host, port)
    found.user(name)
    found.pass_("secret")
    return found, found.quit


def with_netx(pool):
    from micropop import netx

    _, ip = netx.nx_ip_create()
    netx.nx_tcp_enable(ip)
    status, found = netx.nxd_pop3_client_create(True, ip, pool, host, port, name, "secret", cleartext=True, tls=False)
    assert status == netx.NX_SUCCESS, status
    return found, lambda: (netx.nx_pop3_client_quit(found), netx.nx_pop3_client_delete(found))


def with_aio(pool):
    import asyncio

    import micropop.aio

    async def opened():
        found = await micropop.aio.connect(host, port, tls=False, pool=pool)
        await found.login(name, "secret", method="APOP")
        return found

    found = asyncio.run(opened())
    return found, found.close


face, host, port, name, payload, packets = sys.argv[1:7]
port, payload, packets = int(port), int(payload), int(packets)
opening = {"client": client, "poplib": with_poplib, "netx": with_netx, "aio": with_aio}[face]
if face == "aio":
    import asyncio.stream  # noqa: F401  which a program with asyncio has anyway
pool = micropop.PacketPool(payload, packets)
found = close = None
before = used()
found, close = opening(pool)
first = used() - before
close()
found = close = None
before = used()
found, close = opening(pool)
print("objects", used() - before)
print("all", first)
close()
