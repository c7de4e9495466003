"""The firmware's tls module, with no TLS newer than boards' own."""

import tls as _tls
import uctypes
from tls import *

_newest = "1.2"


def _power_on(newest):
    """``newest``: the newest version of TLS that is offered, "1.2" or "1.3"."""
    global _newest
    _newest = newest


def SSLContext(protocol):
    context = _tls.SSLContext(protocol)
    if _newest == "1.2":
        _limit(context)
    return context


def _limit(context):
    """Offer no 1.3. MicroPython has no call for it: it is set where Mbed TLS keeps its newest version."""
    address = id(context)
    if address < 0:  # from 0x40000000 on id() is a bit too short for it
        address += 1 << 31
    view = uctypes.bytearray_at(address, 1024)
    for place in range(0, 1016, 4):
        if view[place] == 4 and view[place + 1] == 3 and view[place + 4] == 3 and view[place + 5] == 3:
            view[place] = 3
            return
