"""What holds passwords and mails is its owner's only; several commands at once do not get into each other's way."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from boards.shared import payload, ports
from boards.shared.payload import Sources
from boards.shared.refusal import Refusal
from boards.tools import lock, paths, running
from boards.tools.paths import ROOT
from boards.virtual import flash

HOLD = """
import sys
from pathlib import Path
from boards.tools import lock
with lock.alone(Path(sys.argv[1])) as free:
    print(free, flush=True)
    sys.stdin.read()
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("before", [None, 0o755])
def test_the_private_folder_is_its_owners(tmp_path, monkeypatch, before):
    monkeypatch.setattr(paths, "PRIVATE", tmp_path / ".private")
    if before:
        paths.PRIVATE.mkdir(before)
    paths.keep_private()
    assert mode(paths.PRIVATE) == 0o700


def test_a_flash_image_is_its_owners_new_or_old(tmp_path):
    path = tmp_path / "flash.img"
    for _ in range(2):
        with flash.insert(path, 8192) as file:
            assert mode(path) == 0o600 and file.seek(0, 2) == 8192
        path.chmod(0o644)


@pytest.fixture
def held(tmp_path):
    """A lock file that another process holds."""
    path = tmp_path / "folder" / ".lock"
    command = [sys.executable, "-c", HOLD, os.fspath(path)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "True\n"
    yield path, process
    process.kill()
    process.communicate()


def test_a_lock_is_held_until_its_process_is_gone(held, tmp_path):
    path, process = held
    assert lock.is_held(path) and not lock.is_held(tmp_path / "none")
    with lock.alone(path) as free:
        assert not free
    process.kill()
    process.wait()
    assert not lock.is_held(path)
    with lock.alone(path) as free:
        assert free


def test_a_virtual_board_is_found_while_it_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "FOLDER", tmp_path)
    monkeypatch.setattr(ports, "candidates", dict)
    with pytest.raises(Refusal, match=r"no board is there: .*PORT=.*DRIVE=.*CIRCUITPY.*`make virtual`"):
        ports.find()
    (tmp_path / "esp32_generic").symlink_to("/dev/null")  # of one that was killed
    with running.announced("rpi_pico_w", "/dev/null") as link:
        assert ports.find() == os.fspath(link) == os.fspath(tmp_path / "rpi_pico_w")
        with running.announced("rpi_pico_w", "/dev/zero") as second:
            assert os.fspath(second) == "/dev/zero" and link.readlink() == Path("/dev/null")
        with running.announced("esp32_generic_c3", "/dev/null"):
            with pytest.raises(Refusal, match=r"2 boards are there: say which with PORT="):
                ports.find()
        with pytest.raises(Refusal, match="no board is there"):
            ports.find(virtual=False)
        monkeypatch.setattr(ports, "candidates", lambda: {"/dev/ttyACM0": "Pico W"})
        assert ports.find() == "/dev/ttyACM0"
    assert not link.exists()


def test_what_is_compiled_for_old_and_new_releases_lies_apart(tmp_path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "one.py").write_text("")
    (tmp_path / "firmware").mkdir()
    sources = Sources(tmp_path / "lib", tmp_path / "firmware")
    old, new, newer = (
        payload.compiled(sources, version, tmp_path / "mpy")["one.mpy"] for version in ("1.22.1", "1.23.0", "1.26.1")
    )
    assert old != new == newer and old.exists() and new.exists()


WITHOUT = """
import importlib.abc, os, sys
import esptool.bin_image, mpremote.transport_serial, serial.tools.list_ports, tqdm  # which know other systems
class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name in ("fcntl", "termios", "pty", "tty", "resource", "pwd", "grp"):
            raise ImportError(name)
sys.meta_path.insert(0, Missing())
for name in ("fcntl", "termios", "pty", "tty"):
    sys.modules.pop(name, None)
del os.statvfs, os.fchmod, os.fork
import boards.__main__
from boards.commands import check, console, deploy, flash, romfs, settings
from boards.tools import bundle, firmware, venv
sys.argv = ["boards", *sys.argv[1:]]
boards.__main__.main()
"""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["boards"], "BOARD="),
        (["flash", "--board", "rpi_pico_w", "--dry-run"], "would download the current micropython for RPI_PICO_W"),
        (["run", "--port", "COM3", "--dry-run"], "would start the firmware at COM3"),
        (["repl", "--port", "COM3", "--dry-run"], "mpremote connect COM3"),
        (["mpremote", "--port", "COM3", "--args", "ls", "--dry-run"], "mpremote connect COM3 ls"),
    ],
)
def test_commands_do_without_what_only_linux_has(words, said):
    command = [sys.executable, "-c", WITHOUT, *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and said in done.stdout, done.stderr


def test_a_closed_pipe_is_the_end_and_no_error():
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "boards", "boards"]
    done = subprocess.run(command, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")
