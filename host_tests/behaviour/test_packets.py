"""The packets and their pool, as NetX has them: fixed, counted, atomic, wiped."""

import micropop
from micropop import packets
from micropop.session.body import move

from host_tests.behaviour.clock import Clock, put_back
from host_tests.behaviour.talking import raises

LAYERS = ("waiting",)  # none takes part


def test_the_pool_counts():
    pool = micropop.PacketPool(128, 3)
    assert (pool.total, pool.free, pool.low_water, pool.empty_requests) == (3, 3, 3, 0)
    held = [pool.allocate(), pool.allocate()]
    assert (pool.free, pool.low_water) == (1, 1)
    held.pop().release()
    assert (pool.free, pool.low_water) == (2, 1)
    held.append(pool.allocate())
    held.append(pool.allocate())
    assert raises(micropop.PoolEmpty, pool.allocate).status == 0x01
    assert (pool.free, pool.empty_requests) == (0, 1)


def test_four_packets_of_512_bytes_unless_told():
    pool = micropop.PacketPool()
    assert (pool.total, pool.payload_size) == (4, 512)


def test_programs_of_0_1_find_it_by_the_name_that_it_had():
    from micropop.packet import Packet, PacketPool

    assert PacketPool is micropop.PacketPool
    assert isinstance(PacketPool(64, 1).allocate(), Packet)


def test_the_caller_s_own_memory():
    memory = bytearray(1000)
    pool = micropop.PacketPool(payload_size=256, memory=memory)
    assert pool.total == 3
    packet = pool.allocate()
    packet.append(b"seen in the memory")
    assert bytes(memory).find(b"seen in the memory") >= 0
    assert micropop.PacketPool(256, 2, memory).total == 2


def test_pools_that_cannot_be():
    for arguments in (
        (0,),
        (32,),
        (63,),
        (-5,),
        (128, 0),
        (128, -1),
        (128, 4, bytearray(511)),
        (0, None, bytearray(128)),
        (128, None, bytearray(127)),
    ):
        raises(micropop.PayloadTooSmall, micropop.PacketPool, *arguments)


def test_append_is_all_or_nothing():
    packet = micropop.PacketPool(64, 1).allocate()
    packet.append(b"x" * 60)
    raises(micropop.PayloadTooSmall, packet.append, b"y" * 5)
    assert bytes(packet.data) == b"x" * 60 and packet.length == 60
    packet.append("zä")  # text goes as UTF-8
    assert bytes(packet.data) == b"x" * 60 + b"z\xc3\xa4"


def test_a_packet_is_released_once():
    pool = micropop.PacketPool(64, 2)
    packet = pool.allocate()
    packet.release()
    raises(micropop.InvalidState, packet.release)
    assert (pool.invalid_releases, pool.free) == (1, 2)


def test_a_packet_comes_back_empty():
    pool = micropop.PacketPool(64, 1)
    packet = pool.allocate()
    packet.append(b"old")
    packet.final = True
    packet.release()
    packet = pool.allocate()
    assert packet.length == 0 and bytes(packet.data) == b"" and not packet.final


def test_pools_that_just_can_be():
    assert micropop.PacketPool(64, 1).total == 1
    assert micropop.PacketPool(128, 4, bytearray(512)).free == 4
    assert micropop.PacketPool(128, None, bytearray(128)).total == 1


def test_a_packet_that_is_full_and_one_that_is_full_no_more():
    pool = micropop.PacketPool(64, 2)
    packet = pool.allocate()
    for octets in (b"x" * 60, b"y" * 4):
        packet.append(octets)
    assert packet.data == b"x" * 60 + b"y" * 4 and packet.length == 64
    packet.release()
    for octets in (b"z" * 63, b""):
        packet = pool.allocate()
        packet.append(octets)
        assert packet.data == octets
        packet.release()
    raises(AttributeError, getattr, packet, "nothing")


class Locked:
    """A view of which not even a slice may be made."""

    def __getitem__(self, _):
        raise MemoryError

    def __setitem__(self, *_):
        raise MemoryError


def test_where_no_memory_is_left_a_secret_is_wiped_and_bytes_are_moved():
    def none(_):
        raise MemoryError

    pool = micropop.PacketPool(64, 2)
    packet = pool.allocate()
    packet.append(b"tanstaaf" * 8)
    packet.secret = True
    packets.bytes = none
    try:
        packet.release()
    finally:
        del packets.bytes
    assert pool.memory == bytearray(128) and not packet.secret
    pool.memory[:10] = b"0123456789"
    pool.view = Locked()
    assert move(pool, 2, 2, 5) is False and move(pool, 2, 5, 0) is False  # nothing is to be moved
    for locked in (False, True):
        pool.memory[:10] = b"0123456789"
        assert move(pool, 1, 4, 5, locked) is True
        assert pool.memory[:10] == b"0456786789"


def test_who_waits_comes_before_who_asks():
    pool = micropop.PacketPool(64, 1)
    pool.waiting.append("another thread, that has not seen yet what was released for it")
    raises(micropop.PoolEmpty, pool.allocate)
    pool.waiting.pop()
    assert pool.allocate() is not None


def test_waiting_ends_with_the_time():
    clock = Clock()
    before = clock.install()
    try:
        pool = micropop.PacketPool(64, 1)
        pool.allocate()
        raises(micropop.PoolEmpty, pool.allocate, 2.5)
        assert 2500 <= clock.now < 2600
        assert pool.empty_requests == 1
    finally:
        put_back(before)


def test_waiting_ends_with_a_release():
    class Releasing(Clock):
        def sleep(self, seconds):
            Clock.sleep(self, seconds)
            if self.now == 100:
                packet.release()

    clock = Releasing()
    before = clock.install()
    try:
        pool = micropop.PacketPool(64, 1)
        packet = pool.allocate()
        assert pool.allocate(5) is packet
        assert clock.now < 200 and pool.free == 0
    finally:
        put_back(before)
