"""A board's flash image, read on this computer."""

from pathlib import Path

from littlefs import LittleFS

BLOCK = 4096  # bytes


def files(image: Path, folder: str) -> dict[str, bytes]:
    """The files under a folder of a littlefs2 image: their paths and what is in them."""
    data = bytearray(image.read_bytes())
    system = LittleFS(block_size=BLOCK, block_count=len(data) // BLOCK, mount=False)
    system.context.buffer = data
    system.mount()
    found = {}
    for place, _, names in system.walk(folder):
        for name in names:
            path = f"{place.rstrip('/')}/{name}"
            with system.open(path, "rb") as file:
                found[path] = file.read()
    return found
