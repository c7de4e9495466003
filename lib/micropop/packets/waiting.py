"""Waiting, in turn, for a packet that another thread releases."""

from time import sleep

try:
    from time import ticks_diff, ticks_ms
except ImportError:
    from ..clock import ticks_diff, ticks_ms


def wait(pool, timeout):
    """Take a packet when one is free and it is the caller's turn.

    :param PacketPool pool: the empty pool
    :param float timeout: seconds to wait at the most
    Raises PoolEmpty when they are up.
    """
    turn = object()  # the caller's place in the queue
    pool.waiting.append(turn)
    start = ticks_ms()
    try:
        while True:
            if pool.waiting[0] is turn:
                try:
                    return pool.idle.popleft()
                except IndexError:
                    pass
            if ticks_diff(ticks_ms(), start) >= timeout * 1000:
                from ..errors.problems import problem

                raise problem("allocate", pool.total)
            sleep(0.001)
    finally:
        pool.waiting.remove(turn)
