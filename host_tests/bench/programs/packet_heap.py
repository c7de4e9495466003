"""What a download allocates: ``packet_heap HOST PORT NAME PAYLOAD``; under heap_lock: any allocation is an error."""

import gc
import sys

import micropop
import micropython


def locked(message):
    # a function, for a new global name would take heap
    packets = 0
    gc.disable()
    before = gc.mem_alloc()
    micropython.heap_lock()
    try:
        for _ in message:
            packets += 1
    finally:
        micropython.heap_unlock()
    after = gc.mem_alloc()
    gc.enable()
    return after - before, packets


pool = micropop.PacketPool(int(sys.argv[4]), 2)
client = micropop.connect(sys.argv[1], int(sys.argv[2]), tls=False, pool=pool)
client.login(sys.argv[3], "secret", method="APOP")
message = client.retrieve(1)
for _ in message:
    break
allocated, packets = locked(message)
client.quit()
print("bytes", allocated)
print("packets", packets)
print("received", message.received)
