"""The heap of a renewal: ``renewal_heap ADDRESS CLIENT PATH CA``."""

import gc
import sys

import micropop
from micropop import oauth


def used():
    gc.collect()
    gc.collect()
    return gc.mem_alloc()


def measure():
    global most
    most = max(most, used())


address, client, path, ca = sys.argv[1:5]
most = 0
token = oauth.Token(path, address, client, ca=ca, pool=micropop.PacketPool(512, 1))
before = used()
token.renew(measure)
kept = used() - before
before += kept
most = 0
token.renew(measure)
print("most", most - before)
print("kept", kept)
print("more", used() - before)
