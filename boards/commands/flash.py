"""Write a firmware image to a board: with esptool, or by copying a UF2 file to the bootloader's drive."""

import contextlib
import os
import re
import subprocess
import sys
from pathlib import Path

from tqdm import tqdm

from boards.shared import catalogue, image, ports, remote, volumes
from boards.shared.catalogue import Board
from boards.shared.image import Image
from boards.shared.refusal import Refusal
from boards.shared.steps import Steps
from boards.tools import firmware

BAUD = 460800
NO_PORT = "PORT"  # what a dry run says for the port of a board that is not there
APPEARS = 20  # seconds until a board that was told to has started its bootloader and the drive is mounted
CHUNK = 64 * 1024

TO_BOOTLOADER = """
try:
    from machine import bootloader
    bootloader()
except ImportError:
    import microcontroller
    microcontroller.on_next_reset(microcontroller.RunMode.BOOTLOADER)
    microcontroller.reset()
"""


def board_for(key: str | None, path: Path) -> Board:
    """The board that was named, or the only one for which images of that file name are made.

    :param key: BOARD=, or None
    :raises Refusal: if that does not tell
    """
    if key:
        return catalogue.find(key)
    found = catalogue.of_image(path.name)
    if len(found) == 1:
        return found[0]
    raise Refusal(f"{path.name} does not tell which board it is for: say BOARD=… (`make boards` lists them)")


def current(key: str | None, steps: Steps) -> Path | None:
    """Download the firmware that is current for a board; None in a dry run.

    :param key: BOARD=, which must be given here
    :raises Refusal, Unavailable: in one line
    """
    if not key:
        raise Refusal("say which board (BOARD=…, `make boards` lists them), or which image: IMAGE=FILE")
    board = catalogue.find(key)
    if board.firmware == "micropython":
        name = board.images[0].partition("-")[0]
        arguments = firmware.micropython, name, board.images[:1]
    else:
        name = key.removeprefix("circuitpython_")
        arguments = firmware.circuitpython, name, Path(board.images[0]).suffix
    return steps.do(f"download the current {board.firmware} for {name}", *arguments)


def flash(board: Board, path: Path, steps: Steps, port: str | None, drive: str | None, erase: bool | None) -> None:
    """Check the image, and write it.

    :param port: PORT=, or None to look
    :param drive: DRIVE=, the bootloader's mounted drive, or None to look
    :param erase: erase the whole flash before; None: if the board does not run that firmware now
    :raises Refusal: in one line
    """
    checked = image.check(path, board)
    steps.out(f"{checked}: fits the {board.name}")
    if board.method == "uf2":
        _copy_uf2(board, checked, steps, port, drive)
    else:
        _esptool(board, checked, steps, _port(port, steps), erase)


def _port(port: str | None, steps: Steps) -> str:
    """Where the board is; in a dry run it need not be there."""
    if steps.dry_run and not port and not ports.candidates():
        steps.out("no board is there: what follows would be done if one were")
        return NO_PORT
    return ports.find(port, virtual=False)


# --- UF2 -----------------------------------------------------------------------------------------------------------


def _copy_uf2(board: Board, checked: Image, steps: Steps, port: str | None, drive: str | None) -> None:
    name = board.bootloader_drive
    if not drive and not volumes.mounted(name):
        if not port and not ports.candidates() and not steps.dry_run:
            raise Refusal(f"no drive {name}: hold the board's BOOTSEL button while you plug it in, or say DRIVE=FOLDER")
        found = _port(port, steps)
        steps.do(f"start the bootloader of the board at {found}", _start_bootloader, found)
        if steps.dry_run:
            steps.out(f"would copy {checked.path} to the drive {name}")
            return
    folder = volumes.find(name, drive, APPEARS)
    _check_drive(folder, board)
    steps.do(f"copy {checked.path} to {folder}", _copy, checked.path, folder)
    if not steps.dry_run:
        steps.out("the board starts the new firmware by itself")


def _start_bootloader(port: str) -> None:
    with remote.connected(port) as link:
        link.exec_raw_no_follow(TO_BOOTLOADER)
        link.serial.flush()
        link.in_raw_repl = False


def _check_drive(folder: Path, board: Board) -> None:
    """Refuse a drive that is no bootloader's, or another chip's."""
    about = folder / "INFO_UF2.TXT"
    if not about.is_file():
        raise Refusal(f"{folder} is not a bootloader's drive: it has no INFO_UF2.TXT")
    told = re.search(r"^Board-ID:\s*(\S+)", about.read_text(encoding="ascii", errors="replace"), re.M)
    if not told or not told[1].startswith(board.bootloader_drive):
        other = told[1] if told else "another chip"
        raise Refusal(f"the board at {folder} is an {other}, and BOARD={board.key} an {board.bootloader_drive}")


def _copy(path: Path, folder: Path) -> None:
    data = path.read_bytes()
    written = 0
    try:
        bar = tqdm(total=len(data), unit="B", unit_scale=True, disable=None)
        with (folder / path.name).open("wb") as file, bar:
            while written < len(data):
                written += file.write(data[written : written + CHUNK])
                file.flush()
                os.fsync(file.fileno())
                bar.update(written - bar.n)
    except OSError as error:
        if written < len(data):  # with the last block the board restarts, and the drive is gone before it is closed
            raise Refusal(f"copying stopped after {written:,} bytes: {error.strerror or error}") from None


# --- esptool -------------------------------------------------------------------------------------------------------


def _esptool(board: Board, checked: Image, steps: Steps, port: str, erase: bool | None) -> None:
    if erase is None:
        erase = port == NO_PORT or not _runs(board.firmware, port)
        if erase:
            steps.out(f"no {board.firmware} runs there now: the whole flash is erased first (ERASE=0: it is not)")
        else:
            steps.out("the files on the board stay (ERASE=1: they do not)")
    if erase:
        steps.do(*_run(board, port, "erase-flash"))
    steps.do(*_run(board, port, "write-flash", f"{board.offset:#x}", str(checked.path)))


def _runs(firmware: str, port: str) -> bool:
    with contextlib.suppress(Refusal):
        return remote.ask(port).firmware == firmware
    return False


def _run(board: Board, port: str, *arguments: str) -> tuple:
    command = ["esptool", "--chip", board.chip, "--port", port, "--baud", str(BAUD), *arguments]
    return f"run {' '.join(command)}", _call, [sys.executable, "-m", *command]


def _call(command: list[str]) -> None:
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        said = re.search(r"error occurred: (.+)", done.stderr) or re.search(r"(.+)\s*$", done.stderr.strip())
        reason = said[1].strip() if said else f"it ended with {done.returncode}"
        raise Refusal(f"esptool: {reason} If the board is there: hold BOOT, tap RESET, and try again")
