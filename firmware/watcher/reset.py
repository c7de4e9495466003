"""Starting the board anew."""

import sys


def reset():
    """Start the board anew: does not return."""
    if sys.implementation.name == "circuitpython":
        from microcontroller import reset
    else:
        from machine import reset
    reset()
