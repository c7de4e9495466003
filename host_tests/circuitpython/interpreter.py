"""CircuitPython's interpreter on CPython: programs see its built-ins and modules, and the board's files, nothing else.

What is CPython's own stays as it is: the methods of built-in types, and the syntax (``portability.py`` reads for both).
"""

import __future__

import builtins
import types
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from host_tests.circuitpython.names import BUILTINS, MODULES
from host_tests.circuitpython.strict import violations

# a board's compiler passes over annotations
FLAGS = __future__.annotations.compiler_flag


class Interpreter:
    """An interpreter with modules of its own.

    :param standing: the firmware's modules by name
    :param library: source files by their path in the board's /lib
    :param find: returns the file of a path on the board, such as "/code.py"
    :param open_file: the board's ``open``

    :ivar modules: what ``sys.modules`` is there: modules that were imported, by name
    """

    def __init__(
        self,
        standing: Mapping[str, Any],
        library: Mapping[str, Path],
        find: Callable[[str], Path],
        open_file: Callable[..., Any],
    ):
        self.modules: dict[str, Any] = {}
        self._standing, self._library, self._find = standing, library, find
        own = {"__import__": self._import, "open": open_file, "hasattr": _hasattr, "getattr": _getattr}
        self._builtins = {name: getattr(builtins, name) for name in BUILTINS if hasattr(builtins, name)} | own

    def run(self, path: str) -> None:
        """Run a program of the board as ``__main__``."""
        self._execute(types.ModuleType("__main__"), self._find(path))

    def _execute(self, module: types.ModuleType, file: Path) -> None:
        module.__dict__["__builtins__"] = self._builtins
        code = compile(file.read_text(), str(file), "exec", flags=FLAGS, dont_inherit=True)
        exec(code, module.__dict__)

    def _import(
        self,
        name: str,
        importer: Mapping[str, Any] | None = None,
        _: object = None,
        wanted: Iterable[str] | None = (),
        level: int = 0,
    ) -> Any:
        """What ``import`` calls."""
        if level:
            assert importer is not None
            package = importer["__name__"].split(".")
            if "__path__" not in importer:
                level += 1
            name = ".".join(package[: len(package) + 1 - level] + ([name] if name else []))
        module = self._load(name)
        for each in wanted or ():
            if isinstance(module, types.ModuleType):
                if each not in module.__dict__ and self._file(f"{name}.{each}"):
                    self._load(f"{name}.{each}")
            elif MODULES[name] is not None and not _hasattr(module, each):
                raise ImportError(f"can't import name {each}")  # which programs may expect
        return module if wanted else self.modules[name.split(".")[0]]

    def _load(self, name: str) -> Any:
        """The module of a name, imported if need be, the packages that it is in likewise."""
        if name in self.modules:
            return self.modules[name]
        package, _, last = name.rpartition(".")
        parent = self._load(package) if package else None
        if name in self._standing:
            module = self._standing[name]
            self.modules[name] = module
        else:
            file = self._file(name)
            if file is None:
                raise ImportError(f"no module named '{name}'")
            module = types.ModuleType(name)
            if file.name == "__init__.py":
                module.__path__ = [str(file.parent)]
            self.modules[name] = module
            try:
                self._execute(module, file)
            except BaseException:
                self.modules.pop(name, None)
                raise
        if parent is not None:
            setattr(parent, last, module)
        return module

    def _file(self, name: str) -> Path | None:
        path = name.replace(".", "/")
        for target in (f"{path}/__init__.py", f"{path}.py"):
            if target in self._library:
                return self._library[target]
        beside = self._find(f"/{path}.py")
        return beside if beside.is_file() else None


def _hasattr(thing: Any, name: str) -> bool:
    """hasattr() that a program may ask without being blamed."""
    before = len(violations)
    found = hasattr(thing, name)
    del violations[before:]
    return found


def _getattr(thing: Any, name: str, *default: Any) -> Any:
    """getattr(), with a default as ``_hasattr``."""
    if default and not _hasattr(thing, name):
        return default[0]
    return getattr(thing, name)
