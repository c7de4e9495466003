"""Copy files to a board over its serial port: what is there already is skipped, and a power cut leaves no half file."""

import contextlib
import errno
import hashlib
from collections.abc import Iterable
from pathlib import Path

from mpremote.transport import TransportExecError
from mpremote.transport_serial import SerialTransport
from tqdm import tqdm

from boards.shared import remote
from boards.shared.ownership import kept_as
from boards.shared.payload import folders
from boards.shared.refusal import Refusal
from boards.shared.steps import Steps

ASIDE = ".new"
PUT_ASIDE = ".off"

SURVEY = """
import os
from binascii import hexlify
try:
    import hashlib
except ImportError:
    hashlib = None
buffer = bytearray(512)
def digest(path):
    if hasattr(hashlib, "sha256"):
        it = hashlib.sha256()
    elif hasattr(hashlib, "new"):
        it = hashlib.new("sha256")
    else:
        return ""
    with open(path, "rb") as file:
        while True:
            count = file.readinto(buffer)
            if not count:
                return hexlify(it.digest()).decode()
            it.update(buffer if count == len(buffer) else buffer[:count])
def survey(path, known):
    try:
        folder = os.stat(path)[0] & 0x4000
    except OSError:
        return
    if not folder:
        print(repr((path, digest(path) if known else "")), end=",")
        return
    for name in os.listdir(path):
        survey(path.rstrip("/") + "/" + name, known)
for path in {paths!r}:
    survey(path, {known!r})
del buffer, digest, survey
"""

MOVE = """
import os
try:
    os.rename({aside!r}, {target!r})
except OSError:
    os.remove({target!r})
    os.rename({aside!r}, {target!r})
"""


def survey(board: SerialTransport, paths: Iterable[str], digests: bool = True) -> dict[str, str]:
    """What the board has of some files and folders.

    :param paths: from the board's root
    :param digests: tell the contents too
    :return: the SHA-256 in hexadecimal, empty if it was not asked for or the board has none, by path
    """
    code = SURVEY.replace("{paths!r}", repr(["/" + path for path in paths])).replace("{known!r}", repr(digests))
    return {path.lstrip("/"): digest for path, digest in remote.told(board, code, items=True)}


def listing(board: SerialTransport, folder: str) -> list[str]:
    """The files under a folder of the board, by their path from its root; none if it is not there."""
    return list(survey(board, [folder], digests=False))


def changed(there: dict[str, str], files: dict[str, Path]) -> dict[str, Path]:
    """Those files that the board has not, or has otherwise.

    :param there: what survey() found
    :param files: by their path from the board's root
    """
    digests = {target: hashlib.sha256(path.read_bytes()).hexdigest() for target, path in files.items()}
    return {target: path for target, path in files.items() if there.get(target) != digests[target]}


def top(board: SerialTransport) -> list[str]:
    """The names at the board's top."""
    return remote.told(board, "import os\nprint(os.listdir('/'))")


def put(board: SerialTransport, files: dict[str, Path], steps: Steps) -> None:
    """Copy files, with a line and a progress bar for each.

    :param files: by their path from the board's root
    :raises Refusal: if the board's flash is full, or cannot be written
    """
    present = set(top(board))
    for folder in folders(files):
        if folder not in present and not board.fs_isdir("/" + folder):
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


def keep(board: SerialTransport, target: str) -> None:
    """Give a file another name, under which it stays; it may have been put aside (see remote.quiet)."""
    aside = target + PUT_ASIDE if target + PUT_ASIDE in top(board) else target
    board.exec(MOVE.format(aside="/" + aside, target="/" + kept_as(target)))


def read(board: SerialTransport, target: str) -> bytes | None:
    """The contents of a file on the board; None if it is not there."""
    try:
        return bytes(board.fs_readfile("/" + target))
    except (OSError, TransportExecError):
        return None
