"""What the tests of the reader need: the table files of charsets."""

import os
from pathlib import Path

import pytest

from boards.tools import charsets
from boards.tools.paths import PRIVATE

TABLES = PRIVATE / "mpy" / "charsets"


@pytest.fixture(scope="session", autouse=True)
def tables() -> None:
    """Make the tables; the tests find their folder in the environment, on MicroPython too."""
    charsets.make(["gbk", "big5", "euc-kr", "shift_jis", "iso-8859-8"], TABLES)
    os.environ["MIME_TABLES"] = str(TABLES)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests write files where they are, and several of them run at once."""
    monkeypatch.chdir(tmp_path)
