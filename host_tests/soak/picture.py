"""The picture of the heap over time."""

from pathlib import Path

from host_tests.soak.run import Report

COLOURS = {
    "Wi-Fi hangs": "#d98e04",
    "Wi-Fi resets": "#c0392b",
    "server stops": "#6c5ba7",
    "server restarts": "#b9b4a7",
    "mail breaks off": "#8c510a",
    "mail is refused": "#bf812d",
    "LIST is refused": "#35978f",
    "UIDL is refused": "#01665e",
    "login is refused": "#4575b4",
    "QUIT is lost": "#74add1",
    "another client deletes": "#d6604d",
}
KB = 1024


def draw(report: Report, board: str, path: Path) -> Path:
    """Draw it as SVG.

    :param report: what was seen
    :param board: its name, for the title
    :param path: of the file
    """
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams |= {"svg.hashsalt": "micropop", "svg.fonttype": "none", "font.family": "sans-serif"}
    matplotlib.rcParams |= {"axes.spines.top": False, "axes.spines.right": False, "font.size": 10}
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(8, 4.4), layout="constrained")
    top = max(report.free) / KB
    axes.plot([free / KB for free in report.free], color="#1b7f79", linewidth=1)
    for height, (name, colour) in enumerate(COLOURS.items(), 1):
        looks = [look for look, event in report.events if event == name]
        axes.scatter(looks, [-height * top / 20] * len(looks), s=6, color=colour, label=name, linewidths=0)
    axes.set_ylim(-(len(COLOURS) + 1) * top / 20, top * 1.05)
    axes.set_yticks([tick for tick in axes.get_yticks() if 0 <= tick <= top * 1.05])
    axes.set_title(f"Heap free after each look for mail: {board}", loc="left", fontsize=11)
    axes.set_xlabel(f"looks for mail; {len(report.arrived):,} mails came, {len(report.failed):,} looks failed")
    axes.set_ylabel("KB")
    figure.legend(loc="outside lower center", ncols=4, frameon=False, fontsize=8, markerscale=3)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, format="svg", bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)
    path.write_text("\n".join(line.rstrip() for line in path.read_text().splitlines()) + "\n")
    return path
