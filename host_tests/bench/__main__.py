"""`make bench`: measure everything, print the tables, write results/bench.json and the plots.

ONLY=name,name measures just these tables; of the others what was measured before is kept. QUICK=1 sends only a tenth of
the mails through the slow link, and writes to .private/bench alone. `make readme` puts the figures into the READMEs.
"""

import os
import sys
from collections.abc import Callable

from boards.tools.paths import PRIVATE, ROOT
from boards.tools.unavailable import Unavailable
from host_tests.bench import (
    aio,
    faces,
    growth,
    instructions,
    link,
    memory,
    mime,
    plots,
    poll,
    renewal,
    rows,
    throughput,
    watcher,
)
from host_tests.bench.interpreters import Failed
from host_tests.bench.mailboxes import Mailboxes, serving

RESULT = ROOT / "host_tests" / "bench" / "results" / "bench.json"
OF_A_QUICK_RUN = PRIVATE / "bench" / "bench.json"
PLOTS = ROOT / "host_tests" / "bench" / "plots"
THROUGH_THE_LINK = 2000  # mails


def measures(server: Mailboxes, quick: bool) -> dict[str, Callable[[], rows.Table]]:
    """What there is to measure, by the name of its table, in the order in which it is done."""
    return {
        "imports": memory.imports,
        "session": lambda: memory.session(server),
        "smallest_heap": lambda: memory.download(server),
        "poll": poll.measure,
        "watcher": watcher.measure,
        "renewal": renewal.measure,
        "netx": memory.netx,
        "pythons": lambda: memory.pythons(server),
        "round_trips": lambda: link.check(server),
        "large": lambda: throughput.large(server),
        "small": throughput.small,
        "mime": lambda: mime.measure(server),
        "dots": lambda: throughput.dots(server),
        "faces": lambda: faces.measure(server),
        "aio": lambda: aio.measure(server),
        "growth": lambda: growth.measure(server),
        "instructions": instructions.measure,
        "slow_link": lambda: link.slow(server, THROUGH_THE_LINK // (10 if quick else 1)),
    }


def main() -> None:
    """Measure, and say where the result lies."""
    only = [name for name in os.environ.get("ONLY", "").split(",") if name]
    quick = os.environ.get("QUICK", "0") not in ("", "0")
    result = OF_A_QUICK_RUN if quick else RESULT
    tables = {table.name: table for table in rows.read(result)} if only else {}
    with serving() as server:
        chosen = measures(server, quick)
        unknown = set(only) - set(chosen)
        if unknown:
            sys.exit(f"bench: no such table: {', '.join(sorted(unknown))}; there are {', '.join(chosen)}")
        for name in only or chosen:
            tables[name] = chosen[name]()
            print(rows.text_of(tables[name]), end="\n\n", flush=True)
    measured = [tables[name] for name in chosen if name in tables]
    rows.write(result, measured)
    print("Written:", result.relative_to(ROOT))
    if len(measured) == len(chosen):
        for path in plots.draw(measured, result.parent if quick else PLOTS):
            print("Drawn:", path.relative_to(ROOT))


if __name__ == "__main__":
    try:
        main()
    except (Failed, Unavailable) as reason:
        sys.exit(f"bench: {reason}")
    except KeyboardInterrupt:
        sys.exit(130)
