"""`make bench`: measure everything, print the tables, write .private/bench/bench.json."""

import sys

from boards.paths import PRIVATE, ROOT
from boards.unavailable import Unavailable
from host_tests.bench import memory, rows
from host_tests.bench.interpreters import Failed
from host_tests.bench.mailboxes import serving

RESULT = PRIVATE / "bench" / "bench.json"


def main() -> None:
    """Measure, and say where the result lies."""
    tables = []
    with serving() as server:
        for measure in (memory.imports, lambda: memory.session(server), lambda: memory.download(server)):
            table = measure()
            tables.append(table)
            print(rows.text_of(table), end="\n\n", flush=True)
    rows.write(RESULT, tables)
    print("Written:", RESULT.relative_to(ROOT))


if __name__ == "__main__":
    try:
        main()
    except (Failed, Unavailable) as reason:
        sys.exit(f"bench: {reason}")
    except KeyboardInterrupt:
        sys.exit(130)
