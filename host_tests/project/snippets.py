"""Check the types in the examples of the READMEs, in those that lie beside the firmware, and in the stubs themselves.

``python -m host_tests.project.snippets`` does it with basedpyright, and prints each mistake with its file and line.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from boards.tools.paths import LIB, PRIVATE, ROOT

FIRMWARE = ROOT / "firmware"
FOLDER = PRIVATE / "snippets"
BLOCK = re.compile(r"^( *)```python\n(.*?)^ *```", re.M | re.S)
RULES = {"typeCheckingMode": "standard", "pythonVersion": "3.11", "reportMissingModuleSource": False}
BOARD = ("machine", "micropython", "network", "ntptime", "framebuf", "sdcard", "vfs")
"""Modules of MicroPython's firmware, whose types are not known here."""


def pages(top: Path = ROOT) -> list[Path]:
    """The Markdown files of the project."""
    return [path for path in sorted(top.rglob("*.md")) if not {".private", ".git"} & set(path.parts)]


def examples(page: Path) -> list[str]:
    """The Python blocks of a page, each behind as many empty lines as make its lines those of the page."""
    text = page.read_text(encoding="utf-8")
    found = []
    for block in BLOCK.finditer(text):
        before = text.count("\n", 0, block.start(2))
        found.append("\n" * before + re.sub(f"^{block[1]}", "", block[2], flags=re.M))
    return found


def mistakes(paths: Iterable[Path], folder: Path = FOLDER) -> list[str]:
    """What basedpyright finds in some files: pages, of which it reads the blocks, and Python's own.

    :param folder: where the blocks are put
    :return: a line for each: file, line, what is wrong
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.rglob("*.*"):
        old.unlink()
    pages = {}  # each file that basedpyright reads, and where its text comes from
    for page in paths:
        if page.suffix == ".md":
            for count, text in enumerate(examples(page)):
                path = folder / f"{'_'.join(page.with_suffix('').parts[-2:])}_{count}.py"
                path.write_text(text, encoding="utf-8")
                pages[path] = page
        else:
            pages[page] = page
    for name in BOARD:
        (folder / f"{name}.pyi").write_text("def __getattr__(name: str): ...\n")
    config = folder / "pyrightconfig.json"
    places = {"include": [*pages], "extraPaths": [LIB, FIRMWARE, FIRMWARE / "examples"]}
    config.write_text(json.dumps(RULES | places, default=str))
    command = [sys.executable, "-m", "basedpyright", "--outputjson", "--pythonpath", sys.executable]
    command += ["--project", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        report = json.loads(done.stdout)
    except ValueError:
        return [f"basedpyright does not run: {(done.stderr or done.stdout).strip()}"]
    if report["summary"]["filesAnalyzed"] != len(pages):
        return [f"basedpyright read {report['summary']['filesAnalyzed']} of {len(pages)} files"]
    found = []
    for it in report["generalDiagnostics"]:
        line = it["range"]["start"]["line"] + 1 if "range" in it else 0
        text = it["message"].replace("\n", " ")
        found.append(f"{os.path.relpath(pages[Path(it['file'])])}:{line}: {text}")
    return found


def main() -> None:
    """Check all that there is."""
    code = [*sorted(LIB.rglob("*.pyi")), *sorted((FIRMWARE / "examples").glob("*.py"))]
    found = mistakes([*pages(), *code])
    print("\n".join(found) or "types: no mistakes")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
