"""The commands as `make` starts them: romfs, run, repl, logs, and what they all say when something is wrong."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from boards.commands import romfs
from boards.shared import catalogue, remote, serial_copy
from boards.shared.payload import Sources, user_program
from boards.shared.refusal import Refusal
from boards.shared.steps import Steps
from boards.tools.paths import ROOT
from boards.virtual import vm
from boards.virtual.board import VirtualBoard
from host_tests.shared.eventually import eventually

MAIN = b"import time\nprint('the firmware runs')\nwhile True:\n    time.sleep_ms(50)\n    print('tick')\n"
VARIABLES = {"BOARD", "PORT", "IMAGE", "DRIVE", "DRY_RUN", "ERASE", "CA", "TRUST", "SETTINGS"}
VARIABLES |= {"ARGS", "EXAMPLE", "EXTRA", "CHARSETS", "REPLACE", "GET", "TO", "ATTACHMENTS"}


@pytest.fixture(scope="module")
def pico() -> Iterator[VirtualBoard]:
    with VirtualBoard("rpi_pico_w") as board:
        with remote.connected(board.port) as link:
            link.fs_writefile("/main.py", MAIN)
        yield board


def command(*words: str, **environment: str) -> subprocess.CompletedProcess:
    """Run a command as make does, with its variables in the environment."""
    clean = {key: value for key, value in os.environ.items() if key not in VARIABLES}
    started = [sys.executable, "-m", "boards", *words]
    return subprocess.run(started, cwd=ROOT, env=clean | environment, capture_output=True, text=True, check=False)


def put(board: VirtualBoard, **files: bytes) -> None:
    with remote.connected(board.port) as link:
        for name, data in files.items():
            link.fs_writefile("/" + name.replace("__", "."), data)


# --- every command -------------------------------------------------------------------------------------------------


def test_boards_prints_the_table():
    done = command("boards")
    assert done.returncode == 0 and done.stdout.rstrip() == catalogue.table()


@pytest.mark.parametrize(
    ("words", "environment", "said"),
    [
        (("flash",), {}, "flash: say which board (BOARD=…, `make boards` lists them), or which image: IMAGE=FILE"),
        (("flash",), {"IMAGE": "none.uf2"}, "flash: none.uf2 does not tell which board"),
        (("flash",), {"IMAGE": "none.uf2", "BOARD": "rpi_pico_w"}, "flash: IMAGE=none.uf2: No such file"),
        (("deploy",), {"BOARD": "toaster"}, "deploy: BOARD=toaster is unknown"),
        (("deploy",), {"DRIVE": "/none"}, "deploy: DRIVE=/none is not a folder"),
        (
            ("deploy",),
            {"SETTINGS": "none.toml"},
            "deploy: SETTINGS=none.toml is no file: `make settings SETTINGS=none.toml`",
        ),
        (("deploy",), {"CHARSETS": "klingon"}, "deploy: CHARSETS: Python knows no charset 'klingon'"),
        (("repl",), {"PORT": "/dev/none"}, "repl: /dev/none cannot be opened"),
        (("logs", "--settings", "none"), {"PORT": "/dev/none"}, "logs: /dev/none cannot be opened"),
        (("check", "--settings", "none.toml"), {}, "check: there is no none.toml: `make settings SETTINGS=none.toml`"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(words, environment, said):
    done = command(*words, **environment)
    assert done.returncode == 1 and done.stdout == "" and done.stderr.startswith(said)
    assert done.stderr.count("\n") == 1


def test_dry_runs_of_what_touches_a_board_leave_its_files(pico):
    with remote.connected(pico.port) as link:
        before = serial_copy.listing(link, "")
    for word in ("deploy", "run", "repl", "logs", "mails"):
        done = command(word, PORT=pico.port, DRY_RUN="1")
        assert done.returncode == 0 and "would " in done.stdout, done.stderr
    with remote.connected(pico.port) as link:
        assert serial_copy.listing(link, "") == before


def test_the_program_beside_other_settings_goes_along(pico, tmp_path):
    other = tmp_path / "kitchen.toml"
    other.write_text(
        'CIRCUITPY_WIFI_SSID = "home"\nPOP3_HOST = "localhost"\nPOP3_USER = "mrose"\nPOP3_PASSWORD = "secret"\n'
    )
    assert user_program(other) == ROOT / "on_mail.py"
    (tmp_path / "on_mail.py").write_text("def on_mail(mail):\n    pass  # in the kitchen\n")
    assert user_program(other) == tmp_path / "on_mail.py"
    done = command("deploy", PORT=pico.port, DRY_RUN="1", SETTINGS=str(other))
    assert done.returncode == 0 and "on_mail.py" in done.stdout, done.stdout + done.stderr


def test_dry_run_0_is_none():
    assert "would" not in command("boards", DRY_RUN="0").stdout
    assert "would" not in command("repl", PORT="/dev/none", DRY_RUN="0").stdout


# --- run, logs, repl -----------------------------------------------------------------------------------------------


@pytest.fixture
def ctrl_c():
    """Undoes what a shell does to what it starts in the background: that, and all it starts, ignores Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
