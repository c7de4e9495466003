"""What a program does with a Token, on CPython or MicroPython: reads a job as a line of JSON, prints what came of it.

The job: ``token``: the arguments of Token; ``ca``: a file with the root; ``payload``, ``packets``: of the pool;
``steps``: "get", "stale", "renew", "fresh", "new" (another Token, as after a restart), or a number of seconds that
pass; ``now``: what the clock shows at first, or null.
"""

import json
import sys
import time as real


class Time:
    """The module ``time``, with a clock of its own, which this program turns."""

    ahead = 0
    sleep = real.sleep

    def __init__(self):
        for name in ("ticks_ms", "ticks_diff", "monotonic"):
            if hasattr(real, name):
                setattr(self, name, getattr(real, name))

    def time(self):
        return int(real.time()) + self.ahead

    def localtime(self, seconds=None):
        return real.localtime(self.time() if seconds is None else seconds)


job = json.loads(sys.stdin.readline())
time = Time()
if job.get("now") is not None:
    time.ahead = job["now"] - int(real.time())
sys.modules["time"] = time

import micropop  # noqa: E402  behind the clock
from micropop import oauth  # noqa: E402

oauth.time = time  # on CPython the module was there before
if sys.implementation.name == "cpython":
    from micropop.oauth import draft

    draft.time = time


def report(error):
    """An exception as JSON has it."""
    found = {"kind": type(error).__name__, "text": str(error)}
    for name in ("code", "reason", "retry_after", "retry"):
        if hasattr(error, name):
            found[name] = getattr(error, name)
    found["authentication"] = isinstance(error, micropop.AuthenticationError)
    found["typed"] = isinstance(error, micropop.Error)
    return found


pool = micropop.PacketPool(job.get("payload", 512), job.get("packets", 1))
calls = []


def token():
    return oauth.Token(pool=pool, ca=job.get("ca"), **job["token"])


it = token()
results = []
for step in job["steps"]:
    try:
        if isinstance(step, int):
            time.ahead += step
            result = None
        elif step == "new":
            it = token()
            result = None
        elif step == "fresh":
            result = it.fresh
        elif step == "renew":
            result = it.renew(lambda: calls.append(1))
        else:
            result = it.get(lambda: calls.append(1), stale=step == "stale").decode()
    except Exception as error:
        result = report(error)
    results.append(result)
memory = bytes(pool.memory)
print(json.dumps([results, pool.free == pool.total, not memory.strip(b"\0"), len(calls)]))
