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
    :ivar model: the chip itself, "rp2350"
    :ivar heap: bytes that are free after boot; what it grows to, where it grows
    :ivar flash: bytes of its file system
    """

    key: str
    name: str
    chip: str
    model: str
    heap: int
    flash: int

    @property
    def machine(self) -> str:
        """The board and its chip, in the words of the firmware."""
        chip = self.model.upper()
        return f"{self.name if self.chip == 'rp2' else f'Generic {chip} module'} with {chip}"


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
    model = data["board"]["chip"]
    chip = "esp32" if model.startswith("esp32") else "rp2"
    heap = data["memory"].get("grown", data["memory"]["heap"])  # the VM's cannot grow while it runs
    return Profile(key, data["board"]["name"], chip, model, heap, data["filesystem"]["size"])


def offered(key: str) -> Profile:
    """The file of a board that a person named, which is none of the tests' own. Raises Unavailable: see ``load()``."""
    if (KNOWN / f"{key}.toml").is_file():
        return load(key)
    raise Unavailable(f"no board {key}; there are: {', '.join(keys())}")


def keys() -> list[str]:
    """The boards that a virtual one can stand for; the tests' own are not offered."""
    return sorted(path.stem for path in KNOWN.glob("*.toml") if _runs_micropython(tomllib.loads(path.read_text())))


def _runs_micropython(data: dict) -> bool:
    return data.get("board", {}).get("firmware") == "micropython"
