"""Threads that share a pool wait for packets in turn."""

import sys
import threading
from collections.abc import Callable

import micropop
import pytest

from host_tests.shared.eventually import eventually


def started(function: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=function, daemon=True)
    thread.start()
    return thread


def ended(*threads: threading.Thread) -> bool:
    return eventually(lambda: not any(thread.is_alive() for thread in threads))


def test_a_waiting_thread_gets_what_another_releases():
    pool = micropop.PacketPool(64, 1)
    packet = pool.allocate()
    got = []
    thread = started(lambda: got.append(pool.allocate(30)))
    assert eventually(lambda: len(pool.waiting) == 1)
    assert not got
    packet.release()
    assert ended(thread)
    assert got == [packet]
    assert pool.free == 0 and pool.empty_requests == 1 and not pool.waiting


def test_threads_are_served_in_the_order_in_which_they_came():
    pool = micropop.PacketPool(64, 1)
    packet = pool.allocate()
    served = []

    def wait(name: int) -> None:
        taken = pool.allocate(30)
        served.append(name)
        taken.release()

    threads = []
    for name in range(5):
        threads.append(started(lambda name=name: wait(name)))
        assert eventually(lambda: len(pool.waiting) == len(threads))
    packet.release()
    assert ended(*threads)
    assert served == [0, 1, 2, 3, 4]
    assert pool.free == 1


def test_nobody_overtakes_who_waits():
    pool = micropop.PacketPool(64, 1)
    packet = pool.allocate()
    got = []
    thread = started(lambda: got.append(pool.allocate(30)))
    assert eventually(lambda: len(pool.waiting) == 1)
    with pytest.raises(micropop.PoolEmpty):
        pool.allocate()
    packet.release()
    assert ended(thread)
    assert got == [packet]


def test_one_that_gives_up_leaves_the_queue():
    pool = micropop.PacketPool(64, 1)
    packet = pool.allocate()
    got = []

    def impatient() -> None:
        with pytest.raises(micropop.PoolEmpty):
            pool.allocate(0.05)

    first = started(impatient)
    assert eventually(lambda: len(pool.waiting) == 1 or not first.is_alive())
    second = started(lambda: got.append(pool.allocate(30)))
    assert ended(first)
    packet.release()
    assert ended(second)
    assert got == [packet]


def test_many_threads_never_share_a_packet():
    pool = micropop.PacketPool(64, 3)
    wrong = []

    def work(name: int) -> None:
        mark = b"%02d" % name * 32
        for _ in range(100):
            packet = pool.allocate(30)
            packet.append(mark[:30])
            packet.append(mark[:34])
            if bytes(packet.data) != mark:
                wrong.append(name)
            packet.release()

    threads = [started(lambda name=name: work(name)) for name in range(8)]
    assert ended(*threads)
    assert not wrong
    assert pool.free == 3 and pool.invalid_releases == 0
    assert len(set(map(id, pool.idle))) == 3


def test_errors_in_many_threads_at_a_time():
    pool = micropop.PacketPool(64, 1)
    pool.allocate()
    errors = []

    def fail() -> None:
        for _ in range(50):
            try:
                pool.allocate()
            except BaseException as error:
                errors.append(type(error))

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        assert ended(*[started(fail) for _ in range(8)])
    finally:
        sys.setswitchinterval(before)
    assert errors == [micropop.PoolEmpty] * 400
