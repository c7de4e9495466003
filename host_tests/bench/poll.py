"""Polls of a large mailbox that find nothing new: heap, and what is read from the flash."""

from host_tests.bench.rows import Table
from host_tests.store import on_board

__all__ = ["measure"]

COUNTS = (10, 100, 1000, 10_000)
MORE = 1536  # bytes of heap that the largest mailbox may take beyond the smallest: full pages, notes and tables of bits
STRAIGHT = 1.5  # how many times dearer a mail may be in the largest mailbox than in the one before


def measure() -> Table:
    """A store on littlefs2, a session in clear; each session lists the mails in another order, UIDs of 70 octets."""
    table = Table("poll", "A poll that finds nothing new, store on littlefs2, 32-bit MicroPython, pool of 2 × 512")
    heaps, reads = {}, {}
    for count in COUNTS:
        heaps[count], octets, _, reads[count] = on_board.run("scale", count, lines=3)[4:8]
        table.add(f"{count:,} mails: heap at the most, code included", heaps[count], "B")
        note = f"the server sent {octets:,} octets"
        table.add(f"{count:,} mails: read from the flash", reads[count], "B", note=note)
    few, many, most = COUNTS[0], COUNTS[-2], COUNTS[-1]
    table.add(f"heap, {most:,} mails − {few:,}", heaps[most] - heaps[few], "B", target=MORE)
    ratio = reads[most] / most / (reads[many] / many)
    table.add(f"read for each mail, {most:,} ÷ {many:,} mails", ratio, target=STRAIGHT)
    return table
