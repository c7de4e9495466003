"""Random input: whatever a server sends, the result is right or a typed error, and nothing is left behind."""

import sys

from boards.tools.paths import LIB

if str(LIB) not in sys.path:  # run by itself, not by pytest
    sys.path.insert(0, str(LIB))
