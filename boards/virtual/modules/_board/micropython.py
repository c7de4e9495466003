"""The firmware's micropython module, with Ctrl-C switched where this board's serial port does it."""

from micropython import *

from . import tty


def kbd_intr(key):
    """-1: every byte reaches the program, both ways as it is. 3: Ctrl-C interrupts."""
    if key < 0:
        tty.binary()
    else:
        tty.running()
