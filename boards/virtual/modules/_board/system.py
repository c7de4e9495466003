"""The firmware's sys module, on the chip that this board has."""

import sys as _sys
from collections import namedtuple

for _name in dir(_sys):
    if not _name.startswith("__"):
        globals()[_name] = getattr(_sys, _name)
__name__ = "sys"


def _power_on(chip, words):
    """``words``: the board's name and chip, as the firmware says them."""
    global platform, implementation
    platform = chip
    it = _sys.implementation
    fields = ("name", "version", "_machine", "_mpy", "_build")
    implementation = namedtuple("implementation", fields)(it.name, it.version, words, it._mpy, "virtual")
