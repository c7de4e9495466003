"""Make .private/venv, the Python of the tools and tests: `python3 -m boards.tools.venv`. Needs Python alone."""

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from boards.tools import debian
from boards.tools.lock import exclusive
from boards.tools.paths import PRIVATE, ROOT, keep_private
from boards.tools.unavailable import Unavailable

REQUIREMENTS = ROOT / "host_tests" / "requirements.txt"
FOLDER = PRIVATE / "venv"
STAMP = FOLDER / ".installed"
OLDEST = (3, 11)


def make() -> Path:
    """Make the environment, or bring it up to date with the requirements.

    :return: its Python
    :raises Unavailable: if this machine lacks something, in one line
    """
    if sys.version_info < OLDEST:
        raise Unavailable(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; {sys.executable} is older: PYTHON3=…")
    keep_private()
    python = _python(FOLDER)
    recipe = {"python": [sys.base_prefix, *sys.version_info[:3]], "requirements": REQUIREMENTS.read_text()}
    with exclusive(PRIVATE / ".venv.lock"):
        made = _stamp()
        if made == recipe and python.exists():
            STAMP.touch()
            return python
        if made.get("python") != recipe["python"] or not python.exists():
            venv.create(FOLDER, clear=True, symlinks=os.name != "nt")
        _install(python, ["-r", str(REQUIREMENTS)], FOLDER)
        STAMP.write_text(json.dumps(recipe))
    return python


def program(name: str, requirement: str) -> Path:
    """A program out of a Python package, in an environment of its own that is made when it is first asked for.

    :param name: of the program
    :param requirement: the package, as pip takes it
    :raises Unavailable: if it cannot be had, in one line
    """
    folder = PRIVATE / "programs" / name
    stamp = folder / ".installed"
    with exclusive(folder.with_name(f".{name}.lock")):
        if not stamp.exists() or stamp.read_text() != requirement:
            venv.create(folder, clear=True, symlinks=os.name != "nt")
            _install(_python(folder), [requirement], folder)
            stamp.write_text(requirement)
    return _python(folder).with_name(name + (".exe" if os.name == "nt" else ""))


def _python(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _stamp() -> dict:
    try:
        return json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}


def _install(python: Path, what: list[str], folder: Path) -> None:
    command = [str(python), str(_pip()), "install", "--disable-pip-version-check", "--progress-bar", "off", *what]
    print("Installing the tools into", folder.relative_to(ROOT), "…", file=sys.stderr, flush=True)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        errors = [line for line in map(_shown, process.stdout) if line.startswith("ERROR")]
    _clear_line()
    if process.returncode:
        raise Unavailable((errors or ["pip failed"])[-1].removeprefix("ERROR: "))


def _shown(line: str) -> str:
    """Show at a terminal what pip is at, in one line that the next replaces. Returns the line."""
    line = line.strip()
    if sys.stderr.isatty() and line.startswith(("Collecting", "Downloading", "Installing")):
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write("\r\x1b[K" + line[:width])
        sys.stderr.flush()
    return line


def _clear_line() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


def _pip() -> Path:
    """A pip to run with any Python: the wheel that comes with Python, or on Debian the one in a package of its own."""
    folders = [Path("/usr/share/python-wheels")]
    try:
        import ensurepip

        folders.insert(0, Path(ensurepip.__path__[0]) / "_bundled")
    except ImportError:  # Debian without python3-venv
        pass
    wheels = [wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl"))]
    if not wheels:
        try:
            root = debian.unpack("pip", ["python3-pip-whl"], suites=None, only=["python3-pip-whl"])
        except Unavailable as reason:
            raise Unavailable(f"pip is missing, and so is the package python3-venv that brings it: {reason}") from None
        wheels = sorted(root.glob("usr/share/python-wheels/pip-*.whl"))
    return wheels[0] / "pip"


if __name__ == "__main__":
    try:
        make()
    except Unavailable as reason:
        shutil.rmtree(FOLDER, ignore_errors=True)
        sys.exit(f"make: {reason}")
