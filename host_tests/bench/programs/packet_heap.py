"""What a download allocates: ``packet_heap HOST PORT NAME PAYLOAD``; under heap_lock: any allocation is an error.

The data of full packets is read; what that of a partial one takes is measured apart.
"""

import gc
import sys

import micropop
import micropython


def locked(message, payload):
    # a function, for a new global name would take heap
    packets = full = 0
    gc.disable()
    before = gc.mem_alloc()
    micropython.heap_lock()
    try:
        for packet in message:
            packets += 1
            if packet.length == payload:
                packet.data  # noqa: B018, which makes it
                full += 1
    finally:
        micropython.heap_unlock()
    after = gc.mem_alloc()
    gc.enable()
    return after - before, packets, full


def partial(packet):
    gc.disable()
    before = gc.mem_alloc()
    data = packet.data
    after = gc.mem_alloc()
    gc.enable()
    return after - before if len(data) else 0


pool = micropop.PacketPool(int(sys.argv[4]), 2)
client = micropop.connect(sys.argv[1], int(sys.argv[2]), tls=False, pool=pool)
client.login(sys.argv[3], "secret", method="APOP")
message = client.retrieve(1)
for _ in message:
    break
allocated, packets, full = locked(message, pool.payload_size)
client.quit()
packet = pool.allocate()
packet.append(b"some")
print("bytes", allocated)
print("packets", packets)
print("full", full)
print("partial", partial(packet))
print("received", message.received)
