"""What a file asks for that CircuitPython lacks, as far as its text tells.

What is meant for other platforms is passed over: branches that ask ``sys.implementation.name``, what follows a failing
import in a ``try``, and functions and files that have another platform's name in theirs.
"""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from host_tests.circuitpython.names import BUILTINS, MODULES, NEVER_RETURN, NOT_METHODS

OTHERS = {"micropython", "cpython"}
IMPORT_ERRORS = {"ImportError", "Exception", "BaseException"}
SYNTAX = {
    "Match": "match",
    "TryStar": "except*",
    "TypeAlias": "type statements",
    "TemplateStr": "t-strings",
    "AsyncFor": "async for",
    "AsyncWith": "async with",
}


def complaints(path: Path, own: Iterable[str]) -> list[str]:
    """What CircuitPython would not bear in a file, a line for each.

    :param path: the file
    :param own: the modules that lie on the board beside it, with dots
    """
    tree = ast.parse(path.read_text())
    reader = _Reader(path, tree, set(own))
    return [f"{path.name}:{line}: {what}" for line, what in sorted(set(reader.read()))]


class _Reader:
    def __init__(self, path: Path, tree: ast.Module, own: set[str]):
        self._tree, self._own = tree, own
        self._package = path.parent.name
        self._flags: dict[str, bool] = {}  # module-level names that say which platform it is
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                value = self._truth(node.value)
                if value is not None:
                    self._flags[node.targets[0].id] = value

    def read(self) -> Iterator[tuple[int, str]]:
        """Pairs of a line and what is wrong there."""
        self._tree.body = self._live(self._tree.body)
        bound = set(BUILTINS)
        modules: dict[str, str] = {}
        for node in ast.walk(self._tree):
            bound |= _binds(node)
            if isinstance(node, ast.Import):
                for alias in node.names:
                    modules[alias.asname or alias.name.split(".")[0]] = alias.name
        for node in ast.walk(self._tree):
            line = getattr(node, "lineno", 0)
            if isinstance(node, ast.Import):
                for alias in node.names:
                    if not self._has_module(alias.name):
                        yield line, f"there is no module {alias.name}"
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    if not self._has(node, alias.name):
                        yield line, f"there is no {'.' * node.level}{node.module or ''}.{alias.name}"
            elif isinstance(node, ast.Name) and node.id not in bound:
                yield line, f"there is no {node.id}"
            elif isinstance(node, ast.Attribute):
                members = MODULES.get(modules.get(getattr(node.value, "id", ""), ""))
                if members is not None and node.attr not in members:
                    yield line, f"{modules[node.value.id]} has no {node.attr}"
                elif node.attr in NOT_METHODS:
                    yield line, f"not every firmware has the method {node.attr}"
            yield from _syntax(node, line)

    # -- which modules there are

    def _has_module(self, name: str) -> bool:
        return name in MODULES or name in self._own

    def _has(self, node: ast.ImportFrom, name: str) -> bool:
        if node.level:
            return True  # a missing file of our own is noticed by every other test
        if node.module in MODULES:
            members = MODULES[node.module]
            return members is None or name in members
        return node.module in self._own

    # -- what runs on CircuitPython

    def _live(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """The statements that run, those within them likewise."""
        found: list[ast.stmt] = []
        for node in body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and OTHERS & set(node.name.split("_")):
                continue
            if isinstance(node, ast.If):
                truth = self._truth(node.test)
                if truth is not None:
                    found += self._live(node.body if truth else node.orelse)
                    if found and _ends(found[-1]):
                        break
                    continue
            if isinstance(node, ast.Try) and any(_catches_import(handler) for handler in node.handlers):
                if not self._imports(node.body):
                    found += [stmt for handler in node.handlers for stmt in self._live(handler.body)]
                    found += self._live(node.finalbody)
                    continue
                if all(isinstance(each, (ast.Import, ast.ImportFrom)) for each in node.body):
                    found += node.body + self._live(node.orelse + node.finalbody)
                    continue
            for field in ("body", "orelse", "finalbody"):
                inner = getattr(node, field, None)
                if inner:
                    setattr(node, field, self._live(inner) or [ast.Pass()])
            for handler in getattr(node, "handlers", []):
                handler.body = self._live(handler.body) or [ast.Pass()]
            found.append(node)
            if _ends(node):
                break
        return found

    def _imports(self, body: list[ast.stmt]) -> bool:
        """Whether the imports among the statements work."""
        for node in body:
            if isinstance(node, ast.Import) and not all(self._has_module(alias.name) for alias in node.names):
                return False
            if isinstance(node, ast.ImportFrom) and not all(self._has(node, alias.name) for alias in node.names):
                return False
        return True

    def _truth(self, test: ast.expr) -> bool | None:
        """What a condition is on CircuitPython, or None where the text does not tell."""
        if isinstance(test, ast.Name):
            return self._flags.get(test.id)
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            inner = self._truth(test.operand)
            return None if inner is None else not inner
        if isinstance(test, ast.BoolOp):
            known = [self._truth(value) for value in test.values]
            decisive = isinstance(test.op, ast.Or)
            if decisive in known:
                return decisive
            return None if None in known else not decisive
        if isinstance(test, ast.Compare) and ast.unparse(test.left) == "sys.implementation.name":
            other = test.comparators[0]
            if isinstance(other, ast.Constant) and isinstance(test.ops[0], (ast.Eq, ast.NotEq)):
                return (other.value == "circuitpython") == isinstance(test.ops[0], ast.Eq)
        if isinstance(test, ast.Call) and ast.unparse(test.func) == "hasattr" and isinstance(test.args[0], ast.Name):
            members = MODULES.get(test.args[0].id)
            if members is not None and isinstance(test.args[1], ast.Constant):
                return test.args[1].value in members
        return None


def _binds(node: ast.AST) -> set[str]:
    """The names that a node gives to something."""
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Store) else set()
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, ast.arg):
        return {node.arg}
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.ExceptHandler) and node.name:
        return {node.name}
    return set()


def _ends(node: ast.stmt) -> bool:
    """Whether nothing behind a statement runs."""
    if isinstance(node, (ast.Return, ast.Raise, ast.Continue, ast.Break)):
        return True
    call = getattr(node, "value", None)
    return isinstance(node, ast.Expr) and isinstance(call, ast.Call) and getattr(call.func, "attr", "") in NEVER_RETURN


def _catches_import(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(each, ast.Name) and each.id in IMPORT_ERRORS for each in caught)


def _syntax(node: ast.AST, line: int) -> Iterator[tuple[int, str]]:
    """What the compiler on a board does not know."""
    name = type(node).__name__
    if name in SYNTAX:
        yield line, f"there is no {SYNTAX[name]}"
    elif isinstance(node, ast.arguments) and node.posonlyargs:
        yield node.posonlyargs[0].lineno, "there are no positional-only parameters"
    elif isinstance(node, ast.Delete):
        for target in node.targets:
            if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Slice):
                yield line, "slices cannot be deleted"
    elif isinstance(node, ast.ClassDef) and node.keywords:
        yield line, "classes take no keywords"
    elif (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Mod)
        and isinstance(node.left, ast.Constant)
        and isinstance(node.left.value, bytes)
        and b"%b" in node.left.value
    ):
        yield line, "there is no %b"
