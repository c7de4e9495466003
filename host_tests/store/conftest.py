"""Programs that run on a board's MicroPython."""

from collections.abc import Callable

import pytest

from host_tests.store import on_board


@pytest.fixture(scope="session")
def run() -> Callable[..., list[int]]:
    """Runs a program of this folder, and returns the numbers that it prints in the end."""
    return on_board.run
