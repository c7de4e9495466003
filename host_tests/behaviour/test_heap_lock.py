"""A download allocates nothing: on MicroPython these run under ``heap_lock``, where any allocation is an error."""

from io import BytesIO

import micropop

from host_tests.behaviour.talking import raises

try:
    from micropython import heap_lock, heap_unlock
except ImportError:  # CPython: what is read is checked all the same

    def heap_lock():
        pass

    heap_unlock = heap_lock

LAYERS = ("waiting",)  # its own transport stands for all


class Prepared:
    """A transport that hands out prepared segments, one command's after the other, and allocates nothing itself."""

    secure = False

    def __init__(self, *said):
        self._said = list(said)
        self._segments = [BytesIO(b"+OK\r\n")]
        self._at = 0
        self._open = True

    def readinto(self, buf):
        while self._at < len(self._segments):
            n = self._segments[self._at].readinto(buf)
            if n:
                return n
            self._at += 1
            if self._at < len(self._segments):
                return None  # between two segments there is nothing for a moment
        return 0

    def write(self, buf):
        self._segments = [BytesIO(segment) for segment in self._said.pop(0)]
        self._at = 0
        return len(buf)

    def wait(self, writing, ms):
        pass

    def close(self):
        self._open = False


class Sum:
    """What was read, without keeping it: the count of octets and of packets, and whether the final one came."""

    def __init__(self):
        self.octets = self.packets = 0
        self.final = False

    def all(self, message):
        for packet in message:
            self.octets += packet.length
            self.packets += 1
            self.final = packet.final


def locked(mail, segments, payload=128, packets=2):
    """Read a mail, sent in these segments, with the heap locked from its first packet to its end."""
    stuffed = b"".join(segments)
    assert stuffed.endswith(b"\r\n.\r\n")
    transport = Prepared((b"+OK\r\n",), (b"+OK\r\n",), [b"+OK\r\n"] + segments, (b"+OK\r\n",))
    pool = micropop.PacketPool(payload, packets)
    client = micropop.Client(transport, pool)
    client.login("mrose", "tanstaaf", method="USER", cleartext=True)
    found = Sum()
    message = client.retrieve(1)
    heap_lock()
    try:
        found.all(message)
    finally:
        heap_unlock()
    assert found.octets == len(mail) == message.received
    assert found.final and message.complete
    client.noop()
    client.close()
    assert pool.free == pool.total
    return found.packets


def cut(octets, *places):
    """The pieces of ``octets`` that end at these places."""
    pieces = []
    last = 0
    for place in places + (len(octets),):
        if place > last:
            pieces.append(octets[last:place])
            last = place
    return pieces


def test_the_heap_is_locked():
    heap_lock()
    try:
        grown = _grow()
    finally:
        heap_unlock()
    assert grown is (heap_lock is heap_unlock)


def _grow():
    try:
        bytearray(5000)
    except MemoryError:
        return False
    return True


def test_full_packets():
    mail = b"x" * 126 + b"\r\n"
    for payload in (64, 128, 512):
        assert locked(mail * 100, [mail * 100 + b".\r\n"], payload) >= 100 * 128 // payload


def test_packets_that_are_not_full():
    mail = b"a short segment, not a whole packet\r\n"
    assert locked(mail * 50, [mail] * 50 + [b".\r\n"], 128) >= 50
    assert locked(mail * 50, [mail] * 50 + [b".\r\n"], 128, packets=1) >= 50


def test_stuffed_dots():
    mail = b".dot\r\n" * 99 + b".\r\n"
    for payload in (64, 128, 512):
        locked(mail, [b"..dot\r\n" * 99 + b"..\r\n.\r\n"], payload)


def test_dots_and_ends_cut_anywhere():
    mail = b"one\r\n.two\r\n.\r\nthree\r\n"
    sent = b"one\r\n..two\r\n..\r\nthree\r\n.\r\n"
    for first in range(1, len(sent)):
        locked(mail, cut(sent, first))
        for second in (first + 1, first + 2, first + 3):
            if second < len(sent):
                locked(mail, cut(sent, first, second))
    locked(mail, cut(sent, *range(1, len(sent))))


def test_dots_and_ends_at_every_place_of_a_packet():
    for lead in range(64, 140):
        mail = b"-" * lead + b"\r\n.two\r\n.\r\n"
        locked(mail, [b"-" * lead + b"\r\n..two\r\n..\r\n.\r\n"], 64)


def test_a_long_mail_of_lines_that_begin_with_dots_now_and_then():
    lines = []
    for i in range(300):
        lines.append((b"." if i % 7 == 0 else b"") + b"%d " % i + b"z" * (i * 11 % 97) + b"\r\n")
    mail = b"".join(lines)
    sent = b"".join([b"." + line if line[:1] == b"." else line for line in lines]) + b".\r\n"
    for payload in (64, 128, 512, 1460):
        for size in (53, 128, 1000):
            locked(mail, cut(sent, *range(size, len(sent), size)), payload)


def test_what_ends_early_is_an_error_and_not_a_mail():
    transport = Prepared((b"+OK\r\n",), (b"+OK\r\n",), [b"+OK\r\n", b"x" * 500])
    pool = micropop.PacketPool(128, 2)
    client = micropop.Client(transport, pool)
    client.login("mrose", "tanstaaf", method="USER", cleartext=True)
    message = client.retrieve(1)
    raises(micropop.ConnectionLost, Sum().all, message)
    assert not message.complete and pool.free == pool.total


def test_a_large_pool_is_emptied_and_filled_again_without_memory():
    pool = micropop.PacketPool(64, 12)
    taken = [None] * 12
    heap_lock()
    try:
        for i in range(12):
            taken[i] = pool.allocate()
        for i in range(12):
            taken[i].release()
    finally:
        heap_unlock()
    assert pool.free == 12
