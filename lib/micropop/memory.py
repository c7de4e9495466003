"""Modules whose work is done are forgotten: a board has their memory for the mail. Needed again, they are loaded
again."""

import sys

FORGETS = sys.implementation.name != "cpython"  # which has the memory, and other threads that may be loading


class forgetting:
    """``with forgetting():`` forgets in the end what was loaded in the block of a package's modules.

    Those that say ``STAYS = True`` stay: a class that a program imported for its ``except`` must remain the same one.
    Blocks may stand in one another, and what the block raises comes out.

    :param str also: the name of a module that was loaded before, and is to go too
    :param str package: whose modules; another than micropop where a program forgets its own
    """

    def __init__(self, also=None, package="micropop"):
        self._also = also
        self._start = package + "."
        self._before = None

    def __enter__(self):
        if FORGETS:
            try:
                self._before = [name for name in sys.modules if name.startswith(self._start)]
            except MemoryError:
                pass  # then nothing is forgotten

    def __exit__(self, *_):
        before = self._before
        if before is not None:
            try:
                for name in list(sys.modules):
                    if name == self._also or (name.startswith(self._start) and name not in before):
                        forget(name)
            except MemoryError:
                pass


def forget(name):
    """Have nothing refer to a module any more but those that use it, unless it says that it stays."""
    if hasattr(sys.modules[name], "STAYS"):
        return
    module = sys.modules.pop(name)
    room, last = name.rsplit(".", 1)
    room = sys.modules.get(room)
    if room is not None and room.__dict__.get(last) is module:
        delattr(room, last)
