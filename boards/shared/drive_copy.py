"""Copy files to a board's mounted USB drive: what is there already is skipped, and no half file is ever left."""

import errno
import os
import shutil
from pathlib import Path

from boards.shared.payload import folders
from boards.shared.refusal import Refusal
from boards.shared.steps import Steps

ASIDE = ".new"
CLUSTER = 4096  # bytes that a file takes at least, at most


def changed(drive: Path, files: dict[str, Path]) -> dict[str, Path]:
    """Those files that the drive has not, or has otherwise. Files by their path from the drive's top."""
    return {target: path for target, path in files.items() if read(drive, target) != path.read_bytes()}


def read(drive: Path, target: str) -> bytes | None:
    """The contents of a file on the drive; None if it is not there."""
    try:
        return (drive / target).read_bytes()
    except OSError:
        return None


def put(drive: Path, files: dict[str, Path], steps: Steps) -> None:
    """Copy files, with a line for each.

    :param files: by their path from the drive's top
    :raises Refusal: if the drive is full, or cannot be written
    """
    try:
        _check_room(drive, files)
        for folder in folders(files):
            if not (drive / folder).is_dir():
                steps.do(f"make the folder {drive / folder}", (drive / folder).mkdir)
        for target, path in files.items():
            what = f"copy {path.name} to {drive / target} ({path.stat().st_size:,} bytes)"
            steps.do(what, _put, drive / target, path)
    except OSError as error:
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise Refusal(read_only(drive)) from None
        raise Refusal(f"{drive} cannot be written: {error.strerror or error}") from None


def is_read_only(drive: Path) -> bool:
    """Whether the drive is mounted so that nobody may write."""
    if not hasattr(os, "statvfs"):  # Windows
        return not os.access(drive, os.W_OK)
    return bool(os.statvfs(drive).f_flag & os.ST_RDONLY)


def read_only(drive: Path) -> str:
    """Why a drive does not let itself be written, and what to do."""
    return (
        f"{drive} is read-only: the program on the board owns it. Press the board's reset button, then at once hold"
        " BOOT for three seconds (on a Pico connect GP15 to GND, then press reset), and deploy again"
    )


def _check_room(drive: Path, files: dict[str, Path]) -> None:
    needed = 0
    for target, path in files.items():
        old = drive / target
        needed += path.stat().st_size - (old.stat().st_size if old.exists() else -CLUSTER)
    largest = max((path.stat().st_size for path in files.values()), default=0)  # lies beside its old self for a moment
    free = shutil.disk_usage(drive).free
    if needed + largest > free:
        raise Refusal(f"{drive} has {free:,} bytes free, and {needed + largest:,} are needed: remove files of yours")


def _put(target: Path, source: Path) -> None:
    aside = target.with_name(target.name + ASIDE)
    try:
        with aside.open("wb") as file:
            file.write(source.read_bytes())
            file.flush()
            os.fsync(file.fileno())
        aside.replace(target)
    except OSError:
        if aside.exists():
            aside.unlink(missing_ok=True)
        raise


def remove(drive: Path, targets: list[str], steps: Steps) -> None:
    """Remove files, by their path from the drive's top."""
    for target in targets:
        steps.do(f"remove {drive / target}, which is from an older deployment", (drive / target).unlink)


def listing(drive: Path, folder: str) -> list[str]:
    """The files under a folder of the drive, by their path from its top."""
    return sorted(path.relative_to(drive).as_posix() for path in (drive / folder).rglob("*") if path.is_file())
