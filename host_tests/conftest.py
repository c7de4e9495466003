"""What all tests share: virtual time, the real servers, and a line at the end that says which took part."""

import gc
from collections.abc import Iterator

import pytest

from host_tests.behaviour.clock import Clock, put_back

pytest_plugins = ["host_tests.servers.fixtures"]


def pytest_collection_finish() -> None:
    """The library collects garbage as on a board: the thousands of tests that pytest holds are not to be searched."""
    gc.freeze()


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Virtual time, which the library takes for the real one."""
    clock = Clock()
    before = clock.install()
    yield clock
    put_back(before)
