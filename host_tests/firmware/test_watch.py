"""The watch on this computer: what it makes of servers, networks and flashes that fail, and how long it waits then."""

import sys
import types
from pathlib import Path

import micropop
import pytest
from watcher.trouble import BUG, FLASH, LOGIN, SERVER, WIFI

from host_tests.firmware import logged, stored
from host_tests.firmware.radio import Network
from host_tests.servers.maildir import small_mails
from host_tests.servers.scripted import Fault, Scripted


def test_a_look_stores_what_is_new_and_only_that(watch, server: Scripted, tmp_path: Path, radio: Network):
    it = watch(server, POP3_INTERVAL=300)
    seconds, blinks = it.look()
    assert 300 <= seconds <= 338
    assert blinks == 0
    assert radio.asked == ("home", None)
    assert stored(tmp_path) == server.mails("mrose")
    server.add(b"Subject: one more\r\n\r\n")
    it.look()
    assert stored(tmp_path) == server.mails("mrose")
    assert sum(line.startswith(b"RETR") for line in server.received) == 4


def test_the_second_session_spares_what_the_first_found_out(watch, server: Scripted):
    it = watch(server)
    it.look()
    assert server.sessions[0].lines[0] == b"CAPA"
    it.look()
    assert server.sessions[1].lines[0].startswith(b"AUTH ")
    assert server.sessions[1].lines[-3:] == [b"LIST", b"UIDL", b"QUIT"]


def test_a_method_that_the_server_takes_no_more_is_forgotten(watch, server: Scripted):
    it = watch(server)
    it.look()
    server.settings.mechanisms, server.settings.apop = ("PLAIN",), False
    assert it.look()[1] == 0
    assert any(line.startswith(b"AUTH PLAIN") for line in server.sessions[-1].lines)


def test_the_server_s_login_delay_is_honoured(watch):
    with Scripted(mails=small_mails(1), capabilities=("UIDL", "LOGIN-DELAY 600")) as server:
        seconds, blinks = watch(server, POP3_INTERVAL=60).look()
        assert (600 <= seconds <= 675, blinks) == (True, 0)


@pytest.mark.parametrize(
    ("reply", "at_least", "blinks"),
    [
        (b"-ERR [IN-USE] another session\r\n", 60, SERVER),
        (b"-ERR [LOGIN-DELAY] too soon\r\n", 300, SERVER),
        (b"-ERR [SYS/TEMP] disk\r\n", 15, SERVER),
        (b"-ERR [SYS/PERM] gone\r\n", 3600, LOGIN),
        (b"-ERR [AUTH] no\r\n", 3600, LOGIN),
    ],
)
def test_what_the_server_answers_to_the_login_says_how_long_to_wait(
    watch, server: Scripted, tmp_path: Path, reply: bytes, at_least: int, blinks: int
):
    server.settings.replies = {"PASS": reply}
    it = watch(server, POP3_RETRY=15, POP3_METHOD="USER")
    seconds, shown = it.look()
    assert at_least <= seconds <= at_least * 9 / 8
    assert shown == blinks
    server.settings.replies = {}
    assert it.look()[1] == 0
    assert "all is well again" in logged(tmp_path)
    assert stored(tmp_path) == server.mails("mrose")


def test_failures_in_a_row_are_tried_less_and_less_often(watch, server: Scripted):
    server.fault = Fault(at=0, kind="close")
    it = watch(server, POP3_RETRY=15)
    waits = [it.look()[0] for _ in range(5)]
    assert all(wanted <= wait <= wanted * 9 / 8 for wait, wanted in zip(waits, [15, 30, 60, 120, 240], strict=True))


def test_after_a_third_failure_the_radio_is_switched_off_and_on(watch, server: Scripted, radio: Network):
    server.fault = Fault(at=0, kind="close")
    it = watch(server)
    for _ in range(3):
        it.look()
    assert radio.switched_off == 0
    it.look()
    assert radio.switched_off == 1
    server.fault = None
    assert it.look()[1] == 0


