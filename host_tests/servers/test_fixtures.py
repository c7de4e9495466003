"""What becomes of tests whose server cannot be had."""

import pytest

from boards.tools.paths import LIB, ROOT

pytest_plugins = ["pytester"]

CONFTEST = """
from host_tests.servers import fixtures
from host_tests.servers.dovecot import Dovecot, Unavailable

class Missing(Dovecot):
    def prepare(self):
        raise Unavailable("no dovecot in this test")

fixtures.KINDS["dovecot"] = Missing
pytest_plugins = ["host_tests.servers.fixtures"]
"""
TESTS = """
import pytest

def test_by_fixture(dovecot): pass

@pytest.mark.parametrize("server", ["dovecot"], indirect=True)
def test_by_parameter(server): pass

@pytest.mark.servers("dovecot")
def test_by_mark(): pass

def test_of_something_else(): pass
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(TESTS)
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}:{LIB}")
    monkeypatch.delenv("CI", raising=False)
    return lambda *arguments: pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)


def test_they_are_left_out_and_the_reason_is_told(run):
    result = run()
    result.assert_outcomes(passed=1, skipped=3)
    result.stdout.fnmatch_lines(["not here: dovecot (no dovecot in this test)"])
    assert result.ret == 0


def test_workers_tell_it_too(run):
    result = run("-n", "2")
    result.assert_outcomes(passed=1, skipped=3)
    result.stdout.fnmatch_lines(["not here: dovecot (no dovecot in this test)"])


@pytest.mark.parametrize("workers", ["0", "2"])
def test_under_ci_they_fail(run, monkeypatch, workers: str):
    monkeypatch.setenv("CI", "true")
    result = run("-n", workers)
    result.assert_outcomes(passed=1, errors=3)
    result.stdout.fnmatch_lines(["no dovecot: no dovecot in this test"])


def test_what_nobody_asks_for_is_not_started(run, monkeypatch):
    monkeypatch.setenv("CI", "true")
    result = run("-k", "something_else")
    result.assert_outcomes(passed=1, deselected=3)
    assert "not here" not in result.stdout.str()
