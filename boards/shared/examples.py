"""The firmware's examples: what each consists of, and where it lies on a board."""

import ast
from pathlib import Path

from boards.shared.refusal import Refusal


def files(folder: Path, name: str, program: str) -> dict[str, Path]:
    """An example, the modules beside it that it imports, and the files beside it that these name, as "/font.bin".

    :param folder: of the examples
    :param name: of the example, with or without .py
    :param program: what the firmware runs at boot, main.py or code.py; an example with ``on_mail`` is on_mail.py
    :return: files by their path on the board
    :raises Refusal: if there is no such example
    """
    there = {it.stem: it for it in sorted(folder.glob("*.py")) if _is_program(it)}
    path = there.get(name.removesuffix(".py"))
    if path is None:
        raise Refusal(f"EXAMPLE={name} is unknown; there are: {', '.join(there)}")
    target = "on_mail.py" if _defines(path, "on_mail") else program
    modules = _imported(path, {path})
    data = {it.name: it for module in [path, *modules] for it in _named(module)}
    return data | {it.name: it for it in modules} | {target: path}


def _imported(path: Path, known: set[Path]) -> list[Path]:
    """The files beside a file that it imports, and that these import."""
    found = []
    for node in ast.walk(ast.parse(path.read_bytes())):
        names = [it.name for it in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            beside = path.with_name(f"{name.split('.')[0]}.py")
            if beside.is_file() and beside not in known:
                known.add(beside)
                found += [beside, *_imported(beside, known)]
    return found


def _named(path: Path) -> list[Path]:
    """The files beside a module that it names as files at a board's top."""
    texts = [it.value for it in ast.walk(ast.parse(path.read_bytes())) if isinstance(it, ast.Constant)]
    names = [it[1:] for it in texts if isinstance(it, str) and it.startswith("/") and it.count("/") == 1]
    return [path.with_name(name) for name in names if name and path.with_name(name).is_file()]


def _is_program(path: Path) -> bool:
    """Whether the watcher calls it, or it does something by itself: a module that others import only defines."""
    body = ast.parse(path.read_bytes()).body
    calls = (it for it in body if isinstance(it, ast.Expr) and isinstance(it.value, ast.Call))
    return _defines(path, "on_mail") or any(calls)


def _defines(path: Path, name: str) -> bool:
    return any(isinstance(it, ast.FunctionDef) and it.name == name for it in ast.parse(path.read_bytes()).body)
