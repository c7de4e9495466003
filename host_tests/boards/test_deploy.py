"""`make deploy`: to the virtual board over its serial port, and to a folder that stands for a CIRCUITPY drive."""

import ast
import dataclasses
import hashlib
import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from boards.commands import deploy
from boards.shared import asking, catalogue, drive_copy, ownership, payload, ports, remote, serial_copy, volumes
from boards.shared.payload import Sources
from boards.shared.refusal import Refusal
from boards.shared.remote import Identity
from boards.shared.steps import Steps
from boards.tools import bundle, charsets
from boards.virtual import vm
from boards.virtual.board import VirtualBoard
from host_tests.servers import certificates

SETTINGS = """CIRCUITPY_WIFI_SSID = "home"
POP3_HOST = "mail.example.org"
POP3_USER = "mrose"
POP3_PASSWORD = "tanstaaf"
"""
FILL = """
number = 0
try:
    while True:
        number += 1
        with open("/big%d" % number, "wb") as file:
            file.write(bytes(32768))
except OSError:
    pass
"""
OURS = '"""Runs after boot.py: the mail watcher, until Ctrl-C."""\n'
MINE = b"def on_mail(mail):\n    print(mail.path)\n"
PICO = catalogue.find("rpi_pico_w")
C6 = Identity("circuitpython", "9.2.1", 0, "ESP32-C6-DevKitC-1-N8 with ESP32C6")


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> bytes:
    return certificates.make(tmp_path_factory.mktemp("certificates")).ca_der.read_bytes()


