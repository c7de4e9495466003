"""The type stubs beside the library's modules, and how they differ from what the modules have."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

STUBTEST = """
import sys
sys.path.insert(0, sys.argv.pop(1))
import micropop
del sys.path[0]  # for mypy, what has no stub shall have no types
from mypy import stubtest
sys.exit(stubtest.main())
"""
BY_GETATTR = """
micropop\\.packets\\.Packet\\.data
micropop\\.client\\.Commands\\.(state|greeting|user|method|deleted)
micropop\\.aio\\.client\\.AsyncClient\\.(state|greeting|user|method|deleted)
"""
"""What stubs call properties, and modules give by ``__getattr__``."""


def name(module: Path, lib: Path) -> str:
    """The dotted name of a module's or a stub's file."""
    parts = module.relative_to(lib).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def names(lib: Path, ending: str) -> set[str]:
    """The dotted names of all files in ``lib`` with an ending."""
    return {name(path, lib) for path in lib.rglob("*" + ending)}


def differences(lib: Path, folder: Path) -> str:
    """What mypy's stubtest finds: names, parameters and defaults that a stub has and its module has not, or the other
    way round; empty if there is nothing. Modules without a stub are passed over.

    :param lib: where the package lies
    :param folder: an empty one, for its use
    """
    stubs = folder / "stubs"
    for path in lib.rglob("*.pyi"):
        place = stubs / path.relative_to(lib)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)
    allowed = folder / "allowed"
    inner = sorted(names(lib, ".py") - names(lib, ".pyi"))
    allowed.write_text("\n".join([it.replace(".", "\\.") for it in inner]) + BY_GETATTR)
    command = [sys.executable, "-c", STUBTEST, str(lib), "--concise", "--allowlist", str(allowed), "micropop"]
    environment = {**os.environ, "MYPYPATH": str(stubs), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr if done.returncode else "").strip()
