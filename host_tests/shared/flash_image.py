"""A board's flash image, read and made on this computer."""

from collections.abc import Mapping
from pathlib import Path

from littlefs import LittleFS

BLOCK = 4096  # bytes
DISK_VERSION = 0x00020000  # the oldest that every firmware reads


def files(image: Path, folder: str = "/") -> dict[str, bytes]:
    """The files under a folder of a littlefs2 image: their paths and what is in them."""
    system = _opened(bytearray(image.read_bytes()))
    system.mount()
    found = {}
    for place, _, names in system.walk(folder):
        for name in names:
            path = f"{place.rstrip('/')}/{name}"
            with system.open(path, "rb") as file:
                found[path] = file.read()
    return found


def make(image: Path, size: int, contents: Mapping[str, bytes]) -> None:
    """Make an image.

    :param image: the file, replaced
    :param size: bytes of the flash
    :param contents: by path, from /
    """
    system = _opened(bytearray(b"\xff" * (size // BLOCK * BLOCK)), DISK_VERSION)
    system.format()
    system.mount()
    for path, data in contents.items():
        system.makedirs(str(Path(path).parent), exist_ok=True)
        with system.open(path, "wb") as file:
            file.write(data)
    system.unmount()
    image.write_bytes(system.context.buffer)


def _opened(data: bytearray, disk_version: int = 0) -> LittleFS:
    system = LittleFS(block_size=BLOCK, block_count=len(data) // BLOCK, mount=False, disk_version=disk_version)
    system.context.buffer = data
    return system
