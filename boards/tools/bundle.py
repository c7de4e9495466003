"""CircuitPython's libraries that micropop uses, fetched from PyPI into a private folder."""

import shutil
import subprocess
import sys
from pathlib import Path

from boards.tools.lock import exclusive
from boards.tools.paths import PRIVATE
from boards.tools.unavailable import Unavailable

FOLDER = PRIVATE / "circuitpython"
PACKAGES = ("adafruit-circuitpython-connectionmanager>=3.1,<4",)
MODULES = ("adafruit_connection_manager.py",)


def fetch() -> dict[str, Path]:
    """The libraries' files by their path in the board's /lib, each as source.

    :raises Unavailable: if they cannot be had, in one line
    """
    library = install("lib", PACKAGES)
    found = {}
    for name in MODULES:
        path = library / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            found[file.relative_to(library).as_posix()] = file
    return found


def install(name: str, packages: tuple[str, ...]) -> Path:
    """A private folder with just these packages in it, installed when it is first asked for.

    :param name: the folder's
    :param packages: as pip takes them; what they depend on is left out: that is Blinka, which stands in for
        CircuitPython on a PC
    :raises Unavailable: if they cannot be had, in one line
    """
    library, stamp = FOLDER / name, FOLDER / f".{name}"
    with exclusive(PRIVATE / ".circuitpython.lock"):
        if not stamp.exists() or stamp.read_text() != repr(packages):
            _install(library, packages)
            stamp.write_text(repr(packages))
    return library


def _install(library: Path, packages: tuple[str, ...]) -> None:
    shutil.rmtree(library, ignore_errors=True)
    library.mkdir(parents=True)
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile", "--target", str(library)]
    command = [sys.executable, "-m", "pip", "install", *options, *packages]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or ["pip failed"]
        raise Unavailable(f"CircuitPython's libraries cannot be fetched: {errors[-1].removeprefix('ERROR: ')}")
