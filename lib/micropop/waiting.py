"""Waiting, in turn, for a packet that another thread releases."""

from time import sleep

from .clock import ticks_diff, ticks_ms


def for_packet(pool, timeout):
    """Take a packet when one is free and it is the caller's turn.

    :param PacketPool pool: the empty pool
    :param float timeout: seconds to wait at the most
    Raises PoolEmpty when they are up.
    """
    turn = object()  # the caller's place in the queue
    pool._waiting.append(turn)
    start = ticks_ms()
    try:
        while not (pool._free and pool._waiting[0] is turn):
            if ticks_diff(ticks_ms(), start) >= timeout * 1000:
                from .errors import pool_empty

                raise pool_empty(pool.total)
            sleep(0.001)
        return pool._free.pop()
    finally:
        pool._waiting.remove(turn)
