"""`make docs`: the library's reference and the READMEs of the rooms as web pages, in .private/docs.

What is public has a type stub beside its module. pdoc gets the stubs, with the docstrings of the modules put into them:
so every signature shows its types, and nothing of a board's platform is needed. The READMEs become pages beside them.
"""

import ast
import importlib
import inspect
import re
import shutil
import sys
import tempfile
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pdoc
import pdoc.doc
import pdoc.render
import pdoc.render_helpers
from markupsafe import Markup

from boards.tools.paths import LIB, PRIVATE, ROOT, keep_private
from host_tests.project import stubs

FOLDER = PRIVATE / "docs"
TEMPLATES = Path(__file__).with_name("pages")
INNER = ("micropop.session",)  # what stubs lean on, and no program of a user's
OF_ALL_OBJECTS = re.compile(r"<p>Initialize self\.[^<]*</p>")
SHARED = "Commands"
LINK = re.compile(r"(?<=\]\()(?!\w+:|#)([^)#\s]+)")
IMAGE = re.compile(r'(?<=src=")(?!\w+:)([^"]+)')


def make(folder: Path = FOLDER) -> Path:
    """Write all pages.

    :param folder: emptied before
    :return: the first page
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rooms = [ROOT / "README.md", *sorted(ROOT.glob("*/README.md"))]
    rooms += [ROOT / name for name in ("CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")]
    pdoc.render.configure(docformat="markdown", show_source=False, template_directory=TEMPLATES, footer_text="micropop")
    with tempfile.TemporaryDirectory() as place, _documented(Path(place)) as names:
        modules = {name: pdoc.doc.Module(importlib.import_module(name)) for name in names}
        for name, module in modules.items():
            path = folder / f"{name.replace('.', '/')}.html"
            path.parent.mkdir(parents=True, exist_ok=True)
            page = OF_ALL_OBJECTS.sub("", pdoc.render.html_module(module, modules))
            path.write_text(page, encoding="utf-8")
        (folder / "search.js").write_text(pdoc.render.search_index(modules), encoding="utf-8")
        for room in rooms:
            _room(room, rooms, folder)
    return folder / "index.html"


# -- the reference


@contextmanager
def _documented(place: Path) -> Iterator[list[str]]:
    """Let the package be its stubs, with docstrings, for a while; gives the names of the public modules."""
    names = sorted(name for name in stubs.names(LIB, ".pyi") if not name.startswith(INNER))
    for path in LIB.rglob("*.pyi"):
        module = importlib.import_module(stubs.name(path, LIB))
        target = place / path.relative_to(LIB).with_suffix(".py")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(told(path.read_text(encoding="utf-8"), module), encoding="utf-8")
    real = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "micropop"}
    before = sys.path[:]
    sys.path[:] = [str(place), *(it for it in before if Path(it).resolve() != LIB)]  # pdoc would find the stubs there
    importlib.invalidate_caches()
    try:
        yield names
    finally:
        sys.path[:] = before
        for name in [name for name in sys.modules if name.split(".")[0] == "micropop"]:
            del sys.modules[name]
        sys.modules.update(real)


def told(stub: str, module: types.ModuleType) -> str:
    """A stub's text as that of a module, with the docstrings of the real one.

    :param stub: the text of a .pyi file
    :param module: what it is the stub of
    """
    tree = ast.parse(stub)
    _tell(tree, module)
    _merge(tree)
    _defer_imports(tree)
    exported = [it.asname for node in tree.body if isinstance(node, ast.ImportFrom) for it in node.names if it.asname]
    here = [node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)]
    here += [ast.unparse(node.target) for node in tree.body if isinstance(node, ast.AnnAssign)]
    shown = [name for name in [*here, *exported] if not isinstance(getattr(module, name, None), types.ModuleType)]
    shown = [name for name in shown if not name.startswith("_") and _is_documented(module, name)]
    start = 1 if ast.get_docstring(tree) is not None else 0
    tree.body.insert(start, ast.parse("from __future__ import annotations").body[0])
    tree.body.append(ast.parse(f"__all__ = {shown!r}").body[0])
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _defer_imports(tree: ast.Module) -> None:
    """Import for types only what only types need: stubs may import one another in a circle, modules may not."""
    bases = {it.id for node in tree.body if isinstance(node, ast.ClassDef) for it in node.bases if hasattr(it, "id")}
    deferred = []
    for node in [it for it in tree.body if isinstance(it, ast.ImportFrom) and it.level]:
        later = [it for it in node.names if not it.asname and it.name not in bases]
        node.names = [it for it in node.names if it not in later]
        if later:
            deferred.append(ast.ImportFrom(node.module, later, node.level))
        if not node.names:
            tree.body.remove(node)
    if deferred:
        tree.body[1:1] = ast.parse("from typing import TYPE_CHECKING\nif TYPE_CHECKING: pass").body
        tree.body[2].body = deferred


def _tell(node: ast.AST, real: object) -> None:
    """Put the docstrings of a module or class, and of all in it, into its stub."""
    for child in node.body:
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            _tell(child, getattr(real, child.name, None))
    text = _docstring(real)
    if text:
        node.body.insert(0, ast.Expr(ast.Constant(_markdown(text))))


def _docstring(real: object) -> str:
    """A thing's own docstring, or that of what it overrides; not what all objects have."""
    text = real.__doc__ if isinstance(real, type) else inspect.getdoc(real)
    if not text or getattr(real, "__objclass__", None) is object or text == inspect.getdoc(type(real)):
        return ""
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(it for it in paragraphs if "``_" not in it)  # those tell who changes the library


