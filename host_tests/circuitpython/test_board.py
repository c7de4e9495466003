"""The mail watcher on a CircuitPython board, from power on: the entry files and all that they load, strictly."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from boards.shared import payload
from boards.shared.payload import Sources
from boards.tools import bundle
from boards.tools.paths import ROOT
from host_tests.circuitpython import pystack
from host_tests.circuitpython.device import Device, Network
from host_tests.circuitpython.strict import forgive
from host_tests.firmware import settings, toml
from host_tests.project import snippets
from host_tests.servers.maildir import small_mails
from host_tests.servers.scripted import Fault, Scripted
from host_tests.shared.eventually import eventually

ON_MAIL = """
def on_mail(mail):
    with open("/called.txt", "a") as file:
        file.write(mail.path + " ")
"""


STILL_LOADED = """
    import sys
    with open("/loaded.txt", "w") as file:
        file.write(str("adafruit_hashlib" in sys.modules))
"""
ADAFRUIT_HASHLIB = """
from micropop.login.md5 import md5
with open("/asked.txt", "w") as file:
    file.write("it was loaded")
"""


@pytest.fixture(autouse=True)
def nothing_that_boards_lack() -> Iterator[None]:
    forgive()
    yield
    assert forgive() == []


@pytest.fixture
def server() -> Iterator[Scripted]:
    with Scripted(mails=small_mails(3)) as running:
        yield running


def library() -> dict[str, Path]:
    """What lies in the board's /lib."""
    return payload.modules("circuitpython", Sources()) | bundle.fetch()


def device(
    folder: Path, server: Scripted, pressed: tuple[str, ...] = (), rp2: bool = False, **changes: str | int
) -> Device:
    """A board as `make deploy` leaves it."""
    for name, path in payload.entries("circuitpython", Sources()).items():
        if name.endswith(".py"):
            shutil.copy(path, folder / name)
    (folder / "settings.toml").write_bytes(toml(settings(server, **changes)))
    (folder / "on_mail.py").write_text(ON_MAIL)
    shutil.copy(server.ca_der, folder / "ca.der")
    return Device(folder, library(), Network({"home": "", "guests": "sweet home"}), pressed, rp2=rp2)


def called(board: Device) -> int:
    """How many mails were handed to the user's program."""
    file = board.drive / "called.txt"
    return len(file.read_text().split()) if file.exists() else 0


def stop(board: Device, thread: object) -> None:
    board.interrupt()
    thread.join(20)
    assert not thread.is_alive()


def test_boot_lets_the_watcher_write(tmp_path: Path, server: Scripted):
    board = device(tmp_path, server)
    assert board.run("/boot.py") is None
    assert board.writable


class HeldLater(set):
    """The pins of buttons that nobody held yet when they were first looked at."""

    looks = 0

    def __contains__(self, pin: object) -> bool:
        self.looks += 1
        return self.looks > 5 and super().__contains__(pin)


@pytest.mark.parametrize(
    ("hardware", "pin", "usb", "computer_writes"),
    [
        (("LED", "GP15"), "GP15", True, True),  # a Pico
        (("BUTTON", "BOOT0", "D0"), "BUTTON", True, True),  # an ESP32-S3
        (("D0",), "GPIO0", True, True),  # ... whose names do not tell; D0 is another pin on many boards
        (("D0",), "D0", True, False),
        (("BUTTON", "IO9"), "BUTTON", False, False),  # an ESP32-C6, which has no drive at USB
    ],
)
def test_a_held_button_lets_the_computer_write(
    tmp_path: Path, server: Scripted, hardware: tuple[str, ...], pin: str, usb: bool, computer_writes: bool
):
    board = device(tmp_path, server)
    board.hardware, board.usb = hardware, usb
    board.pressed = HeldLater({pin})
    assert board.run("/boot.py") is None
    assert board.writable is not computer_writes


