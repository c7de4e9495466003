"""`make fuzz MINUTES=10`: search for input that breaks the library; what is found is kept among the cases.

Half of the time goes to the searches guided by coverage, of sessions and of mails, a quarter to random input on a
board, a quarter to hypothesis: the properties, and the models of a program's life with a mailbox, of the store, of the
watch, and of mails.
"""

import os
import random
import sys
import time

from boards.tools.unavailable import Unavailable
from host_tests.fuzz import search

MINUTES = 10
ON_A_BOARD = 2000  # inputs at a time
HEAPS = ("24K", "48K")


def main() -> None:
    """Search until the time is up, or something is found."""
    seconds = round(60 * float(os.environ.get("MINUTES") or MINUTES))
    print(f"Searching for {seconds / 60:g} minutes …", flush=True)
    try:
        for subject in ("session", "mime"):
            print(f"coverage, {subject}:", search.by_coverage(subject, seconds=max(1, seconds // 4)), flush=True)
    except Unavailable as reason:
        print("coverage: not here:", reason, flush=True)
    until = time.monotonic() + seconds / 4
    chance = random.Random()
    count = 0
    while time.monotonic() < until:
        name, heap = chance.choice(search.BOARD_TARGETS), chance.choice(HEAPS)
        count += search.on_a_board(name, ON_A_BOARD, heap, chance.randrange(1 << 30))["inputs"]
    print(f"board: {count:,} inputs", flush=True)
    until = time.monotonic() + seconds / 4
    rounds = 0
    while (left := until - time.monotonic()) > 0:
        rounds += search.by_hypothesis(chance.randrange(1 << 30), left)
    print(f"hypothesis: {rounds} whole round{'' if rounds == 1 else 's'}", flush=True)
    print("Nothing found.")


if __name__ == "__main__":
    try:
        main()
    except (search.Found, Unavailable) as found:
        sys.exit(f"fuzz: {found}")
    except KeyboardInterrupt:
        sys.exit(130)
