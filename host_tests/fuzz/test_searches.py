"""Random input breaks nothing: what once did stays fixed, and a short search finds nothing new."""

import platform
import sys

import pytest

from boards.virtual import vm
from host_tests.fuzz import search, targets
from host_tests.fuzz.seeds import seeds
from host_tests.mime.both import invariants

CASES = sorted(search.CASES.iterdir())


@pytest.mark.parametrize("index", range(len(seeds())))
def test_seed(index):
    targets.run(seeds()[index])


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_case(case):
    (invariants if case.name.startswith("mime-") else targets).run(case.read_bytes())


def test_every_target_has_a_seed():
    assert {data[0] for data in seeds()} == set(range(len(targets.TARGETS)))


if sys.platform == "linux" and platform.machine() == "x86_64" and sys.version_info < (3, 14):
    # Atheris is to be had for nothing else

    @pytest.mark.parametrize(("subject", "runs"), [("session", 12_000), ("mime", 500)])
    def test_a_short_search_guided_by_coverage_finds_nothing(subject, runs):
        assert search.by_coverage(subject, runs=runs, seed=1) == f"{runs:,} inputs"


@pytest.mark.parametrize("name", search.BOARD_TARGETS)
def test_random_input_on_a_board_in_24_kilobytes(name):
    """Whatever comes, nothing grows; where the memory is too short for an error's words, all is still given back."""
    found = search.on_a_board(name, 150, "30K" if vm.find().bits == 32 else "32K")
    assert found["inputs"] == 150


@pytest.mark.parametrize("name", search.BOARD_TARGETS)
def test_random_input_on_a_board_with_memory_enough(name):
    assert search.on_a_board(name, 150, "64K") == {"inputs": 150, "short": 0}
