"""The library for others to install: lists of files for mip, compiled files for mip, a wheel for pip.

``python -m boards.commands.package`` writes the lists anew from the modules that there are: package.json has what every
program needs, lib/store.json and the others each a further part, for a small flash holds them not all. ``make package``
does so, and then puts what a release has into .private/package/: wheel and sdist, and in mip/ the compiled modules with
lists of their own.
"""

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

from boards.shared import payload
from boards.shared.payload import Sources
from boards.shared.refusal import Refusal
from boards.tools import mpy
from boards.tools.paths import LIB, PRIVATE, ROOT
from boards.tools.unavailable import Unavailable

FOLDER = PRIVATE / "package"
CORE = "package"
PARTS = {
    "store": ("micropop/store/",),
    "mime": ("micropop/mime/",),
    "aio": ("micropop/aio/",),
    "oauth": ("micropop/oauth/",),
    "poplib": ("micropop/poplib.", "micropop/session/raw."),
    "netx": ("micropop/netx.",),
}
"""What is installed apart, by the list's name: how its files' paths begin."""


def version() -> str:
    """The version of the project."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def modules() -> dict[str, Path]:
    """The library's modules that MicroPython runs, by their path in the board's /lib: mip is MicroPython's."""
    found = payload.modules("micropython", Sources(), everything=True)
    return {target: path for target, path in found.items() if path.is_relative_to(LIB)}


def parts(targets: Iterable[str]) -> dict[str, list[str]]:
    """The lists for mip by name, ``CORE`` first, and what is in them.

    :param targets: the files' paths in the board's /lib
    """
    found: dict[str, list[str]] = {CORE: [], **{name: [] for name in PARTS}}
    for target in targets:
        found[next((name for name, starts in PARTS.items() if target.startswith(starts)), CORE)].append(target)
    return found


def listing(targets: Iterable[str], folder: str = "") -> str:
    """A package.json for mip.

    :param targets: the files' paths in the board's /lib
    :param folder: where they lie, relative to package.json
    """
    urls = [[target, folder + target] for target in targets]
    return json.dumps({"urls": urls, "deps": [], "version": version()}, indent=2) + "\n"


def sources() -> dict[Path, str]:
    """The lists that install the sources, and what is in them: package.json at the top, the others in lib/."""
    found = {}
    for name, targets in parts(modules()).items():
        top = name == CORE
        found[(ROOT if top else LIB) / f"{name}.json"] = listing(targets, "lib/" if top else "")
    return found


def compile_into(folder: Path) -> Path:
    """Put the compiled modules and their lists into a folder, which is made anew.

    :return: the folder
    :raises mpy.CompileError, mpy.Unavailable: see ``mpy.compile_tree``
    """
    shutil.rmtree(folder, ignore_errors=True)
    tree = mpy.compile_tree(LIB, PRIVATE / "mpy" / "package", optimise=payload.OPTIMISE)
    targets = [target.removesuffix(".py") + ".mpy" for target in modules()]
    for target in targets:
        place = folder / target
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(tree / target, place)
    for name, part in parts(targets).items():
        (folder / f"{name}.json").write_text(listing(part), encoding="utf-8")
    return folder


def build(folder: Path) -> list[Path]:
    """Build sdist and wheel into a folder.

    :return: the two files, the sdist first
    :raises Refusal: if that does not work, in one line
    """
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder.resolve())]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refusal(f"hatchling: {(done.stderr + done.stdout).strip().splitlines()[-1]}")
    return [folder / f"micropop-{version()}.tar.gz", folder / f"micropop-{version()}-py3-none-any.whl"]


def main() -> None:
    """Write the lists; with ``--release`` also what a release has."""
    for path, text in sources().items():
        path.write_text(text, encoding="utf-8")
        print("wrote", path.relative_to(ROOT))
    if "--release" in sys.argv[1:]:
        shutil.rmtree(FOLDER, ignore_errors=True)
        try:
            for path in [*build(FOLDER), compile_into(FOLDER / "mip")]:
                print("built", path.relative_to(ROOT))
        except (Refusal, Unavailable, mpy.CompileError) as reason:
            sys.exit(f"package: {reason}")


if __name__ == "__main__":
    main()
