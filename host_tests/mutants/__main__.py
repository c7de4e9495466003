"""`make mutants`: how many faults the tests notice, by rooms (ROOM=session,aio SAMPLE=67 MINUTES=240 SEED=1).

The faults are a random sample, the same for the same SEED and sources. What survived is in .private/mutants/report.md.
"""

import os
import sys
import time

from host_tests.mutants.rooms import ROOMS
from host_tests.mutants.running import FOLDER, Broken, Outcome, run

SAMPLE = 67  # of each room
MINUTES = 240


def main() -> None:
    """Break each room as often as there is time for, and write the report."""
    names = (os.environ.get("ROOM") or ",".join(ROOMS)).split(",")
    if unknown := [name for name in names if name not in ROOMS]:
        sys.exit(f"mutants: ROOM={unknown[0]}: there are {', '.join(ROOMS)}")
    seed = int(os.environ.get("SEED") or 1)
    most = int(os.environ.get("SAMPLE") or SAMPLE)
    until = time.monotonic() + 60 * float(os.environ.get("MINUTES") or MINUTES)
    FOLDER.mkdir(parents=True, exist_ok=True)
    found: dict[str, Outcome] = {}
    for number, name in enumerate(names):
        share = (until - time.monotonic()) / (len(names) - number)
        print(f"{name} …", flush=True)
        try:
            outcome = run(name, ROOMS[name], seed, most, time.monotonic() + share)
        except Broken as reason:
            sys.exit(f"mutants: the tests of {name} fail as they are:\n{reason}")
        found[name] = outcome
        print(line(name, outcome), flush=True)
        (FOLDER / "report.md").write_text(report(found, seed))
    print("Written to", FOLDER / "report.md")


def line(name: str, found: Outcome) -> str:
    """One room's figures."""
    rate = 100 * found.killed / found.tried if found.tried else 0
    return (
        f"{name}: {found.killed} of {found.tried} noticed, {rate:.1f} %; {found.equivalent} known as equivalent; "
        f"{found.places} places; {found.seconds:.0f} s"
    )


def report(found: dict[str, Outcome], seed: int) -> str:
    """The figures, and each survivor."""
    text = [f"# Faults that the tests noticed\n\nSEED={seed}\n"]
    for name, outcome in found.items():
        text.append(f"\n## {line(name, outcome)}\n")
        text += [f"\n{module}:{at}\n\n    - {old}\n    + {new}\n" for module, at, old, new in outcome.survivors]
    return "".join(text)


if __name__ == "__main__":
    main()
