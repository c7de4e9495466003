"""What a renewal takes of a board's heap, pinned: these figures repeat."""

from boards.virtual import vm
from host_tests.bench import renewal

WORD = vm.find().bits // 32  # where only a 64-bit MicroPython can be had, everything takes up to twice as much


def test_a_renewal_keeps_to_its_limits():
    rows = [row for row in renewal.heap().rows if row.target is not None]
    assert len(rows) == 2
    for row in rows:
        assert row.value <= row.target * WORD, row
