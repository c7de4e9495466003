"""Nothing that goes on a CircuitPython board asks for what CircuitPython lacks."""

from pathlib import Path

import pytest

from boards.shared import payload
from boards.shared.payload import Sources
from host_tests.circuitpython.portability import complaints

SOURCES = Sources()
MODULES = payload.modules("circuitpython", SOURCES, everything=True)
ENTRIES = {name: path for name, path in payload.entries("circuitpython", SOURCES).items() if path.suffix == ".py"}


def importable() -> set[str]:
    """The modules that lie on the board, with dots, and the user's own."""
    found = {"on_mail"}
    for target in MODULES:
        parts = target.removesuffix(".py").removesuffix("/__init__").split("/")
        found.add(".".join(parts))
    return found


@pytest.mark.parametrize("target", [*MODULES, *ENTRIES])
def test_a_file_for_circuitpython(target: str):
    assert complaints((MODULES | ENTRIES)[target], importable()) == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("import machine", "there is no module machine"),
        ("from time import ticks_ms", "there is no time.ticks_ms"),
        ("import os\nos.ilistdir('/')", "os has no ilistdir"),
        ("import gc\ngc.threshold(1)", "gc has no threshold"),
        ("raise FileNotFoundError", "there is no FileNotFoundError"),
        ("'x'.removeprefix('x')", "not every firmware has the method removeprefix"),
        ("def f(a, /): pass", "there are no positional-only parameters"),
        ("b = bytearray(9)\ndel b[1:2]", "slices cannot be deleted"),
        ("b'%b' % b'1'", "there is no %b"),
        ("match 1:\n    case 1: pass", "there is no match"),
        ("import sys\nif sys.platform == 'x':\n    import machine", "there is no module machine"),
        ("try:\n    from time import sleep_ms\nexcept ImportError:\n    from utime import sleep", "utime"),
        ("import sys\nif sys.implementation.name != 'micropython':\n    import machine", "there is no module machine"),
        ("try:\n    import machine\nexcept OSError:\n    pass", "there is no module machine"),
    ],
)
def test_what_circuitpython_lacks_is_found(tmp_path: Path, text: str, complaint: str):
    file = tmp_path / "file.py"
    file.write_text(text)
    found = complaints(file, ())
    assert len(found) == 1
    assert complaint in found[0]


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    from time import ticks_ms\nexcept ImportError:\n    from supervisor import ticks_ms",
        "try:\n    import machine\n    machine.reset()\nexcept ImportError:\n    machine = None",
        "import sys\nif sys.implementation.name == 'micropython':\n    import machine",
        "import sys\nCP = sys.implementation.name == 'circuitpython'\nif not CP:\n    import machine",
        "import sys\ndef f():\n    if sys.implementation.name == 'circuitpython':\n        return\n    import machine",
        "def start_micropython():\n    import machine",
        "import os\nif hasattr(os, 'ilistdir'):\n    os.ilistdir('/')\nelse:\n    os.listdir('/')",
    ],
)
def test_what_is_for_other_platforms_is_passed_over(tmp_path: Path, text: str):
    file = tmp_path / "file.py"
    file.write_text(text)
    assert complaints(file, ()) == []
