"""`python -m boards.virtual --board rpi_pico_w`: start a virtual board and serve it until Ctrl-C."""

import argparse
import os
import signal
import sys
from pathlib import Path

from boards.tools import running
from boards.tools.paths import PRIVATE, ROOT, keep_private
from boards.tools.unavailable import Unavailable
from boards.virtual import profile, screen
from boards.virtual.board import VirtualBoard


def main() -> None:
    """Parse the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m boards.virtual", description=__doc__.split(": ")[1])
    parser.add_argument("--board", default=os.environ.get("BOARD") or profile.DEFAULT, help="which board it stands for")
    parser.add_argument("--image", type=Path, help="the file that is its flash (default: one for each board)")
    wifi = os.environ.get("WIFI", "")
    parser.add_argument("--wifi", default=wifi, help="the only network in reach: NAME or NAME:PASSWORD (WIFI=)")
    chosen = parser.parse_args()
    keep_private()
    image = chosen.image or PRIVATE / "flash" / f"{chosen.board}.img"
    ssid, colon, password = chosen.wifi.partition(":")
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell starts background jobs deaf to Ctrl-C
        signal.signal(number, signal.default_int_handler)
    try:
        profile.offered(chosen.board)
        with VirtualBoard(chosen.board, image, ssid=ssid or None, password=password if colon else None) as board:
            with running.announced(board.profile.key, board.port) as place:
                _serve(board, place)
    except KeyboardInterrupt:
        print()
    except Unavailable as reason:
        sys.exit(f"virtual: {reason}")


def _serve(board: VirtualBoard, place: Path) -> None:
    shown = os.path.relpath(place, Path.cwd()) if place.is_relative_to(ROOT) else place
    print(f"{board.profile.name}, virtual: {board.profile.heap:,} bytes of heap, {board.profile.flash:,} of flash")
    if board.note:
        print(board.note)
    print(f"port:  {board.port}  (also {shown})\nflash: {board.image}")
    print("try:   make deploy, make repl, make logs in another window; without PORT= if no other board is there")
    print("Ctrl-C ends it", flush=True)
    if sys.stdin.isatty() and sys.stdout.isatty():
        screen.show(board)
    else:
        signal.pause()


if __name__ == "__main__":
    main()
