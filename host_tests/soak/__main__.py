"""`make soak`: let the watcher poll for long, and draw its heap. Environment: POLLS; BOARD."""

import json
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

from mpremote.transport import TransportError
from tqdm import tqdm

from boards.tools.paths import ROOT
from boards.tools.unavailable import Unavailable
from boards.virtual import profile
from host_tests.soak.picture import draw
from host_tests.soak.run import LEAST, run

POLLS = 3000
BOARD = "esp32_generic"  # the one with the least memory
RESULT = ROOT / "host_tests" / "bench" / "results" / "soak.json"
PICTURE = ROOT / "host_tests" / "bench" / "plots" / "soak.svg"


def main() -> None:
    """Soak; exit status 1 if anything grew, stayed open or was lost."""
    key = os.environ.get("BOARD") or BOARD
    polls = os.environ.get("POLLS") or str(POLLS)
    if not polls.isdecimal() or int(polls) < LEAST:
        sys.exit(f"soak: POLLS must be {LEAST} or more, not {polls}")
    try:
        board = profile.load(key)
        with tempfile.TemporaryDirectory() as folder, tqdm(total=int(polls), unit=" looks") as bar:
            report = run(Path(folder), int(polls), key, bar.update)
    except KeyboardInterrupt:
        sys.exit("\ninterrupted")
    except (Unavailable, TransportError, RuntimeError) as reason:
        sys.exit(f"soak: {reason}")
    levels = report.levels
    print(f"{board.name}: {len(report.free):,} looks for mail, {len(report.failed):,} failed")
    print(", ".join(f"{event} {times} times" for event, times in Counter(it for _, it in report.events).items()))
    print(f"{len(report.arrived):,} mails came, {len(set(report.handed_out)):,} of them were handed out,", end=" ")
    print(f"{len(report.taken):,} another client deleted; {len(report.lost)} lost, {len(report.doubled)} doubled")
    print(f"heap: {levels[0]:,} bytes free after the first looks, {levels[-1]:,} after the last")
    print(f"files and sockets open: {report.descriptors[0]} after the first looks, {report.descriptors[-1]} in the end")
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(report.figures(board.name), indent=1) + "\n", encoding="utf-8")
    print("Written:", RESULT.relative_to(ROOT))
    print("Drawn:", draw(report, board.name, PICTURE).relative_to(ROOT))
    if problems := report.problems():
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main()
