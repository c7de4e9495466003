"""Freezes the library and the watcher into MicroPython itself: they take no RAM for their code then, and no file space.

In a checkout of MicroPython: ``make -C ports/rp2 BOARD=RPI_PICO_W FROZEN_MANIFEST=/path/to/firmware/manifest.py``. The
board's flash then needs settings.toml, ca.der and, if there is one, on_mail.py.
"""
# ruff: noqa: F821 (MicroPython's build defines these functions)

metadata(description="The micropop library and its mail watcher", version="0.2.0")
include("$(PORT_DIR)/boards/manifest.py")  # what the port freezes by itself
require("bundle-networking")  # ntptime and ssl, which not every port has in there
package("micropop", base_path="../lib", opt=3)
package("watcher", opt=3)
module("boot.py", base_path="micropython", opt=3)
module("main.py", base_path="micropython", opt=3)
