"""CPython's own tests of poplib, run with the original or with micropop's in its place: prints each outcome as JSON.

``python -m host_tests.faces.standard poplib`` or ``micropop``, with lib/ on the path. The tests ship with Python; where
a distribution has them in a package of their own, that is unpacked privately.
"""

import importlib.util
import json
import ssl
import sys
import unittest
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

from boards.tools import debian
from boards.tools.unavailable import Unavailable

LINE = 2048  # the original's limit of a line, which the tests ask for


def find() -> None:
    """Make ``test.test_poplib`` importable. Raises Unavailable."""
    try:
        import test
    except ImportError:
        test = sys.modules["test"] = ModuleType("test")
        test.__path__ = []
    if importlib.util.find_spec("test.test_poplib") is None:
        name = f"python{sys.version_info.major}.{sys.version_info.minor}"
        packages = [f"lib{name}-testsuite", f"lib{name}-stdlib"]
        test.__path__.append(str(unpacked(packages) / "usr/lib" / name / "test"))


def unpacked(packages: list[str]) -> Path:
    """These packages alone, from the system's own suite or another of Debian's. Raises Unavailable."""
    try:
        return debian.unpack(packages[0], packages, suites=None, only=packages)
    except Unavailable:
        return debian.unpack(packages[0], packages, only=packages)


def adapted() -> ModuleType:
    """micropop's poplib as the tests want it: it trusts their servers' certificate, and limits lines."""
    from micropop import poplib

    class POP3(poplib.POP3):
        def stls(self, context: ssl.SSLContext | None = None) -> bytes:
            return super().stls(context or trusting())

    class POP3_SSL(poplib.POP3_SSL):
        def __init__(self, *arguments: Any, context: ssl.SSLContext | None = None, **options: Any):
            super().__init__(*arguments, context=context or trusting(), **options)

    poplib.POP3, poplib.POP3_SSL, poplib._MAXLINE = POP3, POP3_SSL, LINE
    return poplib


def trusting() -> ssl.SSLContext:
    """A context that trusts the tests' authority; their certificate is for localhost, and they connect to 127.0.0.1."""
    from test import test_poplib

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(Path(test_poplib.CAFILE))
    context.check_hostname = False
    return context


class Outcomes(unittest.TestResult):
    """What came of each test, by its name: "passed", "skipped", or a traceback."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def stopTest(self, test: unittest.TestCase) -> None:
        super().stopTest(test)
        self.found.setdefault(test.id(), "passed")

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        self.found[test.id()] = "skipped"

    def addFailure(self, test: unittest.TestCase, problem: Any) -> None:
        self.found[test.id()] = self._exc_info_to_string(problem, test)

    addError = addFailure


def main(which: str) -> None:
    """Run them all."""
    warnings.simplefilter("ignore")
    find()
    if which == "micropop":
        sys.modules["poplib"] = adapted()
    from test import test_poplib

    outcomes = Outcomes()
    unittest.defaultTestLoader.loadTestsFromModule(test_poplib).run(outcomes)
    print(json.dumps(outcomes.found))


if __name__ == "__main__":
    main(sys.argv[1])
