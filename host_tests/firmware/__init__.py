"""A virtual board with the watcher on its flash, as `make deploy` puts it there."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from boards.tools import mpy
from boards.tools.paths import LIB, PRIVATE, ROOT
from boards.virtual import profile, vm
from boards.virtual.board import VirtualBoard
from host_tests.shared import flash_image

FIRMWARE = ROOT / "firmware"


def settings(server: Any, **changes: str | int) -> dict[str, str | int]:
    """Settings for a server of the tests, which has TLS; quick ones."""
    user, password = next(iter(server.users.items()))
    return {
        "CIRCUITPY_WIFI_SSID": "home",
        "POP3_HOST": "localhost",
        "POP3_PORT": server.tls_port,
        "POP3_USER": user,
        "POP3_PASSWORD": password,
        "POP3_INTERVAL": 1,
        "POP3_RETRY": 1,
    } | changes


def toml(values: Mapping[str, str | int]) -> bytes:
    """settings.toml with these values."""
    return "".join(f'{k} = "{v}"\n' if isinstance(v, str) else f"{k} = {v}\n" for k, v in values.items()).encode()


@contextmanager
def watching(
    folder: Path,
    server: Any,
    board: str = "rpi_pico_w",
    files: Mapping[str, str | bytes] | None = None,
    **changes: str | int,
) -> Iterator[VirtualBoard]:
    """A board that watches the server's mailbox from power on.

    :param folder: for the flash's image, flash.img
    :param server: its first user's mailbox
    :param board: which one, as in boards/
    :param files: more files for the flash: their paths, and what is in them
    :param changes: of the settings
    """
    contents = programs()
    contents |= {path: it.encode() if isinstance(it, str) else it for path, it in (files or {}).items()}
    contents |= {"/settings.toml": toml(settings(server, **changes)), "/ca.der": server.ca_der.read_bytes()}
    image = folder / "flash.img"
    flash_image.make(image, profile.load(board).flash, contents)
    with VirtualBoard(board, image) as virtual:
        yield virtual


def programs() -> dict[str, bytes]:
    """What the board runs, by path: the library and the watcher, compiled, and the entry files."""
    version = vm.find(32).version
    library = mpy.compile_tree(LIB, PRIVATE / "mpy" / "board" / "lib", version, optimise=3)
    firmware = mpy.compile_tree(FIRMWARE, PRIVATE / "mpy" / "board" / "firmware", version, optimise=3)
    found = {f"/lib/{path.relative_to(library)}": path.read_bytes() for path in library.rglob("*.mpy")}
    for path in (firmware / "watcher").rglob("*.mpy"):
        found[f"/lib/{path.relative_to(firmware)}"] = path.read_bytes()
    for name in ("boot.py", "main.py"):
        found[f"/{name}"] = (FIRMWARE / "micropython" / name).read_bytes()
    return found