@pytest.fixture
def sources(tmp_path, root) -> Sources:
    """The repository's own lib and firmware, with a user's settings, certificate and program."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "settings.toml").write_text(SETTINGS)
    (folder / "ca.der").write_bytes(root)
    (folder / "on_mail.py").write_bytes(MINE)
    return Sources(settings=folder / "settings.toml", user_program=folder / "on_mail.py")


@pytest.fixture
def few(sources, tmp_path) -> Sources:
    """The same with a library and a firmware of a few small files."""
    lib, firmware = tmp_path / "lib", tmp_path / "firmware"
    files = {
        lib / "micropop/__init__.py": "",
        lib / "micropop/client.py": "NAME = 'client'\n",
        lib / "micropop/transport/__init__.py": "",
        lib / "micropop/transport/micropython.py": "NAME = 'micropython'\n",
        lib / "micropop/transport/circuitpython.py": "NAME = 'circuitpython'\n",
        firmware / "watcher/__init__.py": "",
        firmware / "watcher/watch.py": "NAME = 'watch'\n",
        firmware / "micropython/main.py": OURS + "print('the firmware runs')\n",
        firmware / "circuitpython/code.py": OURS + "print('the firmware runs')\n",
        firmware / "examples/lamp.py": '"""A lamp."""\nimport account\nprint("the lamp runs")\n',
        firmware / "examples/account.py": "from header import NAME\n",
        firmware / "examples/header.py": "NAME = open('/shapes.bin').read()\n",
        firmware / "examples/shapes.bin": "shapes",
        firmware / "examples/obey.py": "def on_mail(mail):\n    pass\n",
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return dataclasses.replace(sources, lib=lib, firmware=firmware)


@pytest.fixture(scope="module")
def pico() -> Iterator[VirtualBoard]:
    with VirtualBoard("rpi_pico_w") as board:
        yield board


@pytest.fixture
def clean(pico) -> VirtualBoard:
    """The board without any files."""
    with remote.connected(pico.port) as link:
        for path in serial_copy.listing(link, ""):
            link.fs_rmfile("/" + path)
    return pico


@pytest.fixture
def said() -> list[str]:
    return []


def deployed(board: VirtualBoard, sources: Sources, dry_run: bool = False) -> list[str]:
    said: list[str] = []
    deploy.over_serial(board.port, PICO, Steps(dry_run, said.append), sources)
    return said


WORDS = r"""
from micropop import mime
print(mime.read(b"Subject: =?gbk?B?1tDOxA==?=\r\n\r\n").subject)
"""


def on_board(board: VirtualBoard) -> set[str]:
    with remote.connected(board.port) as link:
        return set(serial_copy.listing(link, ""))


def execute(board: VirtualBoard, code: str) -> str:
    with remote.connected(board.port) as link:
        return link.exec(code).decode()


def contents(board: VirtualBoard, path: str) -> bytes:
    return ast.literal_eval(execute(board, f"print(open({path!r}, 'rb').read())"))


# --- what belongs on which board -----------------------------------------------------------------------------------


@pytest.mark.parametrize("platform", ["micropython", "circuitpython"])
def test_a_board_gets_nothing_that_is_for_another_platform(platform, sources):
    modules = payload.modules(platform, sources)
    assert {"micropop/client.py", f"micropop/transport/{platform}.py", "watcher/watch.py"} <= set(modules)
    others = payload.PLATFORMS - {platform}
    assert not [target for target in modules if others & set(Path(target).stem.split("_"))]
    top = list(payload.entries(platform, sources))
    assert (top[0], top[-1]) == ("settings.toml", "main.py" if platform == "micropython" else "code.py")


@pytest.mark.parametrize(
    ("program", "also"),
    [
        ("def on_mail(mail):\n    print(mail.path)\n", set()),
        ("def on_mail(mail):\n    print(mail.open().text())\n", {"mime/text.py", "mime/tables/koi8_r.py"}),
        ("from micropop import mime\n", {"mime/mail.py", "mime/table_file.py"}),
        ("import micropop.aio\n", {"aio/client.py", "mime/mail.py", "mime/text.py"}),
        ("from micropop import netx\n", {"netx.py"}),
        ("from micropop import poplib\n", {"poplib.py", "session/raw.py"}),
    ],
)
def test_a_board_gets_what_its_programs_read_mail_with(program, also, sources):
    sources.user_program.write_text(program)
    modules = payload.modules("micropython", sources)
    assert {f"micropop/{name}" for name in also} <= set(modules)
    seldom = {"mime/mail.", "mime/text.", "aio/", "netx.", "poplib."}
    taken = {it for it in seldom for name in also if name.split("/")[0] == it.split("/")[0]} | {*also}
    left_out = tuple(f"micropop/{it}" for it in seldom - taken if it.removesuffix(".") + ".py" not in also)
    assert not [target for target in modules if target.startswith(left_out)]


@pytest.mark.parametrize("name", ["mail_and_web", "netx_sample"])
def test_an_example_takes_along_the_face_that_it_uses(name, sources):
    modules = payload.modules("micropython", dataclasses.replace(sources, example=name))
    assert {"mail_and_web": "micropop/aio/client.py", "netx_sample": "micropop/netx.py"}[name] in modules


def test_the_log_s_modules_read_headers_without_the_rest_of_mime(sources, tmp_path):
    for target, path in payload.modules("micropython", sources).items():
        (tmp_path / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, tmp_path / target)
    mails = {
        b"Subject: =?utf-8?b?R3LDvMOfZQ==?= =?iso-8859-1?q?_=80?=\r\n\r\n": "; ?: Grüße",
        b"From: Gr\xfc\xdfe <a@x>\r\n\r\n": "; Grüße: ",
        b"Subject: =?gbk?b?1tDOxA==?= in another charset\r\n\r\n": "; ?: ÖÐÎÄ in another charset",
    }
    for number, mail in enumerate(mails):
        (tmp_path / f"{number}.eml").write_bytes(mail)
    program = (
        f"import sys; sys.path[:] = [{str(tmp_path)!r}]\nfrom watcher.about import about\n"
        f"for number in range({len(mails)}): print(about('{tmp_path}/%d.eml' % number, int))\n"
    )
    done = subprocess.run(vm.find(32).command("-c", program), capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == list(mails.values())


# --- MicroPython, over the serial port -----------------------------------------------------------------------------


def test_a_deployed_board_has_everything_and_starts(clean, sources):
    clean.forget_output()
    said = deployed(clean, sources)
    modules = {f"lib/{target.removesuffix('.py')}.mpy" for target in payload.modules("micropython", sources)}
    top = {"settings.toml", "ca.der", "on_mail.py", "boot.py", "main.py"}
    assert said[-2] == "the firmware starts"
    assert re.fullmatch(r"(\d+) of \1 files were copied, 0 are up to date", said[-1])
    assert clean.wait_for("cannot find mail.example.org")
    assert on_board(clean) >= modules | top and not [it for it in on_board(clean) if it.endswith(".new")]
    assert contents(clean, "/on_mail.py") == MINE
    assert contents(clean, "/lib/micropop/client.mpy")[:2] == b"M\x06"
    assert execute(clean, "import micropop, watcher\nprint(micropop.__file__)").strip().endswith("__init__.mpy")


def test_what_is_unchanged_is_skipped_and_a_change_is_copied(clean, few):
    deployed(clean, few)
    again = deployed(clean, few)
    assert not [line for line in again if line.startswith(("copy", "make", "remove"))]
    assert again[-1].startswith("0 of ")
    few.settings.write_text(SETTINGS + "POP3_INTERVAL = 60\n")
    assert [line for line in deployed(clean, few) if line.startswith("copy")] == [
        f"copy settings.toml to /settings.toml ({len(SETTINGS) + 19} bytes)"
    ]
    assert contents(clean, "/settings.toml") == few.settings.read_bytes()


def test_a_dry_run_says_the_same_and_changes_nothing(clean, few):
    before = on_board(clean)
    dry = deployed(clean, few, dry_run=True)
    assert on_board(clean) == before
    real = deployed(clean, few)
    assert [line for line in dry if line.startswith("would ")] == [
        f"would {line}" for line in real if line.startswith(("copy", "make", "remove"))
    ]


def test_leftovers_in_our_folders_go_and_the_users_files_stay(clean, few):
    deployed(clean, few)
    keep = {"lib/mine.py", "lib/micropop/notes.txt", "notes.py"}
    gone = {"lib/micropop/client.py", "lib/micropop/old.mpy", "lib/watcher/watch.mpy.new"}
    with remote.connected(clean.port) as link:
        for path in keep | gone:
            link.fs_writefile("/" + path, b"")
    deployed(clean, few)
    assert keep <= on_board(clean) and not gone & on_board(clean)


def test_few_are_copied_where_the_compiled_files_do_not_fit(clean, few, monkeypatch):
    monkeypatch.setattr(payload, "abi", lambda path: 5)
    said = deployed(clean, few)
    assert any("loads version 6 of .mpy files, and the mpy-cross here makes version 5" in line for line in said)
    assert "lib/micropop/client.py" in on_board(clean) and "lib/micropop/client.mpy" not in on_board(clean)


def test_a_full_flash_is_told_and_the_old_file_stays(clean, few):
    deployed(clean, few)
    execute(clean, FILL)
    few.settings.write_text(SETTINGS + "#" * 60_000)
    with pytest.raises(Refusal, match="flash is full"):
        deployed(clean, few)
    assert contents(clean, "/settings.toml").decode() == SETTINGS
    assert "settings.toml.new" not in on_board(clean)


def test_a_program_with_a_watchdog_does_not_cut_the_deployment_short(clean, few, monkeypatch):
    main = few.firmware / "micropython" / "main.py"
    main.write_text(OURS + "import machine, time\nmachine.WDT(timeout=8000)\nprint('on guard')\ntime.sleep(60)\n")
    deployed(clean, few)
    assert clean.wait_for("on guard")
    main.write_text(OURS + "print('off guard')\n")
    copy, starts = deploy._copy, len(clean.causes)

    def copy_without_watchdog(link, *rest):
        assert clean.causes[starts:] == ["reset"]  # which alone ends a watchdog
        clean.forget_output()
        copy(link, *rest)

    monkeypatch.setattr(deploy, "_copy", copy_without_watchdog)
    deployed(clean, few)
    assert clean.wait_for("off guard") and b"on guard" not in clean.output
    assert "main.py.off" not in on_board(clean)


def test_what_was_put_aside_comes_back_when_deploying_fails(clean, few, monkeypatch):
    deployed(clean, few)
    few.settings.write_text(SETTINGS + "POP3_INTERVAL = 60\n")

    def put(link, *_):
        assert "main.py.off" in serial_copy.listing(link, "")
        raise Refusal("the cable was pulled")

    monkeypatch.setattr(deploy, "_copy", put)
    with pytest.raises(Refusal, match="the cable was pulled"):
        deployed(clean, few)
    clean.forget_output()
    assert "main.py" in on_board(clean) and "main.py.off" not in on_board(clean)


SOMEBODYS = b"# blinks my lamp\nprint('mine')\n"


def put(board: VirtualBoard, **files: bytes) -> None:
    with remote.connected(board.port) as link:
        for name, data in files.items():
            link.fs_writefile("/" + name.replace("__", "."), data)


def test_a_program_of_somebody_elses_stays_until_the_option_says_otherwise(clean, few):
    put(clean, main__py=SOMEBODYS)
    dry = deployed(clean, few, dry_run=True)
    assert "main.py on the board is not this project's: REPLACE=1 would be needed" in dry
    before = on_board(clean)
    with pytest.raises(Refusal, match=r"main\.py on the board is not this project's, and stays: REPLACE=1"):
        deployed(clean, few)
    assert on_board(clean) == before and contents(clean, "/main.py") == SOMEBODYS
    deploy.over_serial(clean.port, PICO, Steps(out=lambda text: None), few, replace=True)
    assert contents(clean, "/main.py") == (few.firmware / "micropython" / "main.py").read_bytes()
    assert contents(clean, "/main.old.py") == SOMEBODYS
    (few.firmware / "micropython" / "main.py").write_text(OURS + "print('a later release')\n")
    deployed(clean, few)  # ours, of whatever release, goes without a question
    assert b"later" in contents(clean, "/main.py")


@pytest.mark.parametrize(("answer", "there"), [("n", SOMEBODYS), ("Yes", OURS.encode())])
def test_at_a_terminal_it_is_a_question(clean, few, monkeypatch, answer, there):
    put(clean, main__py=SOMEBODYS)
    monkeypatch.setattr(asking, "somebody_is_there", lambda: True)
    questions = []
    monkeypatch.setattr(asking, "ask", lambda question: questions.append(question) or answer)
    if answer == "n":
        with pytest.raises(Refusal, match="and stays"):
            deployed(clean, few)
    else:
        deployed(clean, few)
    assert contents(clean, "/main.py").startswith(there)
    assert questions == ["main.py on the board is not this project's. Replace it? (yes, no): "]


@pytest.mark.parametrize(
    ("data", "somebodys"),
    [
        (b"", False),
        (b"# This file is executed on every boot (including wake-boot from deepsleep)\n#import esp\n", False),
        (b"# This file is executed on every boot (including wake-boot)\nimport webrepl\n", True),
        (b"print('Hello World!')\r\n", False),
        (b"print('Hello World!')\nimport mine\n", True),
        (payload.FIRMWARE.joinpath("circuitpython", "boot.py").read_bytes(), False),
        (payload.FIRMWARE.joinpath("examples", "new_mail_lamp.py").read_bytes().replace(b"\n", b"\r\n"), False),
        (b'"""The newest mail\'s sender and subject on an OLED (SSD1306"""\r\nimport time\r\n', False),
        (b"import machine\n", True),
    ],
)
def test_whose_a_program_is(data, somebodys, sources):
    assert ownership.is_somebodys(data, sources) == somebodys


