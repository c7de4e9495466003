"""Cost against the amount of work: ``growth HOW HOST PORT NAME PAYLOAD``.

HOW: time: microseconds of listing all mails and of fetching them. heap: the most that was in use, after collection, at
moments spread over the work.
"""

import gc
import sys
from time import ticks_diff, ticks_us

import micropop

how, host, port, name, payload = sys.argv[1:6]
count, octets = [int(word) for word in name.split("x")[:2]]
most = 0


def look():
    global most
    gc.collect()
    most = max(most, gc.mem_alloc())


def watched(iterable, length):
    # passes things on, and looks at the heap about twenty times
    step = max(1, length // 20)
    for i, thing in enumerate(iterable):
        if i % step == 0:
            look()
        yield thing


def plain(iterable, length):
    return iterable


on_the_way = watched if how == "heap" else plain
client = micropop.connect(host, int(port), tls=False, pool=micropop.PacketPool(int(payload), 2))
client.login(name, "secret", method="APOP")
start = ticks_us()
mails, _, ids = client.check()
listed = 0
for _ in on_the_way(ids, count):
    listed += 1
between = ticks_us()
received = 0
packets = octets // int(payload) + 1
if count == 1:
    with client.retrieve(1) as message:
        for packet in on_the_way(message, packets):
            received += len(packet.data)
else:
    for message in on_the_way(client.retrieve_many(range(1, count + 1)), count):
        for packet in message:
            received += len(packet.data)
end = ticks_us()
client.quit()
if listed != mails or received != count * octets:
    raise SystemExit(f"received {received} of {count * octets} octets")
print("list", ticks_diff(between, start))
print("fetch", ticks_diff(end, between))
print("us", ticks_diff(end, start))
print("heap", most)