def test_a_board_that_woke_by_itself_looks_for_no_button(tmp_path: Path, server: Scripted):
    board = device(tmp_path, server, pressed=("GP15",))
    board.woken = True
    assert board.run("/boot.py") is None
    assert board.writable


def test_mail_is_fetched_stored_and_handed_over(tmp_path: Path, server: Scripted):
    board = device(tmp_path, server)
    board.run("/boot.py")
    thread = board.start("/code.py")
    assert eventually(lambda: called(board) == 3, 20), board.end
    server.add(b"Subject: late\r\n\r\nhello\r\n")
    assert eventually(lambda: called(board) == 4, 20), board.end
    assert eventually(lambda: not board.sockets, 20)
    stop(board, thread)
    assert isinstance(board.end, KeyboardInterrupt)
    assert all(session.encrypted for session in server.sessions)
    stored = {path.read_bytes() for path in (tmp_path / "mail").rglob("*") if path.is_file()}
    assert set(server.mails("mrose")) <= stored
    assert board.fed > 10
    assert all(file.closed for file in board.opened)


def test_wifi_that_drops_is_joined_again(tmp_path: Path, server: Scripted):
    board = device(tmp_path, server)
    board.run("/boot.py")
    board.network.up = False
    thread = board.start("/code.py")
    log = tmp_path / "log.txt"
    assert eventually(lambda: log.exists() and "Wi-Fi" in log.read_text(), 20), board.end
    board.network.up = True
    assert eventually(lambda: called(board) == 3, 30), board.end
    stop(board, thread)
    assert not board.sockets


@pytest.mark.parametrize("rp2", [True, False], ids=["rp2", "espressif"])
@pytest.mark.parametrize("seconds", [6, 20])
def test_a_join_may_take_its_time(tmp_path: Path, server: Scripted, rp2: bool, seconds: int):
    board = device(tmp_path, server, rp2=rp2, POP3_SLEEP=1, POP3_INTERVAL=600)
    board.run("/boot.py")
    board.network.joining = seconds
    board.woken = True
    assert board.run("/code.py").why == "deep sleep"
    assert called(board) == 3


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"CIRCUITPY_WIFI_PASSWORD": "short"}, "password length must be 8-64"),
        ({"CIRCUITPY_WIFI_SSID": "x" * 33}, "ssid length must be 1-32"),
        ({"CIRCUITPY_WIFI_PASSWORD": "x" * 64}, "Invalid hex password"),
        ({"CIRCUITPY_WIFI_SSID": "guests", "CIRCUITPY_WIFI_PASSWORD": "wrong one"}, "Authentication failure"),
        ({"CIRCUITPY_WIFI_SSID": "elsewhere"}, "No network with that ssid"),
    ],
)
def test_what_the_radio_refuses_is_the_wifi_s_trouble(tmp_path: Path, server: Scripted, changes: dict, said: str):
    board = device(tmp_path, server, POP3_SLEEP=1, POP3_INTERVAL=600, **changes)
    board.run("/boot.py")
    board.woken = True
    assert board.run("/code.py").why == "deep sleep"
    log = (tmp_path / "log.txt").read_text()
    assert f" Wi-Fi {changes.get('CIRCUITPY_WIFI_SSID', 'home')}: {said}\n" in log
    assert "Traceback" not in log


@pytest.mark.parametrize("rp2", [True, False], ids=["rp2", "espressif"])
def test_the_watchdog_bears_a_look_up_that_takes_long(tmp_path: Path, server: Scripted, rp2: bool):
    board = device(tmp_path, server, rp2=rp2)
    board.network.look_up = 14
    board.run("/boot.py")
    thread = board.start("/code.py")
    assert eventually(lambda: called(board) == 3, 20), board.end
    assert board.watchdog == (8 if rp2 else 120)
    stop(board, thread)
    assert isinstance(board.end, KeyboardInterrupt)
    assert board.watchdog is None


