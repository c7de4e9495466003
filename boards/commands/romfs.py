"""The library and the firmware as a ROMFS image: a board runs them from flash, without copying them into its memory."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from boards.commands import deploy
from boards.shared import payload, remote, serial_copy
from boards.shared.catalogue import Board
from boards.shared.payload import Sources
from boards.shared.refusal import Refusal
from boards.shared.remote import Identity
from boards.shared.steps import Steps


def build(version: str, folder: Path, sources: Sources | None = None) -> Path:
    """Build the image with mpremote.

    :param version: the MicroPython release that is to read it
    :param folder: an empty one, for what it is made of, and for the image
    :return: the image
    :raises Refusal, Unavailable: if it cannot be built
    """
    tree = folder / "tree"
    for target, path in payload.compiled(sources or Sources(), version).items():
        place = tree / "lib" / target
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)
    image = folder / "micropop.romfs"
    command = [sys.executable, "-m", "mpremote", "romfs", "-o", str(image), "build", str(tree)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refusal(f"mpremote romfs build: {(done.stderr + done.stdout).strip().splitlines()[-1]}")
    return image


def install(port: str, board: Board | None, steps: Steps, sources: Sources | None = None) -> None:
    """Build the image for the board at the port, write it, and remove what it replaces from the board's /lib.

    :param board: what it is expected to be; None for whatever answers
    :raises Refusal, Unavailable: in one line, if the board's firmware has no ROMFS among others
    """
    sources = sources or Sources()
    identity = remote.ask(port)
    steps.out(f"{port}: {identity}")
    # a folder of its own: two boards may get their images at once
    with remote.going_on(port), tempfile.TemporaryDirectory() as folder:
        deploy.check_identity(identity, board)
        if identity.firmware != "micropython":
            raise Refusal("CircuitPython has no ROMFS: `make deploy` copies the files")
        _install(port, identity, steps, sources, build(identity.version, Path(folder), sources))


def _install(port: str, identity: Identity, steps: Steps, sources: Sources, image: Path) -> None:
    if payload.abi(next((image.parent / "tree").rglob("*.mpy"))) != identity.mpy:
        raise Refusal(f"the board loads version {identity.mpy} of .mpy files, which the mpy-cross here does not make")
    size = image.stat().st_size
    steps.out(f"built {image.name}: {size:,} bytes")
    room = partition(port)
    if room == 0:
        raise Refusal("the board's MicroPython has no ROMFS partition: `make deploy` copies the files instead")
    if room < size:
        raise Refusal(f"the board's ROMFS partition has {room:,} bytes, and the image {size:,}")
    what = f"write {image.name} to ROMFS at {port}"
    if steps.dry_run:
        steps.out(f"would {what}, and remove what it replaces from /lib")
        remote.restart(port)
        return
    with remote.quiet(port):
        steps.do(what, remote.mpremote, port, "romfs", "deploy", str(image))
        with remote.connected(port) as link:
            folders = [f"lib/{package}" for package in payload.packages("micropython", sources)]
            serial_copy.remove(link, serial_copy.survey(link, folders, digests=False), steps)
    steps.out("the firmware starts")


def partition(port: str) -> int:
    """The size in bytes of the first ROMFS partition; 0 if there is none."""
    found = re.search(r"ROMFS0 partition has size (\d+) bytes", remote.mpremote(port, "romfs", "query"))
    return int(found[1]) if found else 0
