"""Who imports whom, read from the sources: at the top of a file, inside functions, and for type checkers alone."""

import ast
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

Graph = dict[str, set[str]]
"""Each file, and the files that it imports, by their paths from the top."""


def graph(top: Path, rooms: Iterable[str], places: Iterable[str] = ()) -> Graph:
    """Read every file in some folders.

    :param top: the folder that paths are given from
    :param rooms: the folders to read
    :param places: folders where any file finds modules, beside the one in which the outermost package of its own lies
    """
    paths = [path for room in rooms for path in sorted((top / room).rglob("*.py"))]
    found = [top / place for place in places]
    return {_name(top, path): {_name(top, it) for it in _imported(path, found)} - {_name(top, path)} for path in paths}


def circle(found: Graph) -> list[str]:
    """The files of a circle of imports, the first one once more at the end; empty if there is none."""
    try:
        TopologicalSorter(found).prepare()
    except CycleError as error:
        return error.args[1][::-1]
    return []


def _name(top: Path, path: Path) -> str:
    return path.relative_to(top).as_posix()


def _imported(path: Path, places: list[Path]) -> Iterator[Path]:
    """The files that a file imports, as far as they lie in its search path."""
    places = [_base(path), *places]
    tree = ast.parse(path.read_bytes())
    nodes = list(ast.walk(tree))
    named = any(_is_import_by_name(node) for node in nodes)
    for node in nodes:
        if isinstance(node, ast.Import):
            wanted = [(alias.name, None) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            wanted = [(_absolute(path, node), alias.name) for alias in node.names]
        elif named and isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value:
            wanted = [(node.value, None)]
        else:
            continue
        for module, name in wanted:
            target = (_file(f"{module}.{name}", places) if name else None) or _file(module, places)
            if target is not None:
                yield target


def _is_import_by_name(node: ast.AST) -> bool:
    """Whether it is ``__import__`` or ``import_module``: modules are named by strings then."""
    name = getattr(node, "id", None) or getattr(node, "attr", None)
    return name in ("__import__", "import_module")


def _base(path: Path) -> Path:
    """The folder that the outermost package of a file lies in; for a file in no package its own."""
    folder = path.parent
    while (folder / "__init__.py").is_file():
        folder = folder.parent
    return folder


def _absolute(path: Path, node: ast.ImportFrom) -> str:
    """The module that ``from … import`` names, without leading dots."""
    if not node.level:
        return node.module or ""
    package = path.parents[node.level - 1].relative_to(_base(path)).parts
    return ".".join([*package, *([node.module] if node.module else [])])


def _file(module: str, places: list[Path]) -> Path | None:
    """The file of a module, in the first of the places that has it."""
    parts = module.split(".")
    if not all(part.isidentifier() for part in parts):
        return None
    for place in places:
        for path in (place.joinpath(*parts, "__init__.py"), place.joinpath(*parts).with_suffix(".py")):
            if path.is_file():
                return path
    return None