def test_what_is_left_on_the_board_is_told_and_stays(clean, few):
    deployed(clean, few)
    few.user_program.unlink()
    put(clean, notes__txt=b"", tool__py=b"")
    for dry_run in (True, False):
        told = [line for line in deployed(clean, few, dry_run) if line.startswith("note: /")]
        assert "/on_mail.py is on the board and not here, and is called" in told[0] and "/tool.py" in told[1]
        assert len(told) == 2 and "on_mail.py" in on_board(clean)


def test_only_folders_that_are_not_there_are_made(clean, few):
    deployed(clean, few)
    (few.lib / "micropop/client.py").write_text("NAME = 'new'\n")
    told = deployed(clean, few)
    assert any(line.startswith("copy client.mpy") for line in told)
    assert not any(line.startswith("make the folder") for line in told)


def test_an_example_goes_along_with_what_it_imports(clean, few, tmp_path):
    extra = tmp_path / "my sound.wav"
    extra.write_bytes(b"RIFF")
    deployed(clean, dataclasses.replace(few, example="lamp", extra=(extra,)))
    assert contents(clean, "/main.py").startswith(b'"""A lamp."""') and contents(clean, "/my sound.wav") == b"RIFF"
    assert {"account.py", "header.py", "shapes.bin"} <= on_board(clean) and contents(clean, "/on_mail.py") == MINE
    deployed(clean, dataclasses.replace(few, example="obey.py"))  # the watcher is back, without a question
    assert contents(clean, "/main.py").startswith(OURS.encode()) and b"pass" in contents(clean, "/on_mail.py")
    clean.forget_output()
    for name in ("lamb", "header"):  # what others import does nothing by itself
        with pytest.raises(Refusal, match=rf"EXAMPLE={name} is unknown; there are: lamp, obey$"):
            deployed(clean, dataclasses.replace(few, example=name))
    assert clean.wait_for(b"the firmware runs")  # which was stopped to look at the board


