"""Unpacking Debian packages and finding a MicroPython: what can be tested without asking the repository again."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from boards.tools import debian
from boards.tools.unavailable import Unavailable
from boards.virtual import vm

SIMULATED = """\
Inst libneeded1 [0.9] (1.0-1 Debian:13/stable [i386])
Inst libextra2 (2:3.4+ds-1 Debian:13/stable [i386])
Inst thing (5.6-7 Debian:13/stable [i386])
Conf thing (5.6-7 Debian:13/stable [i386])
"""
TARGETS = """\
http://mirror.invalid/debian/|trixie|main
http://mirror.invalid/debian-security/|trixie-security|main
http://mirror.invalid/debian/|trixie-backports|main
http://third.invalid/apt/|trixie-pgdg|main
http://third.invalid/docker/|trixie|stable
"""


class Machine:
    """Stands for apt and dpkg: notes what is run, and fails where told to."""

    def __init__(self) -> None:
        self.commands: list[list[str]] = []
        self.broken: set[str] = set()
        self.targets = TARGETS
        self.system = {"ID": "debian", "VERSION_CODENAME": "trixie"}

    def run(self, command: list[str], folder: Path | None = None, environment: dict | None = None) -> str:
        self.commands.append(command)
        if command[0] == "apt-config":
            return 'Acquire::http::Proxy "http://proxy.invalid:3128";\nAPT::Update::Post-Invoke:: "rm -rf /";\n'
        if command[0] == "dpkg-deb":
            root = Path(command[3])
            (root / "usr/bin").mkdir(parents=True, exist_ok=True)
            (root / "usr/bin" / Path(command[2]).stem).write_text("unpacked")
            return ""
        if "update" in command:
            suites = {line.split()[-2] for line in (folder / "sources.list").read_text().splitlines()}
            if suites & self.broken:
                raise Unavailable("the index is broken")
            self.settings = Path(environment["APT_CONFIG"]).read_text()
        if "install" in command:
            return SIMULATED
        if "download" in command:
            for package in command[command.index("download") + 1 :]:
                (folder / f"{package.split('=')[0]}.deb").write_bytes(b"")
        return ""

    def ran(self, word: str) -> list[list[str]]:
        return [command for command in self.commands if word in command]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Machine:
    machine = Machine()

    def list_targets(command: list[str], **_: object) -> subprocess.CompletedProcess:
        assert command[:2] == ["apt-get", "indextargets"]
        return subprocess.CompletedProcess(command, 0, machine.targets, "")

    monkeypatch.setattr(debian, "FOLDER", tmp_path / "debian")
    monkeypatch.setattr(debian, "_run", machine.run)
    monkeypatch.setattr(debian, "_need", lambda *programs: None)
    monkeypatch.setattr(debian, "_os_release", lambda: machine.system)
    monkeypatch.setattr(debian.subprocess, "run", list_targets)
    monkeypatch.delenv("DEBIAN_MIRROR", raising=False)
    return machine


def test_a_package_comes_with_what_it_needs(machine: Machine):
    root = debian.unpack("thing", ["thing"], "i386", ["forky"])
    assert sorted(path.name for path in (root / "usr/bin").iterdir()) == ["libextra2", "libneeded1", "thing"]
    assert machine.ran("download")[0][-3:] == ["libneeded1=1.0-1", "libextra2=2:3.4+ds-1", "thing=5.6-7"]
    assert 'APT::Architecture "i386";' in machine.settings
    assert "http://proxy.invalid:3128" in machine.settings  # the way to the network is the system's …
    assert "rm -rf" not in machine.settings  # … and nothing else is
    assert sorted(path.name for path in root.parent.iterdir()) == [".apt", ".lock", "thing"]


def test_what_was_unpacked_is_not_fetched_again_and_what_changed_is(machine: Machine):
    first = debian.unpack("thing", ["thing"], "i386", ["forky"])
    count = len(machine.commands)
    assert debian.unpack("thing", ["thing"], "i386", ["forky"]) == first
    assert len(machine.commands) == count
    debian.unpack("thing", ["thing"], "i386", ["forky"], exclude=["libextra2"])
    assert sorted(path.name for path in (first / "usr/bin").iterdir()) == ["libneeded1", "thing"]
    debian.unpack("thing", ["thing"], "i386", ["forky"], only=["thing"])
    assert sorted(path.name for path in (first / "usr/bin").iterdir()) == ["thing"]
    assert len(machine.ran("update")) == 1  # the lists are fresh


def test_suites_are_tried_in_turn_and_all_reasons_told(machine: Machine):
    machine.broken = {"forky"}
    root = debian.unpack("thing", ["thing"], "i386", ["forky", "sid"])
    assert json.loads((root / debian.STAMP).read_text())["from"] == "sid"
    machine.broken = {"forky", "trixie"}
    with pytest.raises(Unavailable) as caught:
        debian.unpack("other", ["other"], "i386", ["forky", "trixie"])
    assert str(caught.value) == ("no other for i386 here (forky: the index is broken; trixie: the index is broken)")
    assert not (root.parent / "other").exists()


def test_an_interrupted_unpacking_leaves_nothing_that_looks_done(machine: Machine, monkeypatch: pytest.MonkeyPatch):
    def interrupted(command: list[str], *rest: object) -> str:
        if command[0] == "dpkg-deb" and command[2].endswith("thing.deb"):
            raise KeyboardInterrupt
        return machine.run(command, *rest)

    monkeypatch.setattr(debian, "_run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        debian.unpack("thing", ["thing"], "i386", ["forky"])
    assert not (debian.FOLDER / "thing").exists()
    monkeypatch.setattr(debian, "_run", machine.run)
    assert (debian.unpack("thing", ["thing"], "i386", ["forky"]) / "usr/bin/thing").exists()


def test_the_systems_own_suite_takes_what_the_system_lacks_from_its_own_repositories(machine: Machine):
    debian.unpack("thing", ["thing"], "amd64", suites=None)
    sources = next(debian.FOLDER.glob(".apt/own-amd64/sources.list")).read_text()
    assert [line.split()[-3:] for line in sources.splitlines()] == [
        ["http://mirror.invalid/debian/", "trixie", "main"],
        ["http://mirror.invalid/debian-security/", "trixie-security", "main"],
    ]
    assert 'Dir::State::status "/var/lib/dpkg/status";' in machine.settings


def test_ubuntu_uses_its_own_suite_unless_told_of_a_debian_mirror(machine: Machine, monkeypatch: pytest.MonkeyPatch):
    machine.system = {"ID": "ubuntu", "VERSION_CODENAME": "noble"}
    machine.targets = "http://mirror.invalid/ubuntu/|noble|universe\n"
    debian.unpack("thing", ["thing"], "amd64")
    assert "/ubuntu/ noble universe" in next(debian.FOLDER.glob(".apt/own-amd64/sources.list")).read_text()
    monkeypatch.setenv("DEBIAN_MIRROR", "http://mirror.invalid/debian")
    debian.unpack("other", ["thing"], "i386", ["sid"])
    assert "/debian sid main" in next(debian.FOLDER.glob(".apt/sid-i386/sources.list")).read_text()


def test_a_system_without_apt_is_told_so_in_a_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(debian, "FOLDER", tmp_path)
    monkeypatch.setattr(debian.shutil, "which", lambda program: None)
    with pytest.raises(Unavailable, match=r"apt-get and apt-config and dpkg-deb .* needed"):
        debian.unpack("thing", ["thing"], "i386")


def test_the_vm_takes_its_heap_in_words():
    narrow, wide = vm.Vm(("vm",), "1.26.1", 32), vm.Vm(("vm",), "1.26.1", 64)
    assert narrow.command("x.py", heapsize=4096) == ["vm", "-X", "heapsize=4096", "x.py"]
    assert wide.command("x.py", heapsize="64K") == ["vm", "-X", "heapsize=64wK", "x.py"]
    assert wide.command(Path("x.py")) == ["vm", "x.py"]


@pytest.fixture
def nothing_found_yet() -> Iterator[None]:
    vm.find.cache_clear()
    yield
    vm.find.cache_clear()


@pytest.mark.usefixtures("nothing_found_yet")
def test_the_next_best_vm_says_what_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    def program(name: str, answer: str) -> str:
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\necho '{answer}'\n")
        path.chmod(0o755)
        return str(path)

    def unavailable(*_: object, **__: object) -> Path:
        raise Unavailable("no network")

    monkeypatch.setattr(vm.debian, "unpack", unavailable)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    program("micropython", "[[1, 24, 0], 64]")
    found = vm.find(32)
    assert (found.version, found.bits) == ("1.24.0", 64)
    assert found.note.startswith("MicroPython 1.24.0 with 64-bit words")
    vm.find.cache_clear()
    program("micropython", "[[1, 19, 1], 64]")
    with pytest.raises(Unavailable, match=r"no MicroPython: no network; .* is 1.19.1, older than 1.22.0"):
        vm.find(32)
