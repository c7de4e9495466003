"""Which board the virtual one stands for: its heap, its flash and its chip, from the boards' own files."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from boards.tools.paths import KNOWN
from boards.tools.unavailable import Unavailable

FOLDERS = (KNOWN, Path(__file__).parent)
DEFAULT = "rpi_pico_w"


@dataclass(frozen=True)
class Profile:
    """What the virtual board takes over from a real one.

    :ivar key: the board's name in commands
    :ivar name: its name for people
    :ivar chip: the family that its stand-ins follow, "rp2" or "esp32"
    :ivar heap: bytes that are free after boot; what it grows to, where it grows
    :ivar flash: bytes of its file system
    """

    key: str
    name: str
    chip: str
    heap: int
    flash: int


def load(key: str = DEFAULT) -> Profile:
    """Read the file of one board.

    :raises Unavailable: for a board that is unknown, or that does not run MicroPython
    """
    path = next((folder / f"{key}.toml" for folder in FOLDERS if (folder / f"{key}.toml").is_file()), None)
    if path is None:
        raise Unavailable(f"no board {key}; there are: {', '.join(keys())}")
    data = tomllib.loads(path.read_text())
    if not _runs_micropython(data):
        raise Unavailable(
            f"{key} runs {data['board']['firmware']}; the virtual board is MicroPython: {', '.join(keys())}"
        )
    chip = "esp32" if data["board"]["chip"].startswith("esp32") else "rp2"
    heap = data["memory"].get("grown", data["memory"]["heap"])  # the VM's cannot grow while it runs
    return Profile(key, data["board"]["name"], chip, heap, data["filesystem"]["size"])


def keys() -> list[str]:
    """The boards that a virtual one can stand for."""
    paths = (path for folder in FOLDERS for path in folder.glob("*.toml"))
    return sorted(path.stem for path in paths if _runs_micropython(tomllib.loads(path.read_text())))


def _runs_micropython(data: dict) -> bool:
    return data.get("board", {}).get("firmware") == "micropython"
