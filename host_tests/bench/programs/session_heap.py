"""The heap of an open session: ``session_heap HOST PORT NAME PAYLOAD PACKETS``."""

import gc
import sys


def scrub(deep):
    # write over what is left on the stack, where a stale word would keep an object
    numbers = [deep, deep, deep, deep, deep, deep, deep, deep]
    return scrub(deep - 1) if deep else numbers


def used():
    scrub(30)
    gc.collect()
    gc.collect()
    return gc.mem_alloc()


def session():
    client = micropop.connect(host, port, tls=False, pool=micropop.PacketPool(payload, packets))
    client.login(name, "secret", method="APOP")
    return client


host = sys.argv[1]
name = sys.argv[3]
port, payload, packets = int(sys.argv[2]), int(sys.argv[4]), int(sys.argv[5])
client = None
empty = used()
import micropop  # noqa: E402  what it takes is what is measured

imported = used()
client = session()
first = used()
client.quit()
client = None
closed = used()
client = session()
second = used()
client.quit()
print("import", imported - empty)
print("all", first - imported - payload * packets)
print("objects", second - closed - payload * packets)
