"""What pip and mip install is the library, all of it and nothing else; and it works."""

import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from readme_renderer import markdown

from boards.commands import package
from boards.shared import payload
from boards.shared.payload import Sources
from boards.tools import bundle
from boards.tools.paths import LIB, ROOT
from boards.virtual.board import VirtualBoard

BEHAVIOUR = """
import sys, traceback
sys.path.append(sys.argv[1])
import micropop
from host_tests.behaviour import layers
print(micropop.__file__)
for name in sys.argv[2:]:
    module = __import__("host_tests.behaviour." + name, None, None, (name,))
    for test in sorted(dir(module)):
        if test.startswith("test_") and "waiting" in layers.of(module, test):
            layers.choose("waiting")
            try:
                getattr(module, test)()
                print("passed", name, test)
            except Exception:
                traceback.print_exc(file=sys.stdout)
"""
"""Runs files of the behaviour suite over one layer, with whatever micropop is installed."""

FILES = ("test_sessions", "test_logins", "test_pipelining", "test_guard", "test_refusals", "test_poplib", "test_netx")
MACHINE = re.compile(rb"/(?:home|root|tmp|Users)/\w|" + re.escape(str(ROOT).encode()))
"""Places on a computer that are nobody else's."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """An sdist and a wheel, just built."""
    return package.build(tmp_path_factory.mktemp("dist"))


def contents(archive: Path) -> dict[str, bytes]:
    """The files in an sdist or a wheel."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return {name: wheel.read(name) for name in wheel.namelist()}
    with tarfile.open(archive) as sdist:
        files = {it.name.partition("/")[2]: sdist.extractfile(it) for it in sdist.getmembers() if it.isfile()}
        return {name: file.read() for name, file in files.items() if file}


def library() -> set[str]:
    """The files that belong to the package, with their stubs."""
    found = [path for path in (LIB / "micropop").rglob("*") if path.suffix in (".py", ".pyi", ".typed")]
    return {path.relative_to(LIB).as_posix() for path in found}


# -- pip


def test_the_wheel_has_the_package_and_its_types(built: list[Path]):
    about = "micropop-" + package.version() + ".dist-info/"
    assert {name for name in contents(built[1]) if not name.startswith(about)} == library()


def test_the_sdist_has_what_the_wheel_is_built_from(built: list[Path]):
    found = set(contents(built[0]))
    assert {"lib/" + name for name in library()} <= found
    assert {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"} <= found
    assert not [name for name in found if name.endswith((".pyc", ".mpy", ".toml")) and name != "pyproject.toml"]


def test_neither_names_a_place_on_the_machine_that_built_it(built: list[Path]):
    for archive in built:
        for name, data in contents(archive).items():
            assert not MACHINE.search(data), name


def test_the_readme_is_the_long_description(built: list[Path]):
    about = next(data for name, data in contents(built[1]).items() if name.endswith("METADATA"))
    found = message_from_bytes(about)
    assert found["Description-Content-Type"] == "text/markdown"
    text = found.get_payload(decode=True).decode()
    assert text.strip() == (ROOT / "README.md").read_text(encoding="utf-8").strip()
    shown = markdown.render(text)
    assert shown and "<h1" in shown and "<table>" in shown


def test_the_extra_for_circuitpython_is_what_deploy_copies():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extra = project["optional-dependencies"]["circuitpython"]
    assert {str(Requirement(it)) for it in extra} == {str(Requirement(it)) for it in bundle.PACKAGES}
    assert not project.get("dependencies")


def test_what_pip_installs_behaves(built: list[Path], tmp_path: Path):
    home = tmp_path / "venv"
    venv.create(home, symlinks=True)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check", "install", "--no-deps"]
    subprocess.run([*pip, "--no-index", str(built[1])], check=True, capture_output=True)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [python, "-c", BEHAVIOUR, str(ROOT), *FILES]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    first, *rest = done.stdout.splitlines()
    assert Path(first).is_relative_to(home)
    assert not [line for line in rest if not line.startswith("passed ")], done.stdout
    for name in FILES:
        assert [line for line in rest if line.startswith(f"passed {name} ")], f"nothing of {name} ran"


# -- mip


def test_the_lists_for_mip_have_every_module_that_micropython_runs_once():
    listed = []
    for path, text in package.sources().items():
        assert path.read_text() == text, "python -m boards.commands.package writes it"
        for target, source in json.loads(text)["urls"]:
            assert (path.parent / source).samefile(ROOT / "lib" / target)
            listed.append(target)
    assert sorted(listed) == sorted(package.modules())
    left_out = {name for name in library() if name.endswith(".py")} - package.modules().keys()
    assert left_out and all("circuitpython" in name or "cpython" in name for name in left_out)


def test_the_compiled_package_has_the_same_modules(tmp_path: Path):
    folder = package.compile_into(tmp_path / "mip")
    targets = []
    for name in (package.CORE, *package.PARTS):
        listing = json.loads((folder / f"{name}.json").read_text())
        targets += [target for target, _ in listing["urls"]]
        for _, source in listing["urls"]:
            assert payload.abi(folder / source) == 6
        assert listing["version"] == package.version()
    assert sorted(targets) == sorted(it.replace(".py", ".mpy") for it in package.modules())


@pytest.mark.parametrize("compiled", [True, False])
def test_mip_installs_it_on_a_board_part_by_part(tmp_path: Path, compiled: bool):
    folder = package.compile_into(tmp_path / "mip") if compiled else ROOT
    netx = folder / "netx.json" if compiled else ROOT / "lib" / "netx.json"
    program = "import micropop; print(micropop.__file__, micropop.connect, {})"
    with VirtualBoard("rpi_pico_w") as board:
        mpremote = [sys.executable, "-m", "mpremote", "connect", board.port]
        for listing, shown in ((folder / "package.json", "1"), (netx, "micropop.netx.NX_SUCCESS")):
            for command in (["mip", "install", str(listing)], ["exec", program.format(shown)]):
                done = subprocess.run([*mpremote, *command], capture_output=True, text=True, timeout=120, check=False)
                assert done.returncode == 0, done.stdout + done.stderr
            assert done.stdout.startswith(f"/lib/micropop/__init__{'.mpy' if compiled else '.py'} <function connect")


def test_one_version_everywhere():
    assert json.loads((ROOT / "package.json").read_text())["version"] == package.version()


# -- by hand


def test_the_command_of_the_readme_copies_what_a_board_runs(tmp_path: Path):
    command = next(line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("find lib "))
    drive = "/media/$USER/CIRCUITPY/lib"
    assert drive in command
    subprocess.run(command.replace(drive, str(tmp_path)), shell=True, check=True, cwd=ROOT)
    copied = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert copied == {path.relative_to(LIB).as_posix() for path in LIB.rglob("*.py")}
    everything = payload.modules("circuitpython", Sources(), everything=True)
    assert copied >= {name for name in everything if name.startswith("micropop/")}