def test_run_starts_the_firmware_and_shows_what_it_prints_until_ctrl_c(pico, tmp_path):
    put(pico, main__py=MAIN)
    output = tmp_path / "output"
    with output.open("wb") as file:
        started = [sys.executable, "-m", "boards", "run", "--port", pico.port]
        process = subprocess.Popen(started, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT)
    try:
        assert eventually(lambda: b"the firmware runs" in output.read_bytes(), 20), output.read_bytes()
        other = command("logs", PORT=pico.port)  # which must not take its lines, nor stop what it shows
        assert other.returncode == 1 and "another program's" in other.stderr
        shown = output.read_bytes()
        assert eventually(lambda: output.read_bytes().count(b"tick") > shown.count(b"tick") + 1, 20)
        assert b"raw REPL" not in output.read_bytes()
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    finally:
        process.kill()
    pico.forget_output()
    assert pico.wait_for("tick")  # the board goes on


def test_repl_is_the_boards_prompt(pico):
    process, terminal = pty.fork()
    if process == 0:  # the child, with the terminal as its own
        os.chdir(ROOT)
        os.execv(sys.executable, [sys.executable, "-m", "boards", "repl", "--port", pico.port])
    left = [(b">>> ", b"print(6 * 7)\r"), (b"42\r\n", b"\x1d")]  # no Ctrl-C is needed
    seen = said = b""
    try:
        while True:
            data = os.read(terminal, 1024)
            seen, said = seen + data, said + data
            if left and left[0][0] in seen:
                seen = b""
                os.write(terminal, left.pop(0)[1])
    except OSError:  # the terminal's end: the program is gone
        pass
    finally:
        os.close(terminal)
        _, status = os.waitpid(process, 0)
    assert left == [] and os.waitstatus_to_exitcode(status) == 0
    assert b"Ctrl-D starts it again" in said and b"`make run` starts the firmware" in seen


def test_mpremote_is_easy_to_call(pico):
    put(pico, notes__txt=b"")
    assert "notes.txt" in command("mpremote", PORT=pico.port, ARGS="ls").stdout
    assert "would run " in command("mpremote", PORT=pico.port, ARGS="rm :notes.txt", DRY_RUN="1").stdout
    assert command("mpremote", PORT=pico.port, ARGS="rm ':notes.txt'").returncode == 0
    done = command("mpremote", PORT=pico.port, ARGS="ls :nowhere")
    assert done.returncode == 1 and done.stderr.endswith("mpremote: it ended with 1\n")


def test_logs_are_shown_older_first_and_the_firmware_starts_again(pico):
    put(pico, log__old__txt=b"one\ntwo\n", log__txt=b"three\n")
    pico.forget_output()
    done = command("logs", PORT=pico.port)
    assert done.stdout == "one\ntwo\nthree\n"
    assert pico.wait_for("the firmware runs")


def test_logs_without_a_log_say_so(pico):
    with remote.connected(pico.port) as link:
        for path in {"log.old.txt", "log.txt"} & set(serial_copy.listing(link, "")):
            link.fs_rmfile("/" + path)
    done = command("logs", PORT=pico.port)
    assert done.returncode == 1 and done.stderr.startswith("logs: the board has no log")


