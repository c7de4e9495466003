"""A virtual board with the watcher on its flash, as `make deploy` puts it there."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from boards.commands.settings import literal
from boards.shared import payload
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
    return "".join(f"{key} = {literal(value)}\n" for key, value in values.items()).encode()


@contextmanager
def watching(
    folder: Path,
    server: Any,
    board: str = "rpi_pico_w",
    files: Mapping[str, str | bytes] | None = None,
    wifi: tuple[str, str] | None = None,
    **changes: str | int,
) -> Iterator[VirtualBoard]:
    """A board that watches the server's mailbox from power on.

    :param folder: for the flash's image, flash.img
    :param server: its first user's mailbox
    :param board: which one, as in boards/
    :param files: more files for the flash: their paths, and what is in them
    :param wifi: name and password of the only network in reach; None: whatever the board asks for
    :param changes: of the settings
    """
    contents = {path: it.encode() if isinstance(it, str) else it for path, it in (files or {}).items()}
    contents |= {"/settings.toml": toml(settings(server, **changes)), "/ca.der": server.ca_der.read_bytes()}
    contents = deployed(contents) | contents
    image = folder / "flash.img"
    flash_image.make(image, profile.load(board).flash, contents)
    ssid, password = wifi or (None, None)
    with VirtualBoard(board, image, ssid=ssid, password=password) as virtual:
        yield virtual


def deployed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """What `make deploy` puts on a board beside a user's own files, by path.

    :param files: the user's own, settings.toml among them
    """
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        for path, contents in files.items():
            if path.count("/") == 1:
                (top / path[1:]).write_bytes(contents)
        extra = tuple(path for path in top.glob("*.py") if path.name != "on_mail.py")
        sources = payload.Sources(settings=top / "settings.toml", user_program=top / "on_mail.py", extra=extra)
        modules = payload.compiled(sources, vm.find(32).version)
    found = {f"/lib/{target}": path.read_bytes() for target, path in modules.items()}
    return found | entry_files()


def entry_files() -> dict[str, bytes]:
    """What runs at boot, by path."""
    return {f"/{name}": (FIRMWARE / "micropython" / name).read_bytes() for name in ("boot.py", "main.py")}


def programs() -> dict[str, bytes]:
    """All that a board can run, by path: the library and the watcher, compiled, and the entry files."""
    version = vm.find(32).version
    library = mpy.compile_tree(LIB, PRIVATE / "mpy" / "board" / "lib", version, optimise=3)
    firmware = mpy.compile_tree(FIRMWARE, PRIVATE / "mpy" / "board" / "firmware", version, optimise=3)
    found = {f"/lib/{path.relative_to(library)}": path.read_bytes() for path in library.rglob("*.mpy")}
    for path in (firmware / "watcher").rglob("*.mpy"):
        found[f"/lib/{path.relative_to(firmware)}"] = path.read_bytes()
    return found | entry_files()


def stored(folder: Path) -> list[bytes]:
    """The mails of a watch whose flash is a folder, in the order of their arrival."""
    return [path.read_bytes() for path in sorted((folder / "mail").glob("*.*ml"))]


def logged(folder: Path) -> str:
    """Its log."""
    return (folder / "log.txt").read_text()
