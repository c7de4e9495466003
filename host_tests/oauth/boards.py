"""Virtual boards whose mailbox takes no password."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from boards.virtual.board import VirtualBoard
from host_tests.firmware import watching
from host_tests.oauth.provider import CLIENT, USER, Provider

LOOKS = 3
MEASURING = f"""
import gc
from watcher.watch import Watch

feed = Watch.feed

def measure(watch):
    global least
    gc.collect()
    least = min(least, gc.mem_free())
    feed(watch)

least = 1 << 29
Watch.feed = measure
watch = Watch()
watch.start("/settings.toml")
for _ in range({LOOKS}):
    watch.look()
    print("least free:", least)
"""
"""A main.py that looks a few times, and measures the heap whenever the watchdog is fed."""


@contextmanager
def board(
    folder: Path,
    server: Any,
    provider: Provider,
    key: str = "rpi_pico_w",
    main: str | None = None,
    **changes: object,
) -> Iterator[VirtualBoard]:
    """A board as `make authorize` and `make deploy` leave it."""
    files = {"/token.txt": provider.grant(USER), "/token.der": provider.ca_der.read_bytes()} | (
        {"/main.py": main} if main else {}
    )
    oauth = {"POP3_OAUTH": provider.address(), "POP3_CLIENT_ID": CLIENT, "POP3_PASSWORD": ""}
    with watching(folder, server, key, files=files, **oauth | changes) as running:
        yield running


def least_free(board: VirtualBoard) -> int:
    """The fewest bytes of its heap that a board with MEASURING saw free, garbage collected."""
    assert board.wait(lambda: board.output.count(b"least free:") == LOOKS, 40), board.output[-500:]
    return min(map(int, re.findall(rb"least free: (\d+)", board.output)))
