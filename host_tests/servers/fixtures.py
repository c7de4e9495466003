"""pytest fixtures: each real server once for all tests, and the scripted one; a line at the end says which took part.

Tests name the real servers that they need by a fixture (``dovecot``), by a parameter called ``server`` that is such a
name, or, where they start servers themselves, by ``@pytest.mark.servers("dovecot")``. Where one cannot be had its tests
are left out; with CI=true they fail.
"""

import os
from collections.abc import Iterator

import pytest

from boards.tools.unavailable import Unavailable
from host_tests.servers import certificates as making
from host_tests.servers.courier import Courier
from host_tests.servers.cyrus import Cyrus
from host_tests.servers.dovecot import Dovecot
from host_tests.servers.maildir import sample_mails
from host_tests.servers.mpopd import Mpopd
from host_tests.servers.running import KeptServer
from host_tests.servers.scripted import Scripted

KINDS: dict[str, type[KeptServer]] = {"dovecot": Dovecot, "courier": Courier, "cyrus": Cyrus, "mpopd": Mpopd}
"""The real servers by name."""


class Fleet:
    """The real servers, each started when it is first asked for and kept until the end."""

    def __init__(self) -> None:
        self.running: dict[str, KeptServer] = {}
        self.reasons: dict[str, str] = {}

    def get(self, name: str) -> KeptServer:
        """That server, with the sample mails. Raises Unavailable."""
        if name in self.reasons:
            raise Unavailable(self.reasons[name])
        if name not in self.running:
            server = KINDS[name](mails=sample_mails())
            try:
                self.running[name] = server.__enter__()
            except Unavailable as reason:
                self.reasons[name] = str(reason)
                raise
        return self.running[name]

    def has(self, name: str) -> bool:
        """True if that server can be had."""
        try:
            self.get(name)
        except Unavailable:
            return False
        return True

    def stop(self) -> None:
        """Stop all."""
        while self.running:
            self.running.popitem()[1].__exit__()


FLEET = pytest.StashKey[Fleet]()
TOOK_PART = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "servers(*names): the test starts these real servers itself")
    config.stash[FLEET] = Fleet()


def pytest_itemcollected(item: pytest.Item) -> None:
    if _needed(item) and item.get_closest_marker("xdist_group") is None:
        item.add_marker(pytest.mark.xdist_group("servers"))  # of several workers one starts them


def pytest_runtest_setup(item: pytest.Item) -> None:
    fleet = item.config.stash[FLEET]
    missing = [f"no {name}: {fleet.reasons[name]}" for name in sorted(_needed(item)) if not fleet.has(name)]
    if missing and os.environ.get("CI") == "true":
        pytest.fail("; ".join(missing), pytrace=False)
    elif missing:
        pytest.skip("; ".join(missing))


def pytest_sessionfinish(session: pytest.Session) -> None:
    fleet = session.config.stash[FLEET]
    if TOOK_PART in session.config.stash:  # of the workers
        return
    part = ", ".join(f"{name} {server.version}" for name, server in sorted(fleet.running.items()))
    missing = "; ".join(f"{name} ({reason})" for name, reason in sorted(fleet.reasons.items()))
    lines = [f"servers: {part}" if part else "", f"not here: {missing}" if missing else ""]
    session.config.stash[TOOK_PART] = "; ".join(line for line in lines if line)
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["took part"] = session.config.stash[TOOK_PART]
    fleet.stop()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node) -> None:
    """A worker of pytest-xdist has ended: what took part in it."""
    node.config.stash[TOOK_PART] = getattr(node, "workeroutput", {}).get("took part", "")


def pytest_terminal_summary(terminalreporter: "pytest.TerminalReporter", config: pytest.Config) -> None:
    line = config.stash.get(TOOK_PART, "")
    if line:
        terminalreporter.write_line(line)


def _needed(item: pytest.Item) -> set[str]:
    """The names of the real servers that a test needs."""
    named = set(getattr(item, "fixturenames", ()))
    call = getattr(item, "callspec", None)
    if call is not None and isinstance(call.params.get("server"), str):
        named.add(call.params["server"])
    for mark in item.iter_markers("servers"):
        named.update(mark.args)
    return named & set(KINDS)


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> KeptServer:
    """The real server that the parameter names (indirect), with the sample mails; tests must not delete its mails."""
    return request.config.stash[FLEET].get(request.param)


@pytest.fixture(scope="session")
def dovecot(request: pytest.FixtureRequest) -> KeptServer:
    """A Dovecot with the sample mails; tests must not delete them, nor must those with the next three."""
    return request.config.stash[FLEET].get("dovecot")


@pytest.fixture(scope="session")
def courier(request: pytest.FixtureRequest) -> KeptServer:
    """A Courier."""
    return request.config.stash[FLEET].get("courier")


@pytest.fixture(scope="session")
def cyrus(request: pytest.FixtureRequest) -> KeptServer:
    """A Cyrus."""
    return request.config.stash[FLEET].get("cyrus")


@pytest.fixture(scope="session")
def mpopd(request: pytest.FixtureRequest) -> KeptServer:
    """An mpopd."""
    return request.config.stash[FLEET].get("mpopd")


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> making.Certificates:
    """A root, a good certificate and the bad ones."""
    return making.make(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def scripted(certificates: making.Certificates) -> Iterator[Scripted]:
    """A scripted server with the sample mails, for this test alone."""
    with Scripted(mails=sample_mails(), made=certificates) as server:
        yield server