def test_what_a_program_that_stays_on_the_board_needs_stays_too(clean, sources):
    sources.user_program.unlink()
    deployed(clean, dataclasses.replace(sources, example="oled"))
    deployed(clean, sources)  # new settings, say: on_mail.py is not here
    assert "lib/micropop/mime/mail.mpy" in on_board(clean)
    execute(clean, "import os\nos.remove('on_mail.py')")
    deployed(clean, sources)
    assert "lib/micropop/mime/mail.mpy" not in on_board(clean)


def test_tables_of_character_sets_go_along_and_mail_is_read_with_them(clean, sources, tmp_path):
    chinese = dataclasses.replace(sources, tables=tuple(charsets.make(["GBK"], tmp_path / "tables")))
    deployed(clean, chinese)
    assert execute(clean, WORDS).strip() == "中文"


def test_wrong_settings_are_refused_before_anything_is_copied(clean, few):
    few.settings.write_text(SETTINGS + "POP3_COLOUR = 1\n")
    before = on_board(clean)
    with pytest.raises(Refusal, match="POP3_COLOUR is no setting"):
        deployed(clean, few)
    assert on_board(clean) == before


def test_without_settings_or_root_the_next_step_is_named(clean, few):
    few.settings.with_name("ca.der").unlink()
    assert any("make check" in line for line in deployed(clean, few))
    few.settings.unlink()
    assert any("make settings" in line for line in deployed(clean, few))


