"""A watch on this computer: its flash is a folder, its radio a stand-in."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from watcher import log_files
from watcher.watch import Watch

from host_tests.firmware import settings, toml
from host_tests.firmware.radio import Network, install
from host_tests.servers.maildir import small_mails
from host_tests.servers.scripted import Scripted


@pytest.fixture
def radio(monkeypatch: pytest.MonkeyPatch) -> Network:
    return install(monkeypatch)


@pytest.fixture
def watch(tmp_path: Path, radio: Network, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Watch]]:
    """Makes a watch of a server's mailbox, on a flash that is a folder."""
    monkeypatch.setattr(log_files, "PATH", str(tmp_path / "log.txt"))
    monkeypatch.setattr(log_files, "OLDER", str(tmp_path / "log.old.txt"))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def make(server: Scripted, **changes: str | int) -> Watch:
        chosen = settings(server, POP3_CA=str(server.ca_pem), POP3_WATCHDOG=0, POP3_FOLDER=str(tmp_path / "mail"))
        (tmp_path / "settings.toml").write_bytes(toml(chosen | {"POP3_LED": ""} | changes))
        made = Watch()
        made.start(str(tmp_path / "settings.toml"))
        return made

    yield make
    sys.modules.pop("on_mail", None)


@pytest.fixture
def server() -> Iterator[Scripted]:
    with Scripted(mails=small_mails(3)) as server:
        yield server
