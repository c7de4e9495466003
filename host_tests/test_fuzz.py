"""What random input has shown stays mended: the seeds, and every case that once broke something."""

from pathlib import Path

import pytest

from host_tests.fuzz import targets
from host_tests.fuzz.seeds import seeds

CASES = sorted((Path(__file__).parent / "fuzz" / "cases").iterdir())


@pytest.mark.parametrize("index", range(len(seeds())))
def test_seed(index):
    targets.run(seeds()[index])


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_case(case):
    targets.run(case.read_bytes())
