"""Modules whose work is done are forgotten: a board has their memory for the mail. Needed again, they are loaded
again."""

import gc
import sys

FORGETS = sys.implementation.name != "cpython"  # which has the memory, and other threads that may be loading

# a class that a program imported for its `except` must stay the same one
_KEPT = ("micropop.errors", "micropop.errors.server", "micropop.errors.calls", "micropop.errors.files")


class forgetting:
    """``with forgetting():`` forgets what of micropop was loaded in the block, but for the exceptions.

    Blocks may stand in one another, and what the block raises comes out.

    :param str package: another package's modules instead
    """

    before = None

    def __init__(self, package="micropop"):
        self.package = package + "."

    def __enter__(self):
        if FORGETS:
            try:
                self.before = [name for name in sys.modules if name.startswith(self.package)]
            except MemoryError:
                pass  # then nothing is forgotten

    def __exit__(self, *_):
        if self.before is not None:
            try:
                for name in sorted(sys.modules, reverse=True):  # a package behind what is in it
                    if name.startswith(self.package) and name not in self.before and name not in _KEPT:
                        forget(name)
            except MemoryError:
                pass
            gc.collect()  # here, where nothing on the stack still points to what is forgotten


def forget(name):
    """Have nothing refer to a module any more but those that use it."""
    module = sys.modules.pop(name)
    room, last = name.rsplit(".", 1)
    room = sys.modules.get(room)
    if room is not None and room.__dict__.get(last) is module:
        delattr(room, last)
