"""`make readme`: put what was measured, and what `make sim` shows, into the READMEs.

A README has places between ``<!-- NAME: made by make readme -->`` and ``<!-- end -->``. What stands there comes from
``host_tests/bench/results/``: ``bench.json`` of `make bench`, ``soak.json`` of `make soak`, and ``sim.txt``, the
transcript of a run of `make sim`, which this command renews. A test compares the READMEs with these files.

SIM=0 leaves the transcript as it is.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from boards.tools.paths import ROOT
from host_tests.bench import rows
from host_tests.project import picture

RESULTS = ROOT / "host_tests" / "bench" / "results"
TRANSCRIPT = RESULTS / "sim.txt"
PICTURE = ROOT / "host_tests" / "bench" / "plots" / "sim.svg"
PAGES = (ROOT / "README.md", ROOT / "host_tests" / "README.md")
PLACE = re.compile(r"(<!-- ([\w-]+): made by make readme -->\n).*?(<!-- end -->)", re.S)
SHOWN = 2  # mails of many that the transcript shows at either end


class Missing(Exception):
    """A figure that a README shows was not measured."""


class Results:
    """What lies in the folder of results.

    :ivar transcript: what `make sim` printed
    :ivar soak: the figures of `make soak`, by name
    """

    def __init__(self, folder: Path = RESULTS):
        self._tables = {table.name: table for table in rows.read(folder / "bench.json")}
        self.transcript = (folder / TRANSCRIPT.name).read_text(encoding="utf-8")
        self.soak = json.loads((folder / "soak.json").read_text(encoding="utf-8"))

    def row(self, table: str, start: str) -> rows.Row:
        """The row of a table that is called so, or the first whose name begins so. Raises Missing."""
        found = self._tables[table].rows if table in self._tables else []
        named = [row for row in found if row.what == start] or [row for row in found if row.what.startswith(start)]
        if not named:
            raise Missing(f"there is no row {start!r} in table {table!r}: what the READMEs show has another name now")
        return named[0]

    def figure(self, table: str, start: str) -> str:
        """A figure with its unit, or what stands for one that could not be measured."""
        row = self.row(table, start)
        return "–" if row.value is None else f"{rows.number(row.value)} {row.unit}".strip()

    def note(self, table: str, start: str) -> str:
        """What else is said of it."""
        return self.row(table, start).note


# -- what stands in the places


def table(*lines: tuple[str, ...]) -> str:
    """A Markdown table; the first line is its head."""
    head, *rest = lines
    return "".join(f"| {' | '.join(line)} |\n" for line in (head, tuple("---" for _ in head), *rest))


def transcript(results: Results) -> str:
    """`make sim`, without the middle of what repeats itself."""
    return f"```\n$ make sim\n{shortened(results.transcript)}```\n"


def shortened(text: str) -> str:
    """A transcript without the display, which the picture shows, and without the middle of long lists."""
    lines = [line for line in text.splitlines() if not line.startswith(picture.EDGES)]
    found: list[str] = []
    alike: list[str] = []
    for line in [*lines, ""]:
        if "/mail/000" in line and line.startswith(("  2", "/mail/")):
            alike.append(line)
            continue
        if len(alike) > 2 * SHOWN + 1:
            dots = " " * (len(alike[0]) - len(alike[0].lstrip())) + "…"
            alike[SHOWN:-SHOWN] = [dots]
        found += [*alike, line]
        alike = []
    text = re.sub(r"<\S+@vm>", "<…>", "\n".join(found).rstrip() + "\n")
    return re.sub(r"^(methods|capabilities)( +)(.{60}\S*) .*$", r"\1\2\3 …", text, flags=re.M)


def costs(results: Results) -> str:
    """What a maker wants to know."""
    figure = results.figure
    return table(
        ("on a board with 32-bit MicroPython", "measured"),
        ("heap that `import micropop` takes", figure("imports", "import micropop")),
        ("… from ROMFS, where code stays in flash", figure("imports", "import micropop from ROMFS")),
        ("an open session, beyond its 2 × 512 bytes", figure("session", "open session, pool of 2 × 512")),
        ("taken per packet while a mail comes", figure("session", "allocated per packet of 512")),
        ("smallest heap for a mail of 10 MB", figure("smallest_heap", "a mail of 10 MB, APOP, an ordinary program")),
        ("one look for mail, without the handshakes", f"{figure('round_trips', 'PLAIN')} round trips"),
    )


def memory(results: Results) -> str:
    """Heaps, beside what NetX takes and what PCs take."""
    figure = results.figure
    heaps = [("smallest heap of a program: 2 × 512, 32-bit MicroPython", "heap")]
    for octets in ("1 KB", "1 MB", "10 MB"):
        start = f"a mail of {octets}, APOP, garbage"
        heaps.append((f"a mail of {octets}, APOP, `gc.collect()` between the steps", figure("smallest_heap", start)))
    program = "an ordinary program"
    for how in (f"APOP, {program}", f"a method of the client's choice, {program}", f"APOP, {program}, ROMFS"):
        start = f"a mail of 10 MB, {how}"
        heaps.append((start, figure("smallest_heap", start)))
    netx = [("NetX POP3 Client in C, 32-bit ARM, for comparison", "bytes")]
    for what in ("code of the client (flash)", "code of MD5 (flash)", "code of the packet services (flash)"):
        netx.append((what, figure("netx", what)))
    for pool in ("14,600", "5,000"):
        netx.append((f"its demo's RAM, pool of {pool} bytes", figure("netx", f"its demo's whole RAM, pool of {pool}")))
    pcs = [("a PC: peak of Python's memory", "micropop", "poplib", "poplib + email")]
    for octets in ("1 KB", "1 MB", "10 MB"):
        pcs.append((octets, *(figure("pythons", f"{octets}: {what}") for what in pcs[0][1:])))
    return "\n".join(table(*lines) for lines in (heaps, netx, pcs))


def speed(results: Results) -> str:
    """Throughput, beside what is possible and what others do."""
    figure = results.figure
    vm = "MicroPython, 32 bit"
    large = [("one mail of 50 MB, loopback", "payload 512", "payload 1460")]
    for what in ("poll + readinto + find", "micropop", "micropop ÷ (poll + readinto + find)"):
        name = what.replace("micropop ÷ (poll + readinto + find)", "micropop ÷ that loop")
        large.append((f"32-bit VM: {name}", *(figure("large", f"{vm}, {it}: {what}") for it in (512, 1460))))
    loop = figure("large", f"{vm}: a readline loop")
    large.append(("32-bit VM: a `readline` loop, as people write it", loop, loop))
    ratio = figure("large", "CPython, 4096: micropop ÷ poplib")
    return table(*large) + f"\nOn CPython with payload 4096: {ratio} times as fast as poplib.\n"


def slow_link(results: Results) -> str:
    """Many mails through a slow line."""
    lines = [("2,000 mails of 1,000 octets, 50 ms each way, 1 Mbit/s", "time", "what it waits for")]
    names = ("micropop, 32 bit, pipelined", "mpop, pipelined", "micropop, 32 bit, in turn", "poplib", "curl")
    for name in (*names, "mpop, in turn", "the least: all octets at full rate"):
        lines.append((name, results.figure("slow_link", name), results.note("slow_link", name)))
    return table(*lines)


def soak(results: Results) -> str:
    """What `make soak` saw."""
    seen = {what: rows.number(value) if not isinstance(value, str) else value for what, value in results.soak.items()}
    return table(("`make soak`", "seen"), *((what, shown) for what, shown in seen.items()))


MAKERS: dict[str, Callable[[Results], str]] = {
    "transcript": transcript,
    "costs": costs,
    "memory": memory,
    "speed": speed,
    "slow-link": slow_link,
    "soak": soak,
}


def renewed(text: str, results: Results) -> str:
    """The text of a README with everything that is made as it is to be. Raises Missing."""
    return PLACE.sub(lambda found: f"{found[1]}\n{MAKERS[found[2]](results)}\n{found[3]}", text)


def simulate() -> str:
    """What `make sim` prints now."""
    environment = {name: value for name, value in os.environ.items() if name not in ("BOARD", "HOST", "OAUTH")}
    environment |= {"COLUMNS": "80"}
    command = [sys.executable, "-m", "host_tests.sim"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"readme: make sim failed: {done.stderr.strip()}")
    return done.stdout


def main() -> None:
    """Renew the transcript, the picture and the READMEs."""
    if os.environ.get("SIM") != "0":
        TRANSCRIPT.write_text(simulate(), encoding="utf-8")
    try:
        results = Results()
        pages = {page: renewed(page.read_text(encoding="utf-8"), results) for page in PAGES}
    except (OSError, Missing) as reason:
        sys.exit(f"readme: {reason}: make bench, make soak and make readme make what is shown")
    PICTURE.write_text(picture.drawn(results.transcript), encoding="utf-8")
    for page, text in pages.items():
        page.write_text(text, encoding="utf-8")
        print("Renewed:", page.relative_to(ROOT))


if __name__ == "__main__":
    main()
