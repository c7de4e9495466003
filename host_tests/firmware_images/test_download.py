"""The current firmware is downloaded by mpflash or circfirm, for which programs stand in here."""

import http.server
import os
import shlex
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from boards.commands import flash
from boards.shared.refusal import Refusal
from boards.shared.steps import Steps
from boards.tools import firmware, venv
from boards.tools.unavailable import Unavailable

MPFLASH = """
import os, pathlib, sys
folder = pathlib.Path(os.environ["MPFLASH_FIRMWARE"], "rp2")
folder.mkdir(exist_ok=True)
for name in ("RPI_PICO_W-20240602-v1.23.0.uf2", "RPI_PICO_W-20250415-v1.25.0.uf2", "RPI_PICO2_W-20250911-v1.26.1.uf2"):
    (folder / name).write_bytes(b"UF2")
print(" ".join(sys.argv[1:]), file=open(folder / "asked", "w"))
"""
CIRCFIRM = "import sys\nprint('9.2.7' if sys.argv[1:3] == ['query', 'latest'] else '')\n"
FAILING = "import sys\nsys.exit('first line\\nCould not connect to micropython.org')\n"


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What mpflash and circfirm are: texts of programs, which may be changed."""
    texts = {"mpflash": MPFLASH, "circfirm": CIRCFIRM}

    def program(name: str, requirement: str) -> Path:
        assert requirement.startswith(name)
        path = tmp_path / name
        script = path.with_suffix(".py")
        script.write_text(texts[name])
        path.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(script))} "$@"\n')
        path.chmod(0o700)
        return path

    monkeypatch.setattr(venv, "program", program)
    monkeypatch.setattr(firmware, "FOLDER", tmp_path / "firmware")
    return texts


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that stands for CircuitPython's site."""
    folder = tmp_path / "site"
    folder.mkdir()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=os.fspath(folder))

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setattr(firmware, "CIRCUITPYTHON", f"http://127.0.0.1:{server.server_port}/{{board}}/")
        yield folder
        server.shutdown()


def test_the_newest_micropython_of_that_board_is_taken(tools):
    said: list[str] = []
    path = flash.current("rpi_pico_w", Steps(out=said.append))
    assert path.name == "RPI_PICO_W-20250415-v1.25.0.uf2"
    assert said == ["download the current micropython for RPI_PICO_W"]
    asked = path.with_name("asked").read_text()
    assert asked == "download --board RPI_PICO_W --version stable --no-clean\n"


def test_circuitpython_is_downloaded_once(tools, site):
    name = "adafruit-circuitpython-raspberry_pi_pico_w-en_US-9.2.7.uf2"
    (site / "raspberry_pi_pico_w").mkdir()
    (site / "raspberry_pi_pico_w" / name).write_bytes(b"UF2" * 1000)
    for _ in range(2):
        path = flash.current("circuitpython_raspberry_pi_pico_w", Steps(out=lambda text: None))
        assert path.name == name and path.read_bytes() == b"UF2" * 1000
        (site / "raspberry_pi_pico_w" / name).unlink(missing_ok=True)  # the second time it is there


def test_what_cannot_be_had_is_told_in_one_line(tools, site):
    tools["mpflash"] = FAILING
    with pytest.raises(Unavailable, match=r"^mpflash: Could not connect to micropython\.org$"):
        flash.current("esp32_generic", Steps(out=lambda text: None))
    tools["mpflash"] = "print('nothing of the kind')"
    with pytest.raises(Unavailable, match=r"^mpflash found no MicroPython for ESP32_GENERIC: nothing of the kind$"):
        flash.current("esp32_generic", Steps(out=lambda text: None))
    with pytest.raises(Unavailable, match=r"espressif_esp32s3.*\.bin cannot be had: File not found"):
        flash.current("circuitpython_espressif_esp32s3_devkitc_1_n8", Steps(out=lambda text: None))
    assert not list(firmware.FOLDER.glob("*.new"))


def test_a_dry_run_downloads_nothing_and_without_a_board_nobody_knows_what(tools):
    said: list[str] = []
    assert flash.current("rpi_pico_w", Steps(True, said.append)) is None
    assert said == ["would download the current micropython for RPI_PICO_W"] and not firmware.FOLDER.exists()
    with pytest.raises(Refusal, match="say which board"):
        flash.current(None, Steps())
