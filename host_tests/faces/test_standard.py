"""CPython's own tests of poplib pass with micropop's in its place, as they do with the original."""

import json
import os
import subprocess
import sys

import pytest

from boards.tools.paths import LIB, ROOT
from boards.tools.unavailable import Unavailable
from host_tests.faces import standard

SECONDS = 300
MODULES = ("poplib", "micropop")


@pytest.fixture(scope="module")
def outcomes() -> dict[str, dict[str, str]]:
    """What came of each test, by module and test."""
    try:
        standard.find()
    except Unavailable as reason:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(reason))
    environment = os.environ | {"PYTHONPATH": str(LIB)}
    running = {
        module: subprocess.Popen(
            [sys.executable, "-m", "host_tests.faces.standard", module],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for module in MODULES
    }
    try:
        return {module: json.loads(each.communicate(timeout=SECONDS)[0]) for module, each in running.items()}
    finally:
        for each in running.values():
            each.kill()
            each.communicate()


def test_the_tests_are_those_of_poplib(outcomes: dict[str, dict[str, str]]):
    assert len(outcomes["poplib"]) >= 70
    assert set(outcomes["poplib"].values()) <= {"passed", "skipped"}


def test_micropop_passes_what_the_original_passes(outcomes: dict[str, dict[str, str]]):
    assert set(outcomes["micropop"]) == set(outcomes["poplib"])
    for name, outcome in outcomes["poplib"].items():
        assert outcomes["micropop"][name] == outcome, f"{name}: {outcomes['micropop'][name]}"