def test_when_nothing_helps_the_board_starts_anew(watch, server: Scripted, monkeypatch: pytest.MonkeyPatch):
    resets: list[int] = []
    monkeypatch.setitem(sys.modules, "machine", types.SimpleNamespace(reset=lambda: resets.append(1)))
    server.fault = Fault(at=0, kind="close")
    it = watch(server)
    for _ in range(11):
        it.look()
    assert resets == []
    it.look()
    assert resets == [1]


def test_a_memory_in_pieces_is_mended_by_starting_anew(watch, server: Scripted, monkeypatch: pytest.MonkeyPatch):
    resets: list[int] = []
    monkeypatch.setitem(sys.modules, "machine", types.SimpleNamespace(reset=lambda: resets.append(1)))
    it = watch(server)
    monkeypatch.setattr(it.mailbox, "look", lambda store: bytearray(1 << 62))
    assert it.look()[1] == BUG
    assert resets == []
    it.look()
    assert resets == [1]


def test_a_refused_password_never_restarts_the_board(watch, server: Scripted, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "machine", types.SimpleNamespace(reset=pytest.fail))
    it = watch(server, POP3_PASSWORD="wrong")
    assert [it.look()[1] for _ in range(13)] == [LOGIN] * 13


def test_the_first_network_that_lets_the_board_in_is_taken_and_asked_first_then(
    watch, server: Scripted, tmp_path: Path, radio: Network
):
    radio.refusing = {"home"}
    it = watch(server, CIRCUITPY_WIFI_SSID_2="work", CIRCUITPY_WIFI_PASSWORD_2="wpa key")
    assert it.look()[1] == 0
    assert radio.asked == ("work", "wpa key")
    radio.connected, radio.refusing = False, set()
    assert it.look()[1] == 0
    assert radio.asked == ("work", "wpa key")
    radio.connected, radio.refusing = False, {"home", "work"}
    assert it.look()[1] == WIFI
    assert "Wi-Fi work refuses the password; Wi-Fi home refuses the password" in logged(tmp_path)


