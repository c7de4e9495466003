"""What the library's code says of errors: each ``problem(…)`` and ``broken(…)`` in it, checked against the tables of
texts."""

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from micropop import errors
from micropop.errors import situations

from boards.tools.paths import ROOT

LIBRARY = ROOT / "lib" / "micropop"

# situations that stand for others, which they lead to: how many details they take, and to which they lead
LEADING = {
    "reply": (3, ("line",)),
    "line": (2, ()),
    "state": (2, ("closed", "over", "login first", "logged in")),
    "number": (2, ("no mail", "index")),
    "os": (1, ("os timeout", "lost")),
}

# who passes on a situation that a transport found, with what it raised as the one detail
PASSING_ON = {"errors/problems.py", "transport/circuitpython.py"}


@dataclass(frozen=True)
class Call:
    """A call of ``problem``: where it is, the situations that it may name, and how many details it gives."""

    where: str
    situations: tuple[str, ...]
    details: int


class Unreadable(Exception):
    """A call whose situation, or number of details, cannot be told by reading it."""


def calls(source: str, name: str) -> Iterator[Call]:
    """The calls of ``problem`` in the source text of the file ``name``. Raises Unreadable."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and {"problem", "broken"} & {
            getattr(node.func, "id", None),
            getattr(node.func, "attr", None),
        }:
            where = f"{name}:{node.lineno}"
            if name == "session/__init__.py" and ast.unparse(node) == "problem(name, *details)":
                continue  # broken() itself, whose callers are read
            if node.keywords or not node.args or any(isinstance(arg, ast.Starred) for arg in node.args):
                raise Unreadable(where)
            passed_on = name in PASSING_ON and isinstance(node.args[0], ast.Name)
            named = tuple(found_by_transports()) if passed_on else tuple(literals(node.args[0], where))
            yield Call(where, named, len(node.args) - 1)


def literals(node: ast.expr, where: str) -> Iterator[str]:
    # a text, or one of several by a condition
    if isinstance(node, ast.IfExp):
        yield from literals(node.body, where)
        yield from literals(node.orelse, where)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    else:
        raise Unreadable(where)


def found_by_transports() -> Iterator[str]:
    """The situations that ``tls_errors.explain()`` returns, and the one that ``problems.explain()`` adds."""
    source = (LIBRARY / "transport" / "tls_errors.py").read_text()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Constant) and node.value.value is not None:
            yield node.value.value
    tls_errors = importlib.import_module("micropop.transport.tls_errors")
    yield from (situation for situation, _ in tls_errors._SAYS)
    yield "os"


def in_the_library() -> Iterator[Call]:
    for path in sorted(LIBRARY.rglob("*.py")):
        yield from calls(path.read_text(), path.relative_to(LIBRARY).as_posix())


def known() -> dict[str, tuple[str, type[errors.Error], str]]:
    """The situations that have words: the module of each, its exception, its words. Raises KeyError, AttributeError
    where these are not there."""
    found = {}
    for row in situations.KINDS:
        part, kind, *named = row.rstrip(":").split(":")
        texts = importlib.import_module(f"micropop.errors.advice.{part}").TEXTS
        for situation in named:
            assert situation not in found, f"{situation!r} is there twice"
            found[situation] = part, getattr(errors, kind), texts[situation]
    return found


def texts() -> dict[str, str]:
    """All words, by their situation."""
    found: dict[str, str] = {}
    for path in sorted((LIBRARY / "errors" / "advice").glob("[!_]*.py")):
        module = importlib.import_module(f"micropop.errors.advice.{path.stem}")
        assert not found.keys() & module.TEXTS.keys(), f"texts that are elsewhere too in {path.name}"
        found |= module.TEXTS
    return found


def fields(text: str) -> int:
    """How many details a text takes."""
    return len(re.findall(r"%[sdr]", text))


def complaints(found: list[Call]) -> list[str]:
    """What is wrong with calls: situations that there are not, and details that do not fit the words."""
    words = known()
    said = []
    for call in found:
        for situation in call.situations:
            if situation in LEADING:
                takes = LEADING[situation][0]
            elif situation in words:
                takes = fields(words[situation][2])
            else:
                said.append(f"{call.where}: no situation {situation!r}")
                continue
            if takes != call.details:
                said.append(f"{call.where}: {situation!r} takes {takes} details, not {call.details}")
    return said


def never_used(found: list[Call]) -> set[str]:
    """Situations that have words and that nobody names."""
    named = {situation for call in found for situation in call.situations}
    led_to = {situation for leading in named & LEADING.keys() for situation in LEADING[leading][1]}
    return known().keys() - named - led_to