def test_further_roots_and_a_network_of_ones_own_go_along_and_are_told_of_when_they_are_gone(clean, few, root):
    few.settings.with_name("ca.der").unlink()
    pem = ssl.DER_cert_to_PEM_cert(root).encode()
    few.settings.with_name("ca.pem").write_bytes(pem)
    few.settings.with_name("my_network.py").write_text("def join(settings, feed): ...\n")
    assert not any("make check" in line for line in deployed(clean, few))
    assert contents(clean, "/ca.pem") == pem
    assert contents(clean, "/my_network.py").startswith(b"def join")
    few.settings.with_name("ca.pem").unlink()
    few.settings.with_name("my_network.py").unlink()
    said = deployed(clean, few)
    assert any("/ca.pem is on the board and not here" in line for line in said)
    assert any("/my_network.py is on the board and not here" in line for line in said)


def test_another_board_than_the_one_named_is_refused():
    pico = Identity("micropython", "1.25.0", 6, "Raspberry Pi Pico W with RP2040")
    deploy.check_identity(pico, PICO)
    deploy.check_identity(pico, None)
    deploy.check_identity(Identity("circuitpython", "", 0, "Raspberry Pi Pico 2 W with rp2350a"), RP2350)
    with pytest.raises(Refusal, match=r"BOARD=esp32_generic has an esp32, but MicroPython .* on Rasp"):
        deploy.check_identity(pico, catalogue.find("esp32_generic"))
    with pytest.raises(Refusal, match="runs circuitpython, but MicroPython"):
        deploy.check_identity(pico, RP2350)


