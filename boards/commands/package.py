"""The library for others to install: package.json for mip, compiled files for mip, a wheel for pip.

``python -m boards.commands.package`` writes package.json anew from the modules that there are. ``make package`` does
so, and then puts what a release has into .private/package/: wheel and sdist, and in mip/ the compiled modules with a
package.json of their own.
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
FILE = ROOT / "package.json"


def version() -> str:
    """The version of the project."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def modules() -> dict[str, Path]:
    """The library's modules that MicroPython runs, by their path in the board's /lib: mip is MicroPython's."""
    found = payload.modules("micropython", Sources(), everything=True)
    return {target: path for target, path in found.items() if path.is_relative_to(LIB)}


def listing(targets: Iterable[str], folder: str = "") -> str:
    """A package.json for mip.

    :param targets: the files' paths in the board's /lib
    :param folder: where they lie, relative to package.json
    """
    urls = [[target, folder + target] for target in targets]
    return json.dumps({"urls": urls, "deps": [], "version": version()}, indent=2) + "\n"


def sources() -> str:
    """The package.json that lies at the top: it installs the sources."""
    return listing(modules(), "lib/")


def compile_into(folder: Path) -> Path:
    """Put the compiled modules and their package.json into a folder, which is made anew.

    :return: that package.json
    :raises mpy.CompileError, mpy.Unavailable: see ``mpy.compile_tree``
    """
    shutil.rmtree(folder, ignore_errors=True)
    tree = mpy.compile_tree(LIB, PRIVATE / "mpy" / "package", optimise=payload.OPTIMISE)
    targets = [target.removesuffix(".py") + ".mpy" for target in modules()]
    for target in targets:
        place = folder / target
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(tree / target, place)
    found = folder / FILE.name
    found.write_text(listing(targets), encoding="utf-8")
    return found


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
    """Write package.json; with ``--release`` also what a release has."""
    FILE.write_text(sources(), encoding="utf-8")
    print("wrote", FILE.relative_to(ROOT))
    if "--release" in sys.argv[1:]:
        shutil.rmtree(FOLDER, ignore_errors=True)
        try:
            for path in [*build(FOLDER), compile_into(FOLDER / "mip")]:
                print("built", path.relative_to(ROOT))
        except (Refusal, Unavailable, mpy.CompileError) as reason:
            sys.exit(f"package: {reason}")


if __name__ == "__main__":
    main()
