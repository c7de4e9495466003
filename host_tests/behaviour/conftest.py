"""Under pytest too each of these tests runs over each layer."""

from collections.abc import Iterator

import pytest

from boards.tools import bundle
from host_tests.behaviour import layers


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    metafunc.parametrize("layer", layers.of(metafunc.module, metafunc.function.__name__), indirect=True)


@pytest.fixture(scope="session")
def circuitpython_libraries() -> None:
    """What the layers of CircuitPython need."""
    bundle.fetch()


@pytest.fixture(autouse=True)
def layer(request: pytest.FixtureRequest, circuitpython_libraries: None) -> Iterator[str]:
    """The layer that the test runs over."""
    layers.choose(request.param)
    yield request.param
    layers.choose(layers.LAYERS[0])
