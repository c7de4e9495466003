"""What `mip install` copies to a board is the library, all of it."""

import json
import tomllib

from boards.tools.paths import ROOT


def test_package_json_lists_every_module_of_the_library():
    package = json.loads((ROOT / "package.json").read_text())
    modules = {path.relative_to(ROOT / "lib").as_posix() for path in (ROOT / "lib").rglob("*.py")}
    assert dict(package["urls"]) == {name: f"lib/{name}" for name in modules}


def test_one_version_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert json.loads((ROOT / "package.json").read_text())["version"] == project["version"]
