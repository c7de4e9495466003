"""`python -m boards.virtual --board rpi_pico_w`: start a virtual board and serve it until Ctrl-C."""

import argparse
import os
import signal
import sys
from pathlib import Path

from boards.tools.paths import PRIVATE, ROOT
from boards.tools.unavailable import Unavailable
from boards.virtual import profile
from boards.virtual.board import VirtualBoard


def main() -> None:
    """Parse the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m boards.virtual", description=__doc__.split(": ")[1])
    parser.add_argument("--board", default=os.environ.get("BOARD") or profile.DEFAULT, help="which board it stands for")
    parser.add_argument("--image", type=Path, help="the file that is its flash (default: one for each board)")
    chosen = parser.parse_args()
    image = chosen.image or PRIVATE / "flash" / f"{chosen.board}.img"
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell starts background jobs deaf to Ctrl-C
        signal.signal(number, signal.default_int_handler)
    try:
        with VirtualBoard(chosen.board, image) as board:
            _serve(board)
    except KeyboardInterrupt:
        print()
    except Unavailable as reason:
        sys.exit(str(reason))


def _serve(board: VirtualBoard) -> None:
    link = PRIVATE / "ports" / board.profile.key
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(board.port)
    shown = os.path.relpath(link, Path.cwd()) if link.is_relative_to(ROOT) else link
    print(f"{board.profile.name}, virtual: {board.profile.heap:,} bytes of heap, {board.profile.flash:,} of flash")
    if board.note:
        print(board.note)
    print(f"port:  {board.port}  (also {shown})\nflash: {board.image}\ntry:   mpremote connect {shown}\nCtrl-C ends it")
    sys.stdout.flush()
    try:
        signal.pause()
    finally:
        link.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
