"""The compiled library as a ROMFS image."""

import contextlib
import io
from functools import cache

from boards.tools.unavailable import Unavailable
from host_tests.bench.interpreters import BOARD, board

__all__ = ["image", "with_flash"]

TABLES = 8 * 16 + 3  # bits that the collector needs for each block of 16 bytes: two tables


@cache
def image() -> str:
    """Make the image; returns its path, relative to ``BOARD``.

    :raises Unavailable: where the mpremote that is here cannot
    """
    try:
        from mpremote.romfs import make_romfs
    except ImportError:
        raise Unavailable("this mpremote makes no ROMFS images") from None
    board()  # compiles
    tree = BOARD / "rom"
    tree.mkdir(parents=True, exist_ok=True)
    if not (tree / "lib").exists():
        (tree / "lib").symlink_to(BOARD / "lib")
    with contextlib.redirect_stdout(io.StringIO()):
        made = make_romfs(str(tree), mpy_cross=False)
    path = BOARD / "lib.romfs"
    path.write_bytes(made)
    return path.name


def with_flash(octets: int) -> int:
    """The bytes of heap that leave ``octets`` beside the image, which lies in flash on a board."""
    return octets + (BOARD / image()).stat().st_size * TABLES // (8 * 16) + 16
