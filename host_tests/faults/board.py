"""Sessions against a failing server, on a board: ``board HOST PORT COUNT WAY PAYLOAD PACKETS``.

Each of COUNT sessions, which fail, is followed by one that must not; a line of JSON tells how both went.
"""

import json
import os
import sys
from binascii import hexlify
from hashlib import sha256

import micropop

from host_tests.faults.application import session


def digest(mail):
    return hexlify(sha256(mail).digest()).decode()


def connect(timeout):
    return micropop.connect(host, port, pool=pool, tls=False, timeout=timeout)


host, port, count, way = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
for _ in range(count):
    pool = micropop.PacketPool(int(sys.argv[5]), int(sys.argv[6]))
    stored = {}
    error = session(lambda: connect(0.15), way, stored)
    report = {
        "error": type(error).__name__ if error else "",
        "free": pool.free,
        "open": len(os.listdir("/proc/self/fd")),
        "stored": {str(number): digest(mail) for number, mail in stored.items()},
    }
    again = {}
    error = session(lambda: connect(5), way, again)
    report["next"] = repr(error) if error else ""
    report["again"] = [digest(mail) for mail in again.values()]
    print(json.dumps(report))
