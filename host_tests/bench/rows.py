"""What was measured, as a table for people and as JSON."""

import json
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path

__all__ = ["Row", "Table", "number", "read", "text_of", "write"]


@dataclass(frozen=True)
class Row:
    """One figure.

    :ivar what: what was measured
    :ivar value: the figure, or None where it could not be measured
    :ivar unit: of the value
    :ivar target: what it should be at the most (``least`` False) or at the least (``least`` True), or None
    :ivar note: whatever else is to be said
    """

    what: str
    value: float | None
    unit: str = ""
    target: float | None = None
    least: bool = False
    note: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; None where there is none, or no figure."""
        if self.target is None or self.value is None:
            return None
        return self.value >= self.target if self.least else self.value <= self.target


@dataclass
class Table:
    """Rows that belong together.

    :ivar name: one word, for the JSON
    :ivar title: a line for people
    """

    name: str
    title: str
    rows: list[Row] = field(default_factory=list)

    def add(self, what: str, value: float | None, unit: str = "", **others: object) -> float | None:
        """Append a Row, and return its value."""
        self.rows.append(Row(what, value, unit, **others))
        return value

    def missing(self, what: str, reason: object) -> None:
        """Append a row for what is not here."""
        self.rows.append(Row(what, None, note=f"not here: {reason}"))


def text_of(table: Table) -> str:
    """The table as lines of text, columns aligned."""
    lines = [("", "measured", "target", "")]
    for row in table.rows:
        value = "-" if row.value is None else f"{number(row.value)} {row.unit}".strip()
        target = "" if row.target is None else f"{'≥' if row.least else '≤'} {number(row.target)}"
        verdict = {None: "", True: "ok", False: "MISSED"}[row.reached]
        lines.append((row.what, value, target, f"{verdict}  {row.note}".strip()))
    widths = [max(len(line[i]) for line in lines) for i in range(3)]
    text = [f"  {a:{widths[0]}}  {b:>{widths[1]}}  {c:>{widths[2]}}  {d}".rstrip() for a, b, c, d in lines]
    return "\n".join([table.title, *text])


def write(path: Path, tables: Iterable[Table]) -> None:
    """Write all that was measured as JSON."""
    found = {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {platform.system()}, CPython {platform.python_version()}",
        "tables": [
            {"name": t.name, "title": t.title, "rows": [asdict(row) | {"reached": row.reached} for row in t.rows]}
            for t in tables
        ],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


def read(path: Path) -> list[Table]:
    """The tables of a file that ``write`` made; none if there is no such file."""
    if not path.exists():
        return []
    names = [field.name for field in fields(Row)]
    return [
        Table(table["name"], table["title"], [Row(**{name: row[name] for name in names}) for row in table["rows"]])
        for table in json.loads(path.read_text())["tables"]
    ]


def number(value: float) -> str:
    """A figure as people read it: thousands apart, no more digits than tell something."""
    if isinstance(value, int) or value >= 1000 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.2f}" if value < 100 else f"{value:.1f}"
