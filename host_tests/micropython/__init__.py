"""The suite of ../behaviour on a real MicroPython."""

import platform
import sys
from pathlib import Path

SIXTY_FOUR = Path(sys.executable).with_name("micropython")
"""The MicroPython with 64-bit words that comes with what the tests need, where there is one for this processor."""

WANTED = SIXTY_FOUR.exists() or (sys.platform, platform.machine()) == ("linux", "x86_64")
"""Whether it is to take part: where it can be had its absence is a failure."""
