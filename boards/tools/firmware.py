"""The current firmware of a board, found by mpflash (MicroPython) or circfirm (CircuitPython), and kept privately."""

import fnmatch
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterable
from pathlib import Path

from boards.tools import venv
from boards.tools.lock import exclusive
from boards.tools.paths import PRIVATE
from boards.tools.unavailable import Unavailable

FOLDER = PRIVATE / "firmware"
REQUIREMENTS = {"mpflash": "mpflash>=1.29,<2", "circfirm": "circfirm>=6,<7"}
CIRCUITPYTHON = "https://downloads.circuitpython.org/bin/{board}/en_US/"
NAME = "adafruit-circuitpython-{board}-en_US-{version}{ending}"
TIMEOUT = 60  # seconds without a byte


def micropython(board: str, patterns: Iterable[str]) -> Path:
    """Download the newest stable MicroPython.

    :param board: in MicroPython's words: RPI_PICO_W
    :param patterns: of the image's file name
    :raises Unavailable: if it cannot be had, in one line
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    with exclusive(FOLDER / ".lock"):
        place = {"MPFLASH_FIRMWARE": os.fspath(FOLDER)}
        said = _call("mpflash", "download", "--board", board, "--version", "stable", "--no-clean", environment=place)
        found = [it for it in FOLDER.rglob("*") if any(fnmatch.fnmatchcase(it.name, pattern) for pattern in patterns)]
        if not found:
            raise Unavailable(f"mpflash found no MicroPython for {board}: {_last(said)}")
        return max(found, key=lambda path: path.name)  # the date stands in front of the version


def circuitpython(board: str, ending: str) -> Path:
    """Download the newest stable CircuitPython.

    :param board: in CircuitPython's words: raspberry_pi_pico_w
    :param ending: .uf2 or .bin
    :raises Unavailable: if it cannot be had, in one line
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    with exclusive(FOLDER / ".lock"):
        version = _last(_call("circfirm", "query", "latest", board))
        path = FOLDER / NAME.format(board=board, version=version, ending=ending)
        if not path.exists():
            _download(CIRCUITPYTHON.format(board=board) + path.name, path)
        return path


def _download(address: str, path: Path) -> None:
    aside = path.with_name(path.name + ".new")
    try:
        with urllib.request.urlopen(address, timeout=TIMEOUT) as answer, aside.open("wb") as file:
            shutil.copyfileobj(answer, file)
    except (urllib.error.URLError, OSError) as error:
        aside.unlink(missing_ok=True)
        raise Unavailable(f"{address} cannot be had: {getattr(error, 'reason', error)}") from None
    aside.replace(path)


def _call(tool: str, *arguments: str, environment: dict[str, str] | None = None) -> str:
    command = [os.fspath(venv.program(tool, REQUIREMENTS[tool])), *arguments]
    # they keep their own notes in the user's home: let that be here
    own = os.environ | {"HOME": os.fspath(FOLDER), "NO_COLOR": "1"} | (environment or {})
    done = subprocess.run(command, capture_output=True, text=True, env=own, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise Unavailable(f"{tool}: {_last(done.stderr or done.stdout)}")
    return done.stdout


def _last(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