def _markdown(text: str) -> str:
    """A docstring with its fields as a list; the types of parameters stand in the signature."""
    text = re.sub(r"::$", ":", text, flags=re.M)
    text = re.sub(r"^:param (?:[^:\n]+ )?(\w+): *", r"- **\1**: ", text, flags=re.M)
    text = re.sub(r"^:returns?(?: ([\w.]+))?: *", _returned, text, flags=re.M)
    text = re.sub(r"^:raises ([^:]+): *", r"- raises \1: ", text, flags=re.M)
    text = re.sub(r"^:ivar (\w+): *", r"- **\1**: ", text, flags=re.M)
    text = re.sub(r"(?<=\S)\n(?=Raises )", "\n\n", text)
    return re.sub(r"(?<!\n)\n(?=- )", "\n\n", text, count=1)


def _returned(found: re.Match[str]) -> str:
    return f"- returns {found[1]}: " if found[1] else "- returns "


def _merge(tree: ast.Module) -> None:
    """Give the client the commands that it has of its base, which no program names."""
    found = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    if SHARED not in found:
        return
    shared = found[SHARED]
    tree.body.remove(shared)
    for node in found.values():
        if any(isinstance(it, ast.Name) and it.id == SHARED for it in node.bases):
            node.bases = []
            have = {it.name for it in node.body if hasattr(it, "name")}
            more = [it for it in shared.body if getattr(it, "name", "") not in have and not _is_text(it)]
            told = [it.value.value for it in (*node.body[:1], shared.body[0]) if _is_text(it)]
            node.body = [ast.Expr(ast.Constant("\n\n".join(told))), *more, *node.body[1:]]


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_documented(module: types.ModuleType, name: str) -> bool:
    """Whether a name is for users: one without a docstring is what only the modules share."""
    thing = getattr(module, name, None)
    return not callable(thing) or bool(thing.__doc__)


# -- the READMEs


def _room(path: Path, rooms: list[Path], folder: Path) -> None:
    """Write a README as a page, and what it shows beside it."""
    target = _page(path, rooms, folder)
    up = "../" * len(target.relative_to(folder).parts[:-1])

    def led(found: re.Match[str]) -> str:
        return _link(path.parent / found[1], rooms, folder, up)

    text = LINK.sub(led, path.read_text(encoding="utf-8"))
    body = pdoc.render_helpers.to_html(IMAGE.sub(led, text))
    pages = [(it.relative_to(ROOT).as_posix(), _page(it, rooms, folder)) for it in rooms]
    page = pdoc.render.env.get_template("room.html.jinja2").render(
        title=re.search(r"^# (.*)", text)[1],
        body=Markup(body),
        contents=Markup(body.toc_html or ""),
        pages=[(name.removesuffix("/README.md"), up + it.relative_to(folder).as_posix()) for name, it in pages],
        reference=up + "micropop.html",
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page, encoding="utf-8")


def _page(path: Path, rooms: list[Path], folder: Path) -> Path:
    """Where the page of a README is."""
    if path == rooms[0]:
        return folder / "index.html"
    return (folder / path.relative_to(ROOT)).with_suffix(".html")


def _link(path: Path, rooms: list[Path], folder: Path, up: str) -> str:
    """Where a link to a file of the project leads: to its page, or to a copy of the file."""
    path = path.resolve()
    if path.is_dir():
        path /= "README.md" if (path / "README.md").exists() else ""
    if path in rooms:
        return up + _page(path, rooms, folder).relative_to(folder).as_posix()
    inside = path.relative_to(ROOT)
    target = folder / inside
    if path.is_dir():
        shutil.copytree(path, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return up + inside.as_posix()


def main() -> None:
    """Write all pages, and say where they are."""
    keep_private()
    sys.path[:0] = [str(LIB)]
    print("Written:", make().relative_to(ROOT))


if __name__ == "__main__":
    main()
