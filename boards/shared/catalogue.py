"""The boards: one TOML file each in boards/known/, read, checked, and shown as a table."""

import fnmatch
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from boards.shared.refusal import Refusal
from boards.tools.paths import KNOWN

FIRMWARES = ("micropython", "circuitpython")
METHODS = ("esptool", "uf2")
FILESYSTEMS = ("littlefs2", "fat")
CHIPS = ("esp32", "esp32s3", "esp32c3", "esp32c6", "rp2040", "rp2350")


class BadBoard(Exception):
    """A board's file that does not say what it must, or says it wrongly; the text names the file and the key."""


@dataclass(frozen=True)
class Board:
    """What is known of one board under one firmware.

    :ivar key: its name in commands, and its file's
    :ivar name: its name for people, which RP2 images carry too
    :ivar vendor: who makes it
    :ivar page: the vendor's page
    :ivar firmware: "micropython" or "circuitpython"
    :ivar chip: esptool's name of the chip, or "rp2040", "rp2350"
    :ivar images: file name patterns of its firmware images
    :ivar image_page: where to get them
    :ivar method: "esptool" or "uf2"
    :ivar offset: where esptool writes the image, bytes
    :ivar families: the UF2 families that its bootloader takes
    :ivar bootloader_drive: the name of the drive that the bootloader shows
    :ivar heap: bytes free at boot; None if nobody published it
    :ivar grown: bytes of a heap that grows, once it has grown; None where it does not, or nobody knows
    :ivar growth: how the heap grows
    :ivar filesystem: "littlefs2" or "fat"
    :ivar filesystem_size: bytes
    :ivar drive: the name of the USB drive under CircuitPython, or empty
    :ivar payload_size: of the pool that suits it, bytes
    :ivar packets: of that pool
    :ivar notes: what else one should know
    :ivar sources: where each datum is from
    """

    key: str
    name: str
    vendor: str
    page: str
    firmware: str
    chip: str
    images: tuple[str, ...]
    image_page: str
    method: str
    offset: int
    families: tuple[int, ...]
    bootloader_drive: str
    heap: int | None
    grown: int | None
    growth: str
    filesystem: str
    filesystem_size: int
    drive: str
    payload_size: int
    packets: int
    notes: dict[str, str]
    sources: dict[str, str]


def read(path: Path) -> Board:
    """Read and check one board's file.

    :raises BadBoard: for a value that is missing, unknown, or of the wrong kind
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadBoard(f"{path.name}: {error}") from None
    take = _Taker(path.name, data)
    uf2 = take("flash.method", str, METHODS) == "uf2"
    circuitpython = take("board.firmware", str, FIRMWARES) == "circuitpython"
    board = Board(
        key=path.stem,
        name=take("board.name", str),
        vendor=take("board.vendor", str),
        page=take("board.page", str),
        firmware=take("board.firmware", str, FIRMWARES),
        chip=take("board.chip", str, CHIPS),
        images=tuple(take("image.patterns", list)),
        image_page=take("image.page", str),
        method=take("flash.method", str, METHODS),
        offset=0 if uf2 else take("flash.offset", int),
        families=tuple(take("flash.families", list)) if uf2 else (),
        bootloader_drive=take("flash.drive", str) if uf2 else "",
        heap=take("memory.heap", int) if "heap" in data.get("memory", {}) else None,
        grown=take("memory.grown", int) if "grown" in data.get("memory", {}) else None,
        growth=take("memory.growth", str),
        filesystem=take("filesystem.kind", str, FILESYSTEMS),
        filesystem_size=take("filesystem.size", int),
        drive=take("filesystem.drive", str) if circuitpython else "",
        payload_size=take("pool.payload_size", int),
        packets=take("pool.packets", int),
        notes=take("notes", dict),
        sources=take("sources", dict),
    )
    take.nothing_is_left()
    if board.heap is None and not circuitpython:
        raise BadBoard(f"{path.name}: memory.heap is missing")
    for section in ("image", "flash", "memory", "filesystem", "pool"):
        if not board.sources.get(section):
            raise BadBoard(f"{path.name}: sources.{section} is missing")
    return board


class _Taker:
    """Takes values out of a file's tables by dotted name, and knows which nobody took."""

    def __init__(self, file: str, data: dict):
        self.file = file
        self.data = data
        self.taken: set[str] = set()

    def __call__(self, name: str, kind: type, among: Iterable = ()) -> object:
        value = self.data
        for part in name.split("."):
            if not isinstance(value, dict) or part not in value:
                raise BadBoard(f"{self.file}: {name} is missing")
            value = value[part]
        if not isinstance(value, kind) or (kind is int and (isinstance(value, bool) or value < 0)):
            raise BadBoard(f"{self.file}: {name} is not {'a number' if kind is int else f'a {kind.__name__}'}")
        if among and value not in among:
            raise BadBoard(f"{self.file}: {name} is {value!r}, which is none of {', '.join(among)}")
        self.taken.add(name)
        return value

    def nothing_is_left(self) -> None:
        for table, values in self.data.items():
            for key in values if isinstance(values, dict) else ():
                if table not in self.taken and f"{table}.{key}" not in self.taken:
                    raise BadBoard(f"{self.file}: {table}.{key} is unknown")


def load() -> dict[str, Board]:
    """Every board, by its key.

    :raises BadBoard: see read()
    """
    return {path.stem: read(path) for path in sorted(KNOWN.glob("*.toml"))}


def find(key: str) -> Board:
    """The board of that name.

    :raises Refusal: if there is none
    """
    boards = load()
    if key not in boards:
        raise Refusal(f"BOARD={key} is unknown; there are: {', '.join(boards)}")
    return boards[key]


def of_image(name: str) -> list[Board]:
    """The boards for which an image of that file name is made."""
    return [board for board in load().values() if any(fnmatch.fnmatchcase(name, it) for it in board.images)]


def table() -> str:
    """The table of `make boards`."""
    head = ("BOARD=", "chip", "firmware", "heap", "files", "flashed by", "pool", "image")
    rows = [head]
    for board in load().values():
        heap = f"{board.heap:,}" if board.heap else "?"
        files = f"{board.filesystem} {board.filesystem_size // 1024:,} K"
        flashed = f"esptool {board.offset:#x}" if board.method == "esptool" else f"UF2 {board.bootloader_drive}"
        pool = f"{board.packets} × {board.payload_size}"
        rows.append((board.key, board.chip, board.firmware, heap, files, flashed, pool, board.images[0]))
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    right = {3}
    lines = []
    for row in rows:
        cells = (c.rjust(w) if i in right else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True)))
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "  ".join("-" * width for width in widths))
    lines.append("\nheap: bytes free at boot; ?: not published. Sources and notes: boards/known/*.toml")
    return "\n".join(lines)
