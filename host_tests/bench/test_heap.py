"""What the library takes of a board's heap, pinned: these figures repeat exactly."""

from boards.virtual import vm
from host_tests.bench import memory
from host_tests.bench.mailboxes import serving

WORD = vm.find().bits // 32  # where only a 64-bit MicroPython can be had, everything takes up to twice as much


def keeps_to_its_targets(table, count):
    """That ``count`` rows of a table have targets, and keep to them."""
    rows = [row for row in table.rows if row.target is not None]
    assert len(rows) == count, table
    for row in rows:
        assert row.value <= row.target * WORD, row


def test_the_import_keeps_to_its_limits():
    keeps_to_its_targets(memory.imports(), 2)


def test_a_session_keeps_to_its_limits():
    with serving() as server:
        keeps_to_its_targets(memory.session(server), 4)