@pytest.mark.parametrize(("rp2", "seconds"), [(True, 9), (False, 121)], ids=["rp2", "espressif"])
def test_the_watchdog_ends_a_program_that_hangs(tmp_path: Path, server: Scripted, rp2: bool, seconds: int):
    board = device(tmp_path, server, rp2=rp2)
    (tmp_path / "on_mail.py").write_text(f"import time\n\ndef on_mail(mail):\n    time.sleep({seconds})\n")
    board.run("/boot.py")
    assert board.run("/code.py").why == "watchdog"


def test_a_stack_that_is_used_up_is_told_with_what_to_do(tmp_path: Path, server: Scripted):
    board = device(tmp_path, server, POP3_SLEEP=1, POP3_INTERVAL=600)
    board.run("/boot.py")
    board.woken = True

    def deep(*_: object) -> None:
        raise RuntimeError("pystack exhausted")

    board.network.connect = deep
    board.run("/code.py")
    log = (tmp_path / "log.txt").read_text()
    assert "pystack exhausted" in log
    assert "CIRCUITPY_PYSTACK_SIZE = 4096" in log
    assert "ConnectionLost" not in log


def test_a_drive_that_belongs_to_the_computer_costs_no_mail(tmp_path: Path, server: Scripted):
    board = device(tmp_path, server, pressed=("GP15",), POP3_DELETE=1)
    board.run("/boot.py")
    thread = board.start("/code.py")
    assert eventually(lambda: board.fed > 3, 20), board.end
    stop(board, thread)
    assert isinstance(board.end, KeyboardInterrupt)
    assert len(server.mails("mrose")) == 3


def test_a_deep_sleep_ends_the_program(tmp_path: Path, server: Scripted):
    board = device(tmp_path, server, POP3_SLEEP=1, POP3_INTERVAL=600)
    board.run("/boot.py")
    board.woken = True  # not by power, so it need not stay awake for a cable
    end = board.run("/code.py")
    assert end.why == "deep sleep"
    assert 0 < end.seconds <= 700
    assert called(board) == 3
    assert not board.sockets


@pytest.mark.parametrize(
    ("program", "error"),
    [
        ("import machine", ImportError),
        ("from time import ticks_ms", ImportError),
        ("raise FileNotFoundError", NameError),
        ("import gc\ngc.threshold(1)", AttributeError),
        ("import wifi\nwifi.radio.scan()", AttributeError),
        ("open('/x', 'w')", OSError),
    ],
)
def test_what_a_board_lacks_is_missed(tmp_path: Path, program: str, error: type[Exception]):
    (tmp_path / "code.py").write_text(program)
    assert type(Device(tmp_path, {}, Network({})).run("/code.py")) is error
    assert len(forgive()) == (error is AttributeError)


@pytest.mark.parametrize(("hashes", "method"), [(("sha1", "sha256"), "SCRAM-SHA-256"), (("sha1",), "PLAIN")])
def test_logs_in_with_the_digests_that_the_firmware_has(tmp_path: Path, hashes: tuple[str, ...], method: str):
    with Scripted(mails=small_mails(1), mechanisms=("SCRAM-SHA-256", "PLAIN"), apop=False) as server:
        board = device(tmp_path, server, POP3_SLEEP=1, POP3_INTERVAL=600)
        board.hashes = hashes
        board.run("/boot.py")
        board.woken = True
        board.run("/code.py")
        assert called(board) == 1
        assert {line.split()[1].decode() for line in server.received if line.startswith(b"AUTH")} == {method}


