"""The watcher on the virtual board: it polls, and goes on whatever happens."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from mpremote.transport_serial import SerialTransport

from boards.shared import remote
from boards.virtual import board as board_module
from boards.virtual import profile
from boards.virtual.board import VirtualBoard
from host_tests.firmware import FIRMWARE, watching
from host_tests.servers.maildir import large_mail, sample_mails, small_mails
from host_tests.servers.scripted import Fault, Scripted
from host_tests.shared import flash_image
from host_tests.shared.eventually import eventually

HAND_OUT = """
def on_mail(mail):
    print("handed out", mail.path[-27:-19], mail.size)
"""
FAILING = """
def on_mail(mail):
    print("handed out", mail.path[-27:-19])
    if mail.path[-27:-19] == "00000002":
        raise ValueError("not this one")
"""
RESETTING = """
import machine

def on_mail(mail):
    print("handed out", mail.path[-27:-19])
    if mail.path[-27:-19] == "00000002":
        machine.reset()
"""
HANGING = """
import os

def on_mail(mail):
    if "once" not in os.listdir("/"):
        open("/once", "w").close()
        print("hangs")
        while True:
            pass
    print("handed out", mail.path[-27:-19])
"""
MEASURING = """
import gc
import micropop

def free():
    gc.collect()
    return gc.mem_free()

start = free()
pool = micropop.PacketPool(512, 2)
packets = start - free()
from watcher.watch import Watch
watch = Watch()
watch.start("/settings.toml")
print(start - free() - 2 * packets, "bytes taken")
"""


@pytest.fixture(autouse=True, params=["1.2", "1.3"])
def newest_tls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the boards' own builds of MicroPython speak, and what is to come."""
    monkeypatch.setattr(board_module, "NEWEST_TLS", request.param)


@pytest.fixture
def server() -> Iterator[Scripted]:
    with Scripted(mails=small_mails(3)) as server:
        yield server


def polls_again(board: VirtualBoard, times: int = 1) -> bool:
    """Wait until the board has ended so many looks more."""
    wanted = board.output.count(b"heap: ") + times
    return board.wait(lambda: board.output.count(b"heap: ") >= wanted)


def files(board: VirtualBoard) -> dict[str, bytes]:
    """The files on the flash; the board loses its power for that."""
    board.power_cut(off=True)
    return flash_image.files(board.image)


def stored(board: VirtualBoard) -> list[bytes]:
    """The mails on the flash in the order of their arrival; the board loses its power for that."""
    found = files(board)
    return [found[path] for path in sorted(found) if path.startswith("/mail/") and path.endswith((".eml", ".cut"))]


def handed_out(board: VirtualBoard) -> list[int]:
    """The numbers of the mails that the user's program was given, in that order."""
    return [int(number) for number in re.findall(rb"handed out (\d+)", board.output)]


def heaps(board: VirtualBoard) -> list[int]:
    """Bytes of the heap that were free after each look."""
    return [int(count) for count in re.findall(rb"heap: (\d+)", board.output)]


# --- mail ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["rpi_pico_w", "esp32_generic"])
def test_new_mail_is_stored_byte_for_byte_and_stays_on_the_server(tmp_path: Path, key: str):
    with Scripted(mails=sample_mails()[:-1]) as server, watching(tmp_path, server, key, POP3_LIMIT=200_000) as board:
        assert polls_again(board)
        server.add(b"Subject: later\r\n\r\nHello.\r\n")
        assert board.wait_for("00000014-")
        assert polls_again(board)
        found, wanted = stored(board), server.mails("mrose")
        assert list(map(len, found)) == list(map(len, wanted))
        assert found == wanted
        assert not any(line.startswith(b"DELE") for line in server.received)
        assert board.causes == ["power"]


def test_of_a_long_mail_a_first_part_is_stored(tmp_path: Path):
    with Scripted(mails=[large_mail(100_000)]) as server, watching(tmp_path, server, "esp32_generic") as board:
        assert board.wait_for(", its first part")
        assert polls_again(board)
        (wanted,) = server.mails("mrose")
        (part,) = stored(board)
        assert 10_000 < len(part) <= 65536
        assert wanted.startswith(part)


def test_what_is_safe_is_deleted_if_the_user_wants_that(tmp_path: Path, server: Scripted):
    wanted = server.mails("mrose")
    with watching(tmp_path, server, POP3_DELETE=1) as board:
        assert eventually(lambda: not server.mails("mrose"))
        assert stored(board) == wanted


