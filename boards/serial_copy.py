"""Copy files to a board over its serial port: what is there already is skipped, and a power cut leaves no half file."""

import ast
import contextlib
import errno
import hashlib
from collections.abc import Iterable
from pathlib import Path

from mpremote.transport import TransportExecError
from mpremote.transport_serial import SerialTransport
from tqdm import tqdm

from boards.payload import folders
from boards.refusal import Refusal
from boards.steps import Steps

ASIDE = ".new"

WALK = """
import os
def walk(folder):
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        path = folder + "/" + name
        if os.stat(path)[0] & 0x4000:
            walk(path)
        else:
            print(repr(path), end=",")
walk({folder!r})
del walk
"""

MOVE = """
import os
try:
    os.rename({aside!r}, {target!r})
except OSError:
    os.remove({target!r})
    os.rename({aside!r}, {target!r})
"""


def changed(board: SerialTransport, files: dict[str, Path]) -> dict[str, Path]:
    """Those files that the board has not, or has otherwise. Files by their path from the board's root."""
    present = set()
    for folder in {target.rpartition("/")[0].split("/")[0] for target in files}:
        present |= set(listing(board, folder) if folder else _top(board))
    return {
        target: path
        for target, path in files.items()
        if target not in present or _digest(board, target) != hashlib.sha256(path.read_bytes()).digest()
    }


def _top(board: SerialTransport) -> list[str]:
    return ast.literal_eval(board.exec("import os\nprint(os.listdir('/'))").decode())


def _digest(board: SerialTransport, target: str) -> bytes | None:
    try:
        return board.fs_hashfile("/" + target, "sha256")
    except OSError:
        return None


def listing(board: SerialTransport, folder: str) -> list[str]:
    """The files under a folder of the board, by their path from its root; none if it is not there."""
    printed = board.exec(WALK.format(folder="/" + folder)).decode()
    return [path.lstrip("/") for path in ast.literal_eval(f"[{printed}]")]


def put(board: SerialTransport, files: dict[str, Path], steps: Steps) -> None:
    """Copy files, with a line and a progress bar for each.

    :param files: by their path from the board's root
    :raises Refusal: if the board's flash is full, or cannot be written
    """
    present = set(_top(board))
    for folder in folders(files):
        if folder not in present:
            steps.do(f"make the folder /{folder}", _make_folder, board, folder)
    for target, path in files.items():
        steps.do(f"copy {path.name} to /{target} ({path.stat().st_size:,} bytes)", _put, board, target, path)


def _make_folder(board: SerialTransport, folder: str) -> None:
    try:
        board.fs_mkdir("/" + folder)
    except OSError as error:
        if error.errno != errno.EEXIST:
            raise _explained(error, folder) from None


def _put(board: SerialTransport, target: str, path: Path) -> None:
    data = path.read_bytes()
    aside = f"/{target}{ASIDE}"
    try:
        with tqdm(total=len(data), unit="B", unit_scale=True, leave=False, disable=None) as bar:
            board.fs_writefile(aside, data, progress_callback=lambda done, _: bar.update(done - bar.n))
        board.exec(MOVE.format(aside=aside, target="/" + target))
    except OSError as error:
        with contextlib.suppress(OSError):
            board.fs_rmfile(aside)
        raise _explained(error, target) from None


def _explained(error: OSError, target: str) -> Refusal:
    if error.errno == errno.ENOSPC:
        return Refusal(f"the board's flash is full at /{target}: remove mails or files of yours, then deploy again")
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return Refusal(f"the board does not let /{target} be written: its drive belongs to the computer at USB")
    return Refusal(f"/{target} cannot be written: {error}")


def remove(board: SerialTransport, targets: Iterable[str], steps: Steps) -> None:
    """Remove files, by their path from the board's root."""
    for target in targets:
        steps.do(f"remove /{target}, which is from an older deployment", board.fs_rmfile, "/" + target)


def read(board: SerialTransport, target: str) -> bytes | None:
    """The contents of a file on the board; None if it is not there."""
    try:
        return bytes(board.fs_readfile("/" + target))
    except (OSError, TransportExecError):
        return None
