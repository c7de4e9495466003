"""A mail comes out as the reference decoder has it, whatever its bytes, and however it is cut, packed and read."""

import micropop
import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tests.fuzz import reference

MAILS = st.lists(
    st.one_of(
        st.sampled_from([b"\r\n", b"\n", b"\r", b".", b"..", b"\r\n.", b"\n.", b".\r", b"x", b"\r\n..\r\n"]),
        st.binary(max_size=8),
        st.binary(min_size=60, max_size=140),
    ),
    max_size=30,
).map(b"".join)
STREAMS = st.one_of(MAILS, MAILS.map(lambda mail: mail + b"\r\n.\r\n"), st.tuples(MAILS, MAILS).map(b"\n.\n".join))
PIECES = st.lists(st.integers(1, 200), min_size=1, max_size=20)
PAYLOADS = st.one_of(st.integers(64, 200), st.sampled_from([512, 1460]))


class Wire:
    """A transport that says a greeting, and ``+OK`` and a stream to the first command; then it closes.

    :param pieces: how many bytes come at a time, over and over
    """

    secure = True

    def __init__(self, stream: bytes, pieces: list[int]):
        self._out = b"+OK\r\n"
        self._stream = b"+OK\r\n" + stream
        self._pieces, self._turn = pieces, 0
        self._gap = False
        self.closed = False

    def readinto(self, buf) -> int | None:
        self._gap = not self._gap
        if self._gap:
            return None
        n = min(len(buf), len(self._out), self._pieces[self._turn % len(self._pieces)])
        self._turn += 1
        buf[:n] = self._out[:n]
        self._out = self._out[n:]
        return n

    def write(self, data) -> int:
        self._out, self._stream = self._out + self._stream, b""
        return len(data)

    def wait(self, writing: bool, ms: float) -> None:
        assert ms > 0

    def close(self) -> None:
        self.closed = True


def retrieved(read, stream: bytes, pieces: list[int], payload: int, packets: int, limit=None):
    """What ``read(message)`` makes of the stream, and the error that ended it, or None."""
    pool = micropop.PacketPool(payload, packets)
    wire = Wire(stream, pieces)
    client = micropop.Client(wire, pool)
    client._session.state = "TRANSACTION"
    got, error, message = bytearray(), None, None
    try:
        message = client.retrieve(1, limit)
        read(message, got)
    except micropop.Error as problem:
        error = problem
    complete = message is not None and message.complete
    client.close()
    assert wire.closed and pool.free == pool.total
    return bytes(got), error, complete


def by_packet(message, got: bytearray) -> None:
    finals = []
    for packet in message:
        got += packet.data
        assert packet.length == len(packet.data)
        finals.append(packet.final)
    assert finals.count(True) == 1 and finals[-1]


def kept(message, got: bytearray) -> None:
    for packet in message:
        mine = packet.keep()
        got += mine.data
        mine.release()


def by_readinto(size: int):
    def read(message, got: bytearray) -> None:
        buf = bytearray(size)
        while n := message.readinto(buf):
            got += buf[:n]

    return read


def saved(message, got: bytearray) -> None:
    class Stream:
        def write(self, data) -> int:
            taken = bytes(data[:50])
            got.extend(taken)
            return len(taken)

    message.save(Stream(), limit=1_000_000)


WAYS = {
    "packets": by_packet,
    "kept": kept,
    "readinto 1": by_readinto(1),
    "readinto 100": by_readinto(100),
    "save": saved,
}


@pytest.mark.parametrize("way", WAYS)
@given(stream=STREAMS, pieces=PIECES, payload=PAYLOADS, packets=st.integers(2, 3))
def test_a_mail_is_what_the_reference_decoder_makes_of_it(way, stream, pieces, payload, packets):
    got, error, complete = retrieved(WAYS[way], stream, pieces, payload, packets)
    expected = reference.body(stream)
    if expected is None:
        assert isinstance(error, micropop.ConnectionLost)
        assert not complete
    elif not ended_too_early(expected, got, error):
        assert error is None
        assert complete
        assert got == expected[0]
    else:
        assert not complete


def ended_too_early(expected, got, error) -> bool:
    """Whether the client noticed that something stands behind the end, which shows that this was none."""
    mail, rest = expected
    return bool(rest) and isinstance(error, micropop.ProtocolError) and mail.startswith(got)


@given(stream=STREAMS, pieces=PIECES, payload=PAYLOADS)
def test_one_packet_is_enough(stream, pieces, payload):
    got, error, _ = retrieved(by_packet, stream, pieces, payload, 1)
    expected = reference.body(stream)
    if expected is None:
        assert isinstance(error, micropop.ConnectionLost)
    else:
        assert got == expected[0] or ended_too_early(expected, got, error)


@given(mail=MAILS, limit=st.integers(0, 300), pieces=PIECES, payload=PAYLOADS)
def test_a_limit_is_kept_to_within_a_packet(mail, limit, pieces, payload):
    got, error, _ = retrieved(by_packet, mail + b"\n.\n", pieces, payload, 1, limit)
    expected, rest = reference.body(mail + b"\n.\n")
    assert len(got) <= limit
    if ended_too_early((expected, rest), got, error):
        return
    if len(expected) <= limit:
        assert error is None and got == expected
    else:
        assert isinstance(error, micropop.LimitExceeded)
        assert expected.startswith(got)
