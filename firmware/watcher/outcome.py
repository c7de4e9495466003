"""The end of a look: how long to rest, and what memory there is."""

import gc

from .pace import after_success


def conclude(watch, seconds):
    """Returns how many seconds to rest.

    :param seconds: how many after a look that failed; 0: it went well
    """
    watch.light.set(0)
    if not seconds:
        if watch.failures:
            watch.failures = 0
            watch.log("all is well again")
        seconds = after_success(watch.settings["INTERVAL"], watch.mailbox.login_delay)
    gc.collect()
    if hasattr(gc, "mem_free"):  # the same after each look, for months
        pool = watch.mailbox.pool
        found = gc.mem_free(), watch.mailbox.least or "?", pool.total - pool.low_water, pool.total
        print("heap: %d bytes free, in a session %s at the least; packets: %d of %d" % found)
    return seconds