@pytest.mark.parametrize("installed", [True, False])
def test_md5_is_adafruit_s_where_it_was_installed_and_is_forgotten_after_the_login(tmp_path: Path, installed: bool):
    with Scripted(mails=small_mails(1), mechanisms=(), apop=True) as server:
        board = device(tmp_path, server, POP3_SLEEP=1, POP3_INTERVAL=600)
        (tmp_path / "on_mail.py").write_text(ON_MAIL + STILL_LOADED)
        if installed:
            (tmp_path / "adafruit_hashlib.py").write_text(ADAFRUIT_HASHLIB)
        board.run("/boot.py")
        board.woken = True
        board.run("/code.py")
        assert called(board) == 1
        assert any(line.startswith(b"APOP ") for line in server.received)
        assert (tmp_path / "asked.txt").exists() == installed
        assert (tmp_path / "loaded.txt").read_text() == "False"


@pytest.mark.parametrize(
    ("fault", "changes"),
    [
        (None, {}),
        (Fault(900, "close"), {}),
        (None, {"POP3_PASSWORD": "wrong"}),
        (None, {"POP3_HOST": "127.0.0.2"}),  # the certificate is not for it
        (None, {"MY_ERROR": "raised by the user's program"}),
    ],
)
def test_python_s_stack_is_not_exhausted(tmp_path: Path, server: Scripted, fault: Fault | None, changes: dict):
    server.fault = fault
    board = device(tmp_path, server, POP3_SLEEP=1, POP3_INTERVAL=600, **changes)
    if "MY_ERROR" in changes:
        (tmp_path / "on_mail.py").write_text("def on_mail(mail):\n    raise ValueError(mail)\n")
    board.run("/boot.py")
    board.woken = True
    with pystack.Meter([*board.library.values(), tmp_path / "code.py", tmp_path / "on_mail.py"]) as meter:
        end = board.run("/code.py")
    assert end.why == "deep sleep"
    assert 500 < meter.most <= pystack.SIZE - 320, meter.chain  # so much is left for the user's program


def test_the_second_network_is_joined_where_the_first_is_not(tmp_path: Path, server: Scripted):
    second = {"CIRCUITPY_WIFI_SSID_2": "guests", "CIRCUITPY_WIFI_PASSWORD_2": "sweet home"}
    board = device(tmp_path, server, POP3_SLEEP=1, POP3_INTERVAL=600, CIRCUITPY_WIFI_SSID="elsewhere", **second)
    board.run("/boot.py")
    board.woken = True
    assert board.run("/code.py").why == "deep sleep"
    assert called(board) == 3


def test_a_network_of_ones_own_brings_its_radio(tmp_path: Path, server: Scripted):
    board = device(tmp_path, server, POP3_SLEEP=1, POP3_INTERVAL=600, CIRCUITPY_WIFI_SSID="")
    joining = "    wifi.radio.connect('guests', 'sweet home')\n    return wifi.radio\n"
    program = "import wifi\n\n\ndef join(settings, feed):\n" + joining
    (tmp_path / "my_network.py").write_text(program)
    board.run("/boot.py")
    board.woken = True
    assert board.run("/code.py").why == "deep sleep"
    assert called(board) == 3


def test_the_program_of_the_readme_runs_without_the_lines_that_it_says(tmp_path: Path):
    (block,) = (it for it in snippets.examples(ROOT / "README.md") if "ntptime" in it)
    left = [
        line
        for line in block.splitlines()
        if not re.match(r"(import (network|ntptime|time)|wlan|ntptime|while|    time)", line)
    ]
    mail = b"From: Ada <ada@example.org>\r\nSubject: Hello\r\n\r\nGood morning\r\n"
    with Scripted({"mrose": "secret"}, [mail]) as server:
        board = device(tmp_path, server)
        board.library = payload.modules("circuitpython", Sources(), everything=True) | bundle.fetch()
        program = "import wifi\nwifi.radio.connect('home', '')\n" + "\n".join(left) + "\nopen('/done', 'w').close()\n"
        (tmp_path / "own.py").write_text(program.replace('"mail.example.org"', f'"localhost", {server.tls_port}'))
        board.run("/boot.py")
        board.run("/own.py")
        assert (tmp_path / "done").exists()
        assert b"RETR 1" in [line.strip() for line in server.received]
