"""What the tests of the reader need: the table files of charsets."""

import os

import pytest

from boards.tools import charsets
from boards.tools.paths import PRIVATE

TABLES = PRIVATE / "mpy" / "charsets"


@pytest.fixture(scope="session", autouse=True)
def tables() -> None:
    """Make the tables; the tests find their folder in the environment, on MicroPython too."""
    charsets.make(["gbk", "big5", "euc-kr", "shift_jis", "iso-8859-8"], TABLES)
    os.environ["MIME_TABLES"] = str(TABLES)