# --- the user's program ----------------------------------------------------------------------------------------------


def test_each_mail_is_handed_out_once(tmp_path: Path, server: Scripted):
    with watching(tmp_path, server, files={"/on_mail.py": HAND_OUT}) as board:
        assert polls_again(board, 2)
        server.add(b"Subject: later\r\n\r\n")
        assert board.wait(lambda: len(handed_out(board)) == 4)
        assert polls_again(board)
        board.power_cut()
        assert polls_again(board, 2)
        assert handed_out(board) == [1, 2, 3, 4]


def test_a_program_that_fails_is_logged_and_costs_no_mail(tmp_path: Path, server: Scripted):
    with watching(tmp_path, server, files={"/on_mail.py": FAILING}) as board:
        assert polls_again(board, 2)
        assert handed_out(board) == [1, 2, 3]
        found = files(board)
        assert b"on_mail.py failed, /mail/00000002-" in found["/log.txt"]
        assert b"Traceback (most recent call last):\n" in found["/log.txt"]
        assert b"ValueError: not this one\n" in found["/log.txt"]
        assert sum(path.endswith(".eml") for path in found) == 3


def test_a_mail_that_resets_the_board_is_passed_over_at_the_third_time(tmp_path: Path, server: Scripted):
    with watching(tmp_path, server, files={"/on_mail.py": RESETTING}) as board:
        assert board.wait(lambda: 3 in handed_out(board))
        assert handed_out(board) == [1, 2, 2, 3]
        assert board.causes == ["power", "reset", "reset"]
        assert board.wait_for("did not come back from /mail/00000002-")


def test_a_program_that_hangs_is_ended_by_the_watchdog(tmp_path: Path, server: Scripted):
    impatient = (FIRMWARE / "watcher" / "watchdog.py").read_text().replace("const(30)", "const(2)")  # ticks of 2 s
    files = {"/on_mail.py": HANGING, "/lib/watcher/watchdog.py": impatient}
    with watching(tmp_path, server, files=files) as board:
        assert board.wait_for("hangs")
        assert board.wait(lambda: handed_out(board) == [1, 2, 3], timeout=30)
        assert board.causes == ["power", "reset"]  # by the timer, which the chip's own watchdog backs


def test_a_board_that_hangs_with_its_timer_is_ended_by_the_chip(tmp_path: Path, server: Scripted):
    stuck = HANGING.replace("while True", "import machine\n        machine.disable_irq()\n        while True")
    with watching(tmp_path, server, files={"/on_mail.py": stuck}) as board:
        assert board.wait_for("hangs")
        assert board.wait(lambda: handed_out(board) == [1, 2, 3], timeout=120)
        assert board.causes == ["power", "watchdog"]  # where no timer runs nothing feeds the chip's own


# --- what fails ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "drop"), [("rpi_pico_w", "reset"), ("esp32_generic", "hang")])
def test_wifi_that_drops_is_joined_again(tmp_path: Path, server: Scripted, key: str, drop: str):
    with watching(tmp_path, server, key) as board:
        assert polls_again(board)
        board.wifi(False, drop)
        assert board.wait_for("Wi-Fi home is not in reach")
        changes = board.stats()["pin_changes"]
        assert board.wait(lambda: board.stats()["pin_changes"] >= changes + 6)  # three blinks
        server.add(b"Subject: meanwhile\r\n\r\n")
        board.wifi(True)
        assert board.wait_for("all is well again")
        assert stored(board) == server.mails("mrose")


@pytest.mark.parametrize("key", ["rpi_pico_w", "esp32_generic"])
def test_a_board_that_was_carried_elsewhere_joins_its_second_network(tmp_path: Path, server: Scripted, key: str):
    second = {"CIRCUITPY_WIFI_SSID_2": "work", "CIRCUITPY_WIFI_PASSWORD_2": "wpa key"}
    with watching(tmp_path, server, key, wifi=("work", "wpa key"), **second) as board:
        assert polls_again(board)
        assert stored(board) == server.mails("mrose")
        assert b"Wi-Fi" not in files(board)["/log.txt"]