RP2350 = catalogue.find("circuitpython_raspberry_pi_pico2_w")


def test_a_port_where_nothing_answers_is_refused_in_one_line(monkeypatch):
    monkeypatch.setattr(remote, "RETURNS", 0)
    with pytest.raises(Refusal, match="/dev/none cannot be opened"):
        remote.ask("/dev/none")


# --- CircuitPython -------------------------------------------------------------------------------------------------


@pytest.fixture
def drive(tmp_path) -> Path:
    """A folder that stands for a mounted CIRCUITPY."""
    drive = tmp_path / "CIRCUITPY"
    drive.mkdir()
    about = "Adafruit CircuitPython 9.2.1 on 2024-11-20; Raspberry Pi Pico W with rp2040\r\n"
    (drive / "boot_out.txt").write_text(about + "Board ID:raspberry_pi_pico_w\r\n")
    (drive / "code.py").write_text("print('Hello World!')\n")
    return drive


CIRCUITPY = catalogue.find("circuitpython_raspberry_pi_pico_w")


def tree(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_drive_gets_everything_with_its_libraries(drive, sources, said):
    deploy.to_drive(CIRCUITPY, Steps(False, said.append), drive, sources)
    found = tree(drive)
    assert {f"lib/{target}" for target in payload.modules("circuitpython", sources)} <= set(found)
    assert "lib/adafruit_connection_manager.py" in found
    assert {"settings.toml", "ca.der", "on_mail.py", "boot.py", "code.py"} <= set(found)
    assert (drive / "code.py").read_bytes() == (payload.FIRMWARE / "circuitpython" / "code.py").read_bytes()
    assert not [name for name in found if name.endswith(drive_copy.ASIDE)]
    for path in drive.rglob("*.py"):
        compile(path.read_bytes(), path, "exec")


def test_on_the_drive_too_a_program_that_stays_keeps_what_it_needs(drive, sources):
    (drive / "on_mail.py").write_text("def on_mail(mail):\n    print(mail.open().subject)\n")
    sources.user_program.unlink()
    deploy.to_drive(CIRCUITPY, Steps(False, [].append), drive, sources)
    assert (drive / "lib/micropop/mime/mail.py").is_file()


def test_on_the_drive_too_only_changes_are_copied_and_leftovers_go(drive, sources, said):
    deploy.to_drive(CIRCUITPY, Steps(False, said.append), drive, sources)
    before = {path: path.stat().st_mtime_ns for path in drive.rglob("*") if path.is_file()}
    (drive / "lib" / "micropop" / "old.py").write_text("")
    (drive / "lib" / "mine.py").write_text("")
    (drive / "on_mail.py").write_text("changed")
    said.clear()
    deploy.to_drive(CIRCUITPY, Steps(False, said.append), drive, sources)
    copied = [line for line in said if line.startswith("copy")]
    assert copied == [f"copy on_mail.py to {drive / 'on_mail.py'} ({len(MINE)} bytes)"]
    assert not (drive / "lib" / "micropop" / "old.py").exists() and (drive / "lib" / "mine.py").exists()
    same = [path for path, time in before.items() if path.name != "on_mail.py" and path.stat().st_mtime_ns == time]
    assert len(same) == len(before) - 1


def test_a_dry_run_leaves_the_drive_alone(drive, sources, said):
    before = tree(drive)
    deploy.to_drive(CIRCUITPY, Steps(True, said.append), drive, sources)
    assert tree(drive) == before and f"would make the folder {drive / 'lib'}" in said


def test_a_drive_that_is_not_the_boards_is_refused(drive, sources, said):
    with pytest.raises(Refusal, match="has an esp32s3, but"):
        board = catalogue.find("circuitpython_espressif_esp32s3_devkitc_1_n8")
        deploy.to_drive(board, Steps(False, said.append), drive, sources)
    (drive / "boot_out.txt").unlink()
    with pytest.raises(Refusal, match="not the drive of a CircuitPython board"):
        deploy.to_drive(CIRCUITPY, Steps(False, said.append), drive, sources)
    assert set(tree(drive)) == {"code.py"}


def test_on_a_drive_too_a_program_of_somebody_elses_stays(drive, sources, said):
    (drive / "code.py").write_bytes(SOMEBODYS)
    (drive / "on_mail.mpy").write_bytes(b"")
    before = tree(drive)
    with pytest.raises(Refusal, match=r"code\.py on the board is not this project's, and stays: REPLACE=1"):
        deploy.to_drive(CIRCUITPY, Steps(False, said.append), drive, sources)
    assert tree(drive) == before and any("/on_mail.mpy is on the board" in line for line in said)
    deploy.to_drive(CIRCUITPY, Steps(False, said.append), drive, sources, replace=True)
    assert (drive / "code.old.py").read_bytes() == SOMEBODYS and b"watcher" in (drive / "code.py").read_bytes()


def test_a_full_drive_is_refused_before_anything_is_copied(drive, sources, said, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(520_192, 500_000, 20_192))
    with pytest.raises(Refusal, match="20,192 bytes free"):
        deploy.to_drive(CIRCUITPY, Steps(False, said.append), drive, sources)
    assert set(tree(drive)) == {"boot_out.txt", "code.py"}


def test_a_drive_that_the_program_owns_says_how_to_get_it(drive, sources, said, monkeypatch):
    monkeypatch.setattr(drive_copy, "is_read_only", lambda folder: True)
    with pytest.raises(Refusal, match="reset button, then at once hold BOOT"):
        deploy.to_drive(CIRCUITPY, Steps(False, said.append), drive, sources)


def test_a_failing_write_leaves_the_old_file_whole(drive, tmp_path, monkeypatch):
    new = tmp_path / "code.py"
    new.write_text("new")

    def fail(descriptor):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(Refusal, match="Input/output error"):
        drive_copy.put(drive, {"code.py": new}, Steps(out=lambda text: None))
    assert tree(drive) == tree(drive) and (drive / "code.py").read_text() == "print('Hello World!')\n"
    assert not (drive / "code.py.new").exists()


def test_the_mounted_drive_is_found(drive, tmp_path, sources, said, monkeypatch):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sdx1 {drive} vfat rw 0 0\n")
    monkeypatch.setattr(volumes, "MOUNTS", mounts)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(ports, "candidates", lambda: {"/dev/none": "Pico W"})
    monkeypatch.setattr(remote, "RETURNS", 0)
    deploy.deploy(CIRCUITPY, None, None, Steps(True, said.append), sources)
    assert said[0].startswith(f"{drive}: Adafruit CircuitPython")
    monkeypatch.setattr(drive_copy, "is_read_only", lambda folder: True)
    with pytest.raises(Refusal, match="/dev/none cannot be opened"):  # the program's own drive: over the serial port
        deploy.deploy(CIRCUITPY, None, None, Steps(True, said.append), sources)


def test_circuitpython_without_a_drive_is_served_over_the_serial_port(clean, few, said, monkeypatch):
    monkeypatch.setattr(remote, "identity", lambda link: C6)
    board = catalogue.find("circuitpython_espressif_esp32c6_devkitc_1_n8")
    deploy.over_serial(clean.port, board, Steps(False, said.append), few)
    there = on_board(clean)
    assert {f"lib/{target}" for target in payload.modules("circuitpython", few) | bundle.fetch()} <= there
    assert {"settings.toml", "on_mail.py", "code.py"} <= there
    assert contents(clean, "/lib/micropop/client.py") == (few.lib / "micropop" / "client.py").read_bytes()
