"""What the library takes of a board's heap, pinned: these figures repeat exactly."""

from boards.virtual import vm
from host_tests.bench import memory
from host_tests.bench.mailboxes import serving

WORD = vm.find().bits // 32  # where only a 64-bit MicroPython can be had, everything takes up to twice as much


PINS = {"import micropop": 11_136, "import micropop from ROMFS": 5376}
"""Bytes, where the limit that the benchmark shows is not reached yet: no change may take more than these."""


def keeps_to_its_limits(table, count):
    """That ``count`` rows of a table have a limit or a pin, and keep to it."""
    rows = [row for row in table.rows if row.target is not None]
    assert len(rows) == count, table
    for row in rows:
        assert row.value <= PINS.get(row.what, row.target) * WORD, row


def test_the_import_keeps_to_its_limits():
    keeps_to_its_limits(memory.imports(), 2)


def test_a_session_keeps_to_its_limits():
    with serving() as server:
        keeps_to_its_limits(memory.session(server), 5)