def test_a_network_of_ones_own_takes_the_place_of_the_wifi(tmp_path: Path, server: Scripted):
    program = (
        "import network\n\n\n"
        "def join(settings, feed):\n"
        "    lan = network.WLAN(network.STA_IF)\n    lan.active(True)\n    lan.connect('cable', '')\n"
        "    while not lan.isconnected():\n        feed()\n"
    )
    own = {"/my_network.py": program}
    with watching(tmp_path, server, files=own, wifi=("cable", ""), CIRCUITPY_WIFI_SSID="") as board:
        assert polls_again(board)
        assert stored(board) == server.mails("mrose")


@pytest.mark.parametrize("key", ["rpi_pico_w", "esp32_generic"])
def test_one_of_several_roots_is_enough(tmp_path: Path, server: Scripted, key: str):
    roots = server.made.self_signed.chain.read_bytes() + server.ca_pem.read_bytes()
    with watching(tmp_path, server, key, files={"/ca.pem": roots}, POP3_CA="/gone.der") as board:
        assert polls_again(board)
        assert stored(board) == server.mails("mrose")


def test_a_session_that_breaks_in_a_mail_is_made_good_by_the_next(tmp_path: Path):
    with Scripted(mails=[large_mail(30_000, seed) for seed in range(3)]) as server:
        server.fault = Fault(at=50_000, kind="reset")
        with watching(tmp_path, server, "esp32_generic") as board:
            assert board.wait_for("ConnectionLost")
            server.fault = None
            assert board.wait_for("all is well again")
            assert stored(board) == server.mails("mrose")


def test_a_silent_server_is_left_in_time(tmp_path: Path, server: Scripted):
    server.fault = Fault(at=300, kind="silence")
    with watching(tmp_path, server, "esp32_generic", POP3_TIMEOUT=1) as board:
        assert board.wait_for("Timeout")
        server.fault = None
        assert board.wait_for("all is well again")
        assert board.causes == ["power"]


def test_power_cuts_in_the_middle_of_writing_lose_nothing(tmp_path: Path):
    with Scripted(mails=[large_mail(20_000, seed) for seed in range(4)]) as server:
        with watching(tmp_path, server) as board:
            for writes in (9, 40, 70):
                lives = len(board.causes)
                board.power_cut(cut_after=writes)
                assert board.wait(lambda lives=lives: len(board.causes) >= lives + 2)
            assert polls_again(board, 2)
            assert stored(board) == server.mails("mrose")


def test_a_full_flash_loses_its_oldest_mails_and_takes_the_new_ones(tmp_path: Path):
    mails = [large_mail(60_000, seed) for seed in range(12)]
    with Scripted(mails=mails) as server, watching(tmp_path, server, POP3_KEEP=16) as board:
        assert board.wait_for("of the oldest mails were removed to make room")
        assert board.wait_for("all is well again")
        assert polls_again(board)
        found = stored(board)
        assert len(server.mails("mrose")) == 12
        assert 4 <= len(found) < 12
        assert found == server.mails("mrose")[-len(found) :]


def test_a_wrong_password_is_told_without_it(tmp_path: Path, server: Scripted):
    with watching(tmp_path, server, POP3_PASSWORD="opensesame") as board:
        assert board.wait_for("AuthenticationError")
        assert board.wait(lambda: heaps(board))  # the look is over, the log written
        assert b"opensesame" not in board.output + files(board)["/log.txt"]


def test_a_server_that_nobody_vouches_for_gets_no_password(tmp_path: Path, server: Scripted):
    server.show(server.made.unknown_root)
    with watching(tmp_path, server) as board:
        assert board.wait_for("TLSError")
        assert server.received == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"POP3_HOST": ""}, "POP3_HOST is missing"),
        ({"POP3_INTERVALL": 3}, "POP3_INTERVALL is no setting"),
        ({"POP3_CA": "/other.der"}, "there is no /other.der, the root certificate of the server"),
    ],
)
def test_a_mistake_in_the_settings_is_named_and_shown(tmp_path: Path, server: Scripted, changes: dict, said: str):
    with watching(tmp_path, server, **changes) as board:
        assert board.wait_for(said)
        assert board.wait(lambda: board.stats()["pin_changes"] >= 4)  # two blinks
        assert board.exec("print('here')") == "here\n"


# --- for months ------------------------------------------------------------------------------------------------------


