"""The pictures that the README shows, drawn from the tables."""

from collections.abc import Iterable
from pathlib import Path

from host_tests.bench.rows import Table

__all__ = ["draw"]

OURS, OTHERS, LIMIT = "#1b7f79", "#b9b4a7", "#d98e04"
KB = 1024


def draw(tables: Iterable[Table], folder: Path) -> list[Path]:
    """Draw every picture as SVG.

    :param tables: all that was measured
    :param folder: made if need be
    :return: the files
    """
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams |= {
        "svg.hashsalt": "micropop",  # the same figures give the same file
        "svg.fonttype": "none",  # text stays text: small files that can be searched
        "font.family": "sans-serif",
        "font.size": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
    }
    found = {table.name: {row.what: row.value for row in table.rows if row.value is not None} for table in tables}
    folder.mkdir(parents=True, exist_ok=True)
    pictures = {"memory": _memory, "throughput": _throughput, "slow_link": _slow_link, "growth": _growth}
    return [_saved(picture(found), folder / f"{name}.svg") for name, picture in pictures.items()]


def _saved(figure, path: Path) -> Path:
    import matplotlib.pyplot as plt

    figure.savefig(path, format="svg", bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)
    path.write_text("\n".join(line.rstrip() for line in path.read_text().splitlines()) + "\n")
    return path


def _bars(axes, title: str, unit: str, values: dict[str, float], *, ours: str = "micropop", limit: str = " + find"):
    """Horizontal bars, the first on top, with their figures; ours, and the limit, in colours of their own."""
    names = list(values)[::-1]
    colours = [OURS if ours in name else LIMIT if limit in name else OTHERS for name in names]
    bars = axes.barh(names, [values[name] for name in names], color=colours)
    axes.bar_label(bars, fmt=_figure, padding=3)
    axes.set_title(title, loc="left", fontsize=11)
    axes.set_xlabel(unit)
    axes.margins(x=0.12)


def _figure(value: float) -> str:
    if value < 0.01:
        return "less than 0.01"
    return f"{value:,.3g}" if value < 100 else f"{value:,.0f}"


def _memory(found: dict):
    import matplotlib.pyplot as plt

    figure, (ram, pc) = plt.subplots(2, 1, figsize=(8, 5.5), height_ratios=(5, 4), layout="constrained")
    netx = found["netx"]
    values = {
        f"micropop: smallest heap, {what.removeprefix('a ')}": kilobytes
        for what, kilobytes in found["smallest_heap"].items()
    }
    for pool in ("5,000", "14,600"):
        octets = netx[f"its demo's whole RAM, pool of {pool} bytes"]
        values[f"NetX POP3 Client in C, pool of {pool} bytes"] = octets / KB
    _bars(ram, "RAM of a program that fetches mail", "KB", values)
    peaks = {what: found["pythons"][f"10 MB: {what}"] / KB / KB for what in ("micropop", "poplib", "poplib + email")}
    _bars(pc, "On a PC: peak of Python's memory for a mail of 10 MB", "MB", peaks)
    return figure


def _throughput(found: dict):
    import matplotlib.pyplot as plt

    large = found["large"]
    vm = next(what.split(",")[0] + ", 32 bit" for what in large if ", 32 bit, 512" in what)
    figure, (board, pc) = plt.subplots(2, 1, figsize=(8, 6.5), height_ratios=(6, 6), layout="constrained")
    values = {}
    for payload in (512, 1460, 4096):
        values[f"micropop, {payload}"] = large[f"{vm}, {payload}: micropop"]
        values[f"poll + readinto + find, {payload}"] = large[f"{vm}, {payload}: poll + readinto + find"]
    values["a readline loop"] = large[f"{vm}: a readline loop"]
    _bars(board, "One mail of 50 MB, 32-bit MicroPython", "MB/s", values)
    cpython = ("CPython, 4096: micropop", "CPython, 4096: poll + readinto + find", "CPython: poplib")
    values = {name: large[name] for name in (*cpython, "curl", "mpop, in turn") if name in large}
    _bars(pc, "The same on CPython, and C programs", "MB/s", values)
    return figure


def _slow_link(found: dict):
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(8, 3.2), layout="constrained")
    seconds = {what: value for what, value in found["slow_link"].items() if "÷" not in what}
    _bars(axes, "Many small mails, 50 ms each way, 1 Mbit/s", "seconds", seconds, limit="the least")
    return figure


def _growth(found: dict):
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(1, 2, figsize=(8, 3.6), layout="constrained")
    for axes, kind in zip(panels, ("mails of 1,000 octets", "octets in one mail"), strict=True):
        points = [
            (int(what.split(" ")[0].replace(",", "")), what.rsplit(": ", 1)[1], value)
            for what, value in found["growth"].items()
            if f" {kind}: " in what and what[0].isdigit()
        ]
        time = [(amount, value) for amount, what, value in points if what == "time"]
        heap = [(amount, value / KB) for amount, what, value in points if what == "heap"]
        axes.loglog(*zip(*time, strict=True), marker="o", color=OURS)
        axes.set_xlabel(kind)
        axes.set_ylabel("ms", color=OURS)
        right = axes.twinx()
        right.semilogx(*zip(*heap, strict=True), marker="s", color=LIMIT)
        right.set_ylim(0, 2 * max(value for _, value in heap))
        right.set_ylabel("heap in use, KB", color=LIMIT)
        right.spines["right"].set_visible(True)
    figure.suptitle("Time grows in a straight line, heap does not grow", x=0.02, ha="left", fontsize=11)
    return figure