def test_a_network_of_ones_own_is_joined_before_each_look(
    watch, server: Scripted, tmp_path: Path, radio: Network, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delitem(sys.modules, "my_network", raising=False)
    program = "joined = []\ndef join(settings, feed):\n    feed()\n    joined.append(settings['MY_ADDRESS'])\n"
    (tmp_path / "my_network.py").write_text(program)
    it = watch(server, CIRCUITPY_WIFI_SSID="", MY_ADDRESS="192.0.2.7")
    assert [it.look()[1], it.look()[1]] == [0, 0]
    assert sys.modules["my_network"].joined == ["192.0.2.7"] * 2
    assert radio.asked == () and not radio.on
    assert stored(tmp_path) == server.mails("mrose")
    monkeypatch.setattr(sys.modules["my_network"], "join", lambda *_: 1 // 0)
    assert it.look()[1] == WIFI
    assert "my_network.py: ZeroDivisionError" in logged(tmp_path)


def test_no_wifi(watch, server: Scripted, tmp_path: Path, radio: Network):
    radio.status = radio.STAT_WRONG_PASSWORD
    it = watch(server, CIRCUITPY_WIFI_PASSWORD="wpa key")
    assert it.look()[1] == WIFI
    assert radio.asked == ("home", "wpa key")
    assert "Wi-Fi home refuses the password" in logged(tmp_path)
    radio.status = -2  # the RP2's, when there is no such network
    assert it.look()[1] == WIFI
    radio.status = radio.STAT_GOT_IP
    assert it.look()[1] == 0
    radio.connected = False  # dropped
    server.add(b"Subject: x\r\n\r\n")
    assert it.look()[1] == 0
    assert stored(tmp_path) == server.mails("mrose")


def test_a_password_is_not_logged_even_if_the_server_repeats_it(watch, server: Scripted, tmp_path: Path):
    server.settings.replies = {"STAT": b"-ERR tanstaaf\r\n", "UIDL": b"-ERR tanstaaf\r\n"}
    watch(server).look()
    assert "***" in logged(tmp_path)
    assert "tanstaaf" not in logged(tmp_path)


def test_a_full_flash_is_told_nothing_is_deleted_and_the_next_look_goes_on(
    watch, server: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    it = watch(server, POP3_DELETE=1)
    with monkeypatch.context() as full:
        full.setattr("os.statvfs", lambda path: (4096, 4096, 1000, 2, 2))
        assert it.look()[1] == FLASH
    assert len(server.mails("mrose")) == 3
    assert "StoreFull" in logged(tmp_path)
    wanted = server.mails("mrose")
    assert it.look()[1] == 0
    assert server.mails("mrose") == []
    assert stored(tmp_path) == wanted


def test_the_oldest_mails_make_room_for_new_ones(watch, server: Scripted, tmp_path: Path, monkeypatch):
    it = watch(server, POP3_KEEP=3)
    it.look()
    server.add(b"Subject: x\r\n\r\n")
    with monkeypatch.context() as full:
        full.setattr("os.statvfs", lambda path: (4096, 4096, 1000, 2, 2))
        assert it.look()[1] == FLASH
    assert "2 of the oldest mails were removed to make room" in logged(tmp_path)
    assert it.look()[1] == 0
    assert stored(tmp_path) == server.mails("mrose")[2:]


def test_mails_are_handed_out_when_the_session_is_over(watch, server: Scripted, tmp_path: Path):
    (tmp_path / "on_mail.py").write_text("got = []\ndef on_mail(mail):\n    got.append(mail.size)\n")
    watch(server).look()
    assert sys.modules["on_mail"].got == [len(mail) for mail in server.mails("mrose")]


def test_a_program_that_fails_costs_no_mail(watch, server: Scripted, tmp_path: Path):
    (tmp_path / "on_mail.py").write_text("def on_mail(mail):\n    return 1 // (int(mail.path[-27:-19]) - 2)\n")
    assert watch(server).look()[1] == 0
    assert stored(tmp_path) == server.mails("mrose")
    assert logged(tmp_path).count("ZeroDivisionError") == 1
    assert "00000002-" in logged(tmp_path).split("on_mail.py failed, ")[1].splitlines()[0]


def test_what_came_before_a_session_broke_is_handed_out(watch, server: Scripted, tmp_path: Path):
    (tmp_path / "on_mail.py").write_text("got = []\ndef on_mail(mail):\n    got.append(mail.size)\n")
    server.settings.replies = {"RETR 3": b"+OK\r\nSubject: "}
    assert watch(server, POP3_TIMEOUT=1).look()[1] == SERVER
    assert len(sys.modules["on_mail"].got) == 2


def test_no_more_mails_are_fetched_and_kept_than_the_user_wants(watch, server: Scripted, tmp_path: Path):
    it = watch(server, POP3_KEEP=2)
    it.look()
    assert stored(tmp_path) == server.mails("mrose")[1:]
    assert b"RETR 1" not in server.received
    server.add(b"Subject: x\r\n\r\n")
    it.look()
    assert stored(tmp_path) == server.mails("mrose")[2:]


def test_the_pool_is_whole_after_each_look(watch, server: Scripted):
    it = watch(server)
    for fault in (None, Fault(at=100, kind="close"), Fault(at=700, kind="reset"), Fault(at=900, kind="garbage"), None):
        server.fault = fault
        it.look()
        assert it.mailbox.pool.free == it.mailbox.pool.total
    assert all(session.done.wait(5) for session in server.sessions)


def test_in_clear_only_if_the_user_says_so(watch, server: Scripted, tmp_path: Path):
    in_clear = {"POP3_TLS": "off", "POP3_PORT": server.port, "POP3_METHOD": "USER"}
    assert watch(server, **in_clear).look()[1] == LOGIN
    assert b"PASS tanstaaf" not in server.received
    assert watch(server, **in_clear, POP3_CLEARTEXT=1).look()[1] == 0
    assert watch(server, POP3_TLS="stls", POP3_PORT=server.port).look()[1] == 0
    assert server.sessions[-1].encrypted


def test_the_errors_of_the_library_have_the_names_that_the_watch_knows():
    for name in ("AuthenticationError", "CleartextRefused", "InvalidArgument", "PermanentFailure", "LoginDelay"):
        assert issubclass(getattr(micropop, name), micropop.Error)