def test_the_watcher_takes_little_beside_the_library(tmp_path: Path, server: Scripted):
    with watching(tmp_path, server, "esp32_generic", files={"/main.py": MEASURING}, POP3_TLS="off") as board:
        assert board.wait_for(" bytes taken")
        taken = int(re.search(rb"(\d+) bytes taken", board.output)[1])
        assert taken <= 9728  # settings and all, but not the packets


def test_the_heap_is_flat_and_no_connection_stays(tmp_path: Path, server: Scripted):
    with watching(tmp_path, server, "esp32_generic", files={"/on_mail.py": HAND_OUT}) as board:
        for fault in (None, Fault(at=500, kind="close"), None, None):
            server.fault = fault
            server.add(f"Subject: {len(server.received)}\r\n\r\n".encode())
            assert polls_again(board)
        assert polls_again(board, 6)
        free = heaps(board)
        assert free[-1] >= free[0] - 256  # a number that looks like an address may keep something, once
        assert eventually(lambda: all(session.done.is_set() for session in server.sessions[:-1]))
        assert board.causes == ["power"]


def test_ctrl_c_leads_to_the_prompt_and_leaves_the_led_dark(tmp_path: Path, server: Scripted):
    with watching(tmp_path, server, POP3_INTERVAL=600) as board:
        assert polls_again(board)
        assert board.exec("print('here')") == "here\n"
        assert board.pins["LED"] == 0


def test_a_board_that_sleeps_wakes_up_and_looks_again(tmp_path: Path, server: Scripted):
    with watching(tmp_path, server, POP3_SLEEP=1) as board:
        assert board.wait(lambda: board.stats()["asleep"])
        server.add(b"Subject: while you slept\r\n\r\n")
        assert board.wait_for("00000004-")
        assert board.wait(lambda: board.causes.count("deepsleep") >= 2)
        assert set(board.causes) == {"power", "deepsleep"}
        assert stored(board) == server.mails("mrose")


# --- somebody at the prompt ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("board", profile.keys())
def test_every_board_that_can_be_virtual_fetches_mail(tmp_path: Path, server: Scripted, board: str):
    with watching(tmp_path, server, board) as virtual:
        assert polls_again(virtual)
        assert stored(virtual) == server.mails("mrose")


@pytest.mark.parametrize("board", ["rpi_pico_w", "rpi_pico2_w", "esp32_generic"])
def test_the_watchdog_is_fed_after_ctrl_c_and_after_a_soft_reset(tmp_path: Path, server: Scripted, board: str):
    with watching(tmp_path, server, board) as virtual:
        assert polls_again(virtual)
        assert virtual.exec("import sys; print('watcher.watchdog_micropython' in sys.modules)") == "True\n"
        fed = virtual.stats()["fed"]
        assert virtual.wait(lambda: virtual.stats()["fed"] > fed + 1)
        virtual.forget_output()
        soft_reset(virtual)
        fed = virtual.stats()["fed"]
        assert virtual.wait(lambda: virtual.stats()["fed"] > fed + 1)
        assert virtual.causes[1:] == ["soft_reset"]


@pytest.mark.parametrize("board", ["rpi_pico_w", "esp32_generic"])
def test_after_a_soft_reset_the_watch_goes_on_at_once(tmp_path: Path, server: Scripted, board: str):
    with watching(tmp_path, server, board) as virtual:
        assert polls_again(virtual)
        virtual.forget_output()
        remote.restart(virtual.port)  # as `make logs` does it, and Ctrl-D at the prompt
        assert polls_again(virtual)
        assert b"Traceback" not in virtual.output.rpartition(b"soft reboot")[2]  # before it: the KeyboardInterrupt
        assert virtual.causes[1:] == ["soft_reset"]


def test_after_power_on_nothing_feeds_a_watchdog_that_is_off(tmp_path: Path, server: Scripted):
    with watching(tmp_path, server, POP3_WATCHDOG=0) as board:
        assert polls_again(board)
        assert board.exec("import sys; print([it for it in sys.modules if 'watchdog' in it])") == "[]\n"
        soft_reset(board)
        assert board.exec("import sys; print([it for it in sys.modules if 'watchdog' in it])") == "[]\n"
        assert board.stats()["fed"] == 0


def soft_reset(board: VirtualBoard) -> None:
    """As mpremote and Thonny do it: boot.py runs, main.py does not."""
    transport = SerialTransport(board.port)
    try:
        transport.enter_raw_repl(soft_reset=True)
    finally:
        transport.close()
