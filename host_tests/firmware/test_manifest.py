"""firmware/manifest.py freezes what `make deploy` copies."""

import runpy
import tomllib

import micropop

from boards.shared import payload
from boards.shared.payload import Sources
from boards.tools.paths import ROOT

FIRMWARE = payload.FIRMWARE


def frozen() -> set[str]:
    """The modules that the manifest freezes, by their path."""
    found: set[str] = set()

    def package(name: str, base_path: str = ".", opt: int = 0) -> None:
        base = FIRMWARE / base_path
        assert (base / name).is_dir()
        found.update(path.relative_to(base).as_posix() for path in (base / name).rglob("*.py"))

    def module(name: str, base_path: str = ".", opt: int = 0) -> None:
        assert (FIRMWARE / base_path / name).is_file()
        found.add(name)

    verbs = {"package": package, "module": module, "metadata": lambda **about: None}
    verbs |= {"include": lambda path: None, "require": lambda name: None}
    runpy.run_path(str(FIRMWARE / "manifest.py"), verbs)
    return found


def test_everything_that_a_micropython_board_runs_is_frozen():
    entries = {target for target, path in payload.entries("micropython", Sources()).items() if FIRMWARE in path.parents}
    assert entries == {"boot.py", "main.py"}
    assert set(payload.modules("micropython", Sources(), everything=True)) | entries <= frozen()


def test_one_version_everywhere():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert micropop.__version__ == version
    assert f'version="{version}"' in (FIRMWARE / "manifest.py").read_text()