def test_logs_of_a_drive(tmp_path):
    (tmp_path / "log.txt").write_text("three\n")
    assert command("logs", DRIVE=str(tmp_path)).stdout == "three\n"
    assert command("logs", DRIVE=str(tmp_path), DRY_RUN="1").stdout.startswith("would show ")


# --- ROMFS ---------------------------------------------------------------------------------------------------------


def test_the_romfs_image_works_in_a_real_micropython(tmp_path):
    machine = vm.find()
    image = romfs.build(machine.version, tmp_path)
    program = (
        "import sys, vfs\n"
        f"image = open({str(image)!r}, 'rb').read()\n"
        "vfs.mount(vfs.VfsRom(image), '/rom')\n"
        "sys.path[:] = ['/rom/lib', '.frozen']\n"
        "import micropop, watcher.settings\n"
        "print(micropop.__file__, micropop.PacketPool(64, 2).total, watcher.settings.PATH)\n"
    )
    done = subprocess.run(machine.command("-c", program), capture_output=True, text=True, check=False)
    assert done.stdout == "/rom/lib/micropop/__init__.mpy 2 /settings.toml\n", done.stderr


def test_a_board_without_a_partition_is_refused_and_keeps_its_library(pico):
    said: list[str] = []
    with remote.connected(pico.port) as link:
        serial_copy.put(link, {"lib/micropop/session.py": Path(__file__)}, Steps(out=said.append))
    with pytest.raises(Refusal, match=r"has no ROMFS partition: `make deploy`"):
        romfs.install(pico.port, None, Steps(out=said.append))
    with remote.connected(pico.port) as link:
        assert "lib/micropop/session.py" in serial_copy.listing(link, "lib")


@pytest.fixture
def partition(monkeypatch) -> list[tuple[str, ...]]:
    """A stand-in for a ROMFS partition of 128 KB, and for mpremote writing to it: what mpremote was asked."""
    asked = []

    def mpremote(port, *arguments):
        asked.append(arguments)
        return "ROMFS0 partition has size 131072 bytes (32 blocks of 4096 bytes each)\n  Raw contents: ff ff\n"

    monkeypatch.setattr(remote, "mpremote", mpremote)
    return asked


def test_romfs_takes_the_place_of_the_copies_in_lib(pico, partition):
    steps = Steps(out=lambda text: None)
    with remote.connected(pico.port) as link:
        serial_copy.put(link, dict.fromkeys(["lib/micropop/session.py", "lib/mine.py"], Path(__file__)), steps)
    romfs.install(pico.port, None, Steps(True, lambda text: None))
    assert partition == [("romfs", "query")]
    romfs.install(pico.port, None, steps)
    assert partition[-1][:2] == ("romfs", "deploy")
    with remote.connected(pico.port) as link:
        assert serial_copy.listing(link, "lib") == ["lib/mine.py"]


def test_two_images_at_once_keep_apart(pico, partition, monkeypatch, tmp_path):
    (tmp_path / "other.py").write_text("NAME = 'other'\n")
    written, first = [], remote.mpremote

    def mpremote(port, *arguments):
        if arguments[1] == "deploy":
            written.append(Path(arguments[2]).read_bytes())
        elif not written:
            monkeypatch.setattr(remote, "mpremote", first)  # meanwhile somebody else makes another
            romfs.install(pico.port, None, Steps(True, lambda text: None), Sources(lib=tmp_path))
            monkeypatch.setattr(remote, "mpremote", mpremote)
        return first(port, *arguments)

    monkeypatch.setattr(remote, "mpremote", mpremote)
    romfs.install(pico.port, None, Steps(out=lambda text: None))
    assert b"SASL" in written[0]


def test_an_image_that_is_too_large_is_refused(pico, partition, monkeypatch, tmp_path):
    large = tmp_path / "lib"
    large.mkdir()
    (large / "large.py").write_text(f"TEXT = {'x' * 140_000!r}\n")
    with pytest.raises(Refusal, match=r"partition has 131,072 bytes, and the image"):
        romfs.install(pico.port, None, Steps(out=lambda text: None), Sources(lib=large))
    assert partition == [("romfs", "query")]
