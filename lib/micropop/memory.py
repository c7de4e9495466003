"""Modules whose work is done are forgotten: a board has their memory for the mail. Needed again, they are loaded
again."""

import gc
import sys

FORGETS = sys.implementation.name != "cpython"  # which has the memory, and other threads that may be loading


class forgetting:
    """``with forgetting():`` forgets in the end what was loaded in the block of micropop's modules.

    Those that say ``STAYS = True`` stay: a class that a program imported for its ``except`` must remain the same one.
    Blocks may stand in one another, and what the block raises comes out.

    :param str package: another package's modules instead, where a program forgets its own; None: nothing is forgotten
    :param str also: the name of a module that was loaded before, and is to go too
    """

    before = None

    def __init__(self, package="micropop", also=None):
        self.package = package and package + "."
        self.also = also

    def __enter__(self):
        if FORGETS and self.package:
            try:
                self.before = [name for name in sys.modules if self.match(name)]
            except MemoryError:
                pass  # then nothing is forgotten

    def __exit__(self, *_):
        before = self.before
        if before is not None:
            try:
                for name in sorted(sys.modules, reverse=True):  # a package behind what is in it
                    if name in (self.also, __name__) or (self.match(name) and name not in before):
                        forget(name)
            except MemoryError:
                pass
            gc.collect()  # here, where nothing on the stack still points to what is forgotten

    def match(self, name):
        # whether a module is the package, or in it; asking takes no memory, which may be short
        package = self.package
        return name.startswith(package) or (len(name) + 1 == len(package) and package.startswith(name))


def forget(name):
    """Have nothing refer to a module any more but those that use it, unless it says that it stays."""
    if hasattr(sys.modules[name], "STAYS"):
        return
    module = sys.modules.pop(name)
    room, _, last = name.rpartition(".")
    room = sys.modules.get(room)
    if room is not None and room.__dict__.get(last) is module:
        delattr(room, last)
