"""The mail watcher: a board that looks for mail, keeps it, and goes on doing so for months."""

import sys


def forget(*names):
    """Drop modules of this package whose work is done: a board has their memory for other things."""
    if sys.implementation.name != "cpython":
        for name in names:
            sys.modules.pop("watcher." + name, None)
            globals().pop(name, None)
