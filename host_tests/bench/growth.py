"""Cost as work grows: time against the number and the size of mails should be straight lines, and heap a flat one."""

from host_tests.bench.interpreters import board
from host_tests.bench.mailboxes import Mailboxes
from host_tests.bench.rows import Table

__all__ = ["COUNTS", "SIZES", "measure"]

COUNTS = (10, 100, 1000, 10_000)
SIZES = (1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000)
PAYLOAD = 512
HEAP = "64K"
STRAIGHT = 1.5  # how many times dearer the last tenfold may make a mail, or a byte, and still count as straight


def measure(server: Mailboxes) -> Table:
    """Time and heap on the 32-bit MicroPython in a heap of 64 KB, pool of 2 × 512."""
    table = Table("growth", f"Cost as work grows, 32-bit MicroPython, heap of {HEAP}, pool of 2 × {PAYLOAD}")
    for kind, boxes in (
        ("mails of 1,000 octets", [(count, f"{count}x1000") for count in COUNTS]),
        ("octets in one mail", [(octets, f"1x{octets}") for octets in SIZES]),
    ):
        each, heaps = [], []
        for amount, box in boxes:
            arguments = (server.host, server.port, box, PAYLOAD)
            taken = board().best("growth", "time", *arguments, heapsize=HEAP)["us"]
            heap = board().run("growth", "heap", *arguments, heapsize=HEAP)["heap"]
            table.add(f"{amount:,} {kind}: time", taken / 1000, "ms")
            table.add(f"{amount:,} {kind}: heap", heap, "B")
            each.append(taken / amount)
            heaps.append(heap)
        table.add(f"{kind}: time per unit, last ÷ the one before", each[-1] / each[-2], target=STRAIGHT)
        table.add(f"{kind}: heap, most − least", max(heaps) - min(heaps), "B")
    return table
