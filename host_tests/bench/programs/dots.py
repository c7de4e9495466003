"""The time that a mail takes: ``dots HOW HOST PORT NAME PAYLOAD``. HOW: free; locked: under heap_lock()."""

import sys
from time import ticks_diff, ticks_us

import micropop
import micropython


def read(message, locked):
    start = ticks_us()
    if locked:
        micropython.heap_lock()
    try:
        for _ in message:
            pass
    finally:
        if locked:
            micropython.heap_unlock()
    return ticks_diff(ticks_us(), start)


how, host, port, name, payload = sys.argv[1:6]
client = micropop.connect(host, int(port), tls=False, pool=micropop.PacketPool(int(payload), 2))
client.login(name, "secret", method="APOP")
message = client.retrieve(1)
taken = read(message, how == "locked")
client.quit()
print("us", taken)
print("received", message.received)
