"""The whole watcher on a virtual ESP32: it polls over TLS, stores every mail, and what heap that takes."""

import re
import tempfile
from pathlib import Path

from boards.virtual import profile
from host_tests.bench.interpreters import Failed
from host_tests.bench.rows import Table
from host_tests.firmware import watching
from host_tests.oauth import boards
from host_tests.servers.maildir import large_mail, sample_mails
from host_tests.servers.scripted import Scripted
from host_tests.shared import flash_image

__all__ = ["measure"]

BOARD = "esp32_generic"
LARGE = 300_000  # octets of the largest mail: of one that fills the flash only a first part is stored
LOOKS = 3
FIRST = 56_000  # bytes of heap that a real one begins with; then it doubles, which the simulated one cannot
LEFT = 8192  # bytes of them
PATIENCE = 60  # seconds for all looks


def measure() -> Table:
    """Some dozen mails, and the looks for mail behind them."""
    heap = profile.load(BOARD).heap
    table = Table("watcher", f"The watcher on a virtual ESP32, heap of {heap:,} B; a real one begins with {FIRST:,} B")
    mails = [*sample_mails()[:-1], large_mail(LARGE)]
    with tempfile.TemporaryDirectory() as folder, Scripted(mails=mails) as server:
        with watching(Path(folder), server, BOARD, POP3_LIMIT=2 * LARGE) as board:
            if not board.wait(lambda: board.output.count(b"heap: ") >= LOOKS, PATIENCE):
                raise Failed(f"the watcher did not look {LOOKS} times: {board.output[-500:].decode(errors='replace')}")
            said = re.findall(rb"heap: (\d+) bytes free, in a session (\d+)", board.output)
            starts = board.stats()["starts"]
            board.power_cut(off=True)
            files = flash_image.files(board.image)
        stored = [data for path, data in files.items() if path.startswith("/mail/") and path.endswith(".eml")]
        whole = len(set(stored) & set(server.mails("mrose")))
    note = f"of {len(mails)}, byte for byte"
    table.add("mails stored on its littlefs", whole, target=len(mails), least=True, note=note)
    for what, free in zip(("after a look for mail", "in a session, at the most"), zip(*said, strict=True), strict=True):
        table.add(f"heap in use {what}", heap - min(map(int, free)), "B", target=FIRST)
    most = heap - _least_free(mails)
    what = "heap in use at the most, garbage collected whenever the watchdog is fed"
    table.add(what, most, "B", target=FIRST - LEFT, note=f"the limit leaves {LEFT:,} B of the first heap free")
    table.add("times that it started", starts, target=1, note="had memory run out, its watchdog would start it anew")
    return table


def _least_free(mails: list[bytes]) -> int:
    with tempfile.TemporaryDirectory() as folder, Scripted(mails=mails) as server:
        files = {"/main.py": boards.MEASURING}
        with watching(Path(folder), server, BOARD, files=files, POP3_LIMIT=2 * LARGE) as board:
            return boards.least_free(board)
