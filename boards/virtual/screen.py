"""What a person sees of a virtual board in the terminal: its pins, its Wi-Fi, its display; and a few keys."""

import select
import sys
import termios
import tty

from rich.console import Console
from rich.live import Live
from rich.text import Text

from boards.virtual.board import VirtualBoard

KEYS = "w: Wi-Fi off or on   r: reset button   p: power cut   q: end"
BELOW = 4  # lines that are drawn below the display, and the one that a terminal leaves for the cursor
LOOK = 0.1  # seconds


def show(board: VirtualBoard) -> None:
    """Draw the board, and draw it again when something changed, until q or Ctrl-C."""
    console = Console(highlight=False)
    before = termios.tcgetattr(0)
    tty.setcbreak(0)
    try:
        with Live(console=console, auto_refresh=False) as live:
            drawn = None
            while True:
                now = drawing(board, console.width, console.height)
                if now != drawn:
                    live.update(Text(now), refresh=True)
                    drawn = now
                if select.select([sys.stdin], [], [], LOOK)[0] and not press(board, sys.stdin.read(1)):
                    return
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)


def drawing(board: VirtualBoard, columns: int, rows: int) -> str:
    """The board as text for a terminal so wide and high."""
    pins = "   ".join(f"{'●' if level else '○'} {name}" for name, level in sorted(board.pins.items()))
    state = ["Wi-Fi " + ("on" if board.wifi_is_up else "off"), f"starts: {', '.join(board.causes[-4:])}"]
    lines = [*board.picture(columns, rows - BELOW), pins, "   ".join(state), KEYS]
    return "\n".join(line for line in lines if line)


def press(board: VirtualBoard, key: str) -> bool:
    """Do what a key is for. False for the end."""
    if key == "w":
        board.wifi(not board.wifi_is_up)
    elif key == "r":
        board.reset()
    elif key == "p":
        board.power_cut()
    return key not in ("q", "")
