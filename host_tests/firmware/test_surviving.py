"""The watch goes on for months: whatever goes wrong, and whatever goes wrong while that is dealt with."""

import errno
import re
import sys
import types
from importlib import import_module
from pathlib import Path

import micropop
import pytest
from watcher import about, clock, diagnosis, log_files, start, telling, user
from watcher.trouble import BUG, LOGIN, SERVER, SETTINGS, Trouble
from watcher.watch import Watch, reach, run

from host_tests.firmware import logged, stored
from host_tests.firmware.radio import Network
from host_tests.servers.dialogue import Dialogue
from host_tests.servers.maildir import small_mails
from host_tests.servers.scripted import Scripted


def hang_up(dialogue: Dialogue, _: str) -> bytes:
    """The answer of a server that is gone."""
    dialogue.over = True
    return b""


def within(seconds: float, wanted: int) -> bool:
    """Whether that is the time that was wanted, and up to an eighth more."""
    return wanted <= seconds <= wanted * 9 / 8


class PowerCut(BaseException):
    pass


# --- errors while errors are dealt with ------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [MemoryError("no room"), OSError(errno.EIO), TypeError("a bug")])
def test_an_error_while_an_error_is_dealt_with_ends_nothing(watch, server: Scripted, tmp_path: Path, error: Exception):
    def log(text: str) -> None:
        raise error

    it = watch(server, POP3_INTERVAL=60)
    server.settings.replies = {"": hang_up}
    it.log, log_before = log, it.log
    for _ in range(3):
        assert it.look() == (60, BUG)
    it.log = log_before
    server.settings.replies = {}
    assert it.look()[1] == 0
    assert stored(tmp_path) == server.mails("mrose")


def test_a_board_that_cannot_even_say_what_is_wrong_starts_anew_in_the_end(watch, server: Scripted, monkeypatch):
    resets: list[int] = []
    monkeypatch.setitem(sys.modules, "machine", types.SimpleNamespace(reset=lambda: resets.append(1)))
    it = watch(server)
    monkeypatch.setattr(it, "log", lambda text: bytearray(1 << 62))
    server.settings.replies = {"": hang_up}
    for _ in range(23):
        it.look()
    assert resets == []
    it.look()
    assert resets == [1]


def test_an_led_that_fails_while_the_board_rests_ends_nothing(watch, server: Scripted, tmp_path: Path):
    def switch(level: int) -> None:
        raise ValueError("the pin is gone")

    it = watch(server)
    it.light._switch = switch
    it.look()
    it.rest(0.2, 0)
    assert it.look()[1] == 0  # without the LED
    assert stored(tmp_path) == server.mails("mrose")


def test_a_flash_on_which_no_room_can_be_made_ends_nothing(watch, server: Scripted, tmp_path: Path, monkeypatch):
    def prune(keep: int) -> int:
        raise micropop.StoreError("EIO")

    it = watch(server, POP3_KEEP=4)
    it.look()
    monkeypatch.setattr(it.store, "prune", prune)
    with pytest.raises(micropop.StoreFull) as full:
        it.store.failed(OSError(errno.ENOSPC))
    it.failures = 1
    assert diagnosis.treat(it, full.value)[0] > 0
    assert "no room can be made" in logged(tmp_path)


# --- the end of a watch ----------------------------------------------------------------------------------------------


class Dog:
    """A watchdog that notes what becomes of it."""

    def __init__(self):
        self.released = 0

    def feed(self) -> None:
        pass

    def release(self) -> None:
        self.released += 1


@pytest.mark.parametrize(
    ("ending", "released"), [(KeyboardInterrupt, 1), (SystemExit, 0), (GeneratorExit, 0), (MemoryError, 0)]
)
def test_only_ctrl_c_releases_the_watchdog(monkeypatch: pytest.MonkeyPatch, ending: type, released: int):
    dog = Dog()
    monkeypatch.setattr(Watch, "start", lambda watch, path: setattr(watch, "dog", dog))

    def look(watch: Watch) -> None:
        raise ending

    monkeypatch.setattr(Watch, "look", look)
    with pytest.raises(ending):
        run()
    assert dog.released == released


# --- servers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delay", ["86401", "99999999999999999999", "4294967296 USER", "-7", "soon"])
def test_no_server_puts_a_board_off_for_longer_than_a_day(watch, delay: str):
    with Scripted(mails=small_mails(1), capabilities=("UIDL", "LOGIN-DELAY " + delay)) as server:
        it = watch(server)
        assert 0 < it.look()[0] <= 86400 * 9 / 8
        server.settings.replies = {"": hang_up}
        assert 0 < it.look()[0] <= 86400 * 9 / 8


def test_a_refusal_of_what_was_taken_before_is_tried_again_soon_and_then_rarely(watch, server: Scripted):
    it = watch(server, POP3_METHOD="USER")
    assert it.look()[1] == 0
    server.settings.replies = {"PASS": b"-ERR [AUTH] no\r\n"}
    for wanted in (300, 600, 1200, 2400, 3600, 3600):
        seconds, blinks = it.look()
        assert within(seconds, wanted)
        assert blinks == LOGIN
    server.settings.replies = {}
    assert it.look()[1] == 0


def test_a_mail_that_cannot_be_had_is_told_and_the_others_come(watch, server: Scripted, tmp_path: Path):
    wanted = server.mails("mrose")
    server.settings.replies = {"RETR 2": hang_up}
    it = watch(server, POP3_METHOD="USER")  # which takes no time
    assert [it.look()[1] for _ in range(2)] == [SERVER, SERVER]
    for _ in range(3):
        it.look()
    assert stored(tmp_path) == [wanted[0], wanted[2]]
    server.settings.replies = {"RETR 2": b"-ERR no such mail\r\n"}
    for _ in range(70):
        assert it.look()[1] == 0  # passed over: no failure
    assert "a mail was passed over: " in logged(tmp_path)
    server.settings.replies = {}
    for _ in range(70):
        it.look()
    assert stored(tmp_path) == [wanted[0], wanted[2], wanted[1]]


# --- clocks ----------------------------------------------------------------------------------------------------------


class Ntp(types.ModuleType):
    """A time server, or none."""

    def __init__(self):
        super().__init__("ntptime")
        self.asked, self.answers = 0, True

    def settime(self) -> None:
        self.asked += 1
        if not self.answers:
            raise OSError(errno.ETIMEDOUT)


@pytest.fixture
def ntp(monkeypatch: pytest.MonkeyPatch) -> Ntp:
    made = Ntp()
    monkeypatch.setitem(sys.modules, "ntptime", made)
    return made


def test_the_clock_is_set_once_a_day_where_days_are_counted(watch, server: Scripted, ntp: Ntp):
    it = watch(server, POP3_DELETE=1, POP3_DELETE_AFTER=2)
    for _ in range(3):
        reach(it)
    assert ntp.asked == 1
    it.clock_due -= 86401  # a day later
    reach(it)
    assert ntp.asked == 2


@pytest.mark.parametrize("seconds", [10**9, -(10**9)])
def test_a_clock_that_jumps_is_set_again(watch, server: Scripted, ntp: Ntp, seconds: int):
    it = watch(server, POP3_DELETE=1, POP3_DELETE_AFTER=2)
    reach(it)
    it.clock_due += seconds
    for _ in range(2):
        reach(it)
    assert ntp.asked == 2


@pytest.mark.parametrize("changes", [{}, {"POP3_DELETE": 1}, {"POP3_DELETE_AFTER": 2}])
def test_who_needs_no_clock_does_not_ask_for_the_time(watch, server: Scripted, ntp: Ntp, changes: dict):
    reach(watch(server, **changes))
    assert ntp.asked == 0


def test_without_the_time_no_mail_is_deleted(watch, server: Scripted, tmp_path: Path, ntp: Ntp, monkeypatch):
    it = watch(server, POP3_DELETE=1, POP3_DELETE_AFTER=2)
    ntp.answers = False
    with monkeypatch.context() as unset:
        unset.setattr(clock, "time", types.SimpleNamespace(localtime=lambda: (2021, 1, 1, 0, 0, 0, 0, 1)))
        unset.setattr(import_module("micropop.store.opening"), "today", lambda: 0)
        assert it.look()[1] == 0
    assert len(stored(tmp_path)) == len(server.mails("mrose")) == 3
    assert "no mail is deleted meanwhile" in logged(tmp_path)
    ntp.answers, asked = True, ntp.asked
    it.look()
    assert ntp.asked > asked


def test_a_certificate_with_wrong_dates_has_the_clock_set_again(watch, server: Scripted):
    it = watch(server)
    it.clock_due, it.failures = 12345, 1
    diagnosis.treat(it, micropop.TLSError("it is another's"))
    assert it.clock_due == 12345
    error = micropop.TLSError("the certificate is not valid yet")
    error.reason = "dates"
    diagnosis.treat(it, error)
    assert it.clock_due is None


def test_a_mail_is_deleted_after_so_many_days(watch, server: Scripted, tmp_path: Path, ntp: Ntp, monkeypatch):
    it = watch(server, POP3_DELETE=1, POP3_DELETE_AFTER=2)
    opening = import_module("micropop.store.opening")  # that of sys.modules, which the watch will load
    for today, left in ((1000, 3), (1002, 3), (1003, 0)):
        monkeypatch.setattr(opening, "today", lambda today=today: today)
        it.look()
        assert len(server.mails("mrose")) == left
    assert len(stored(tmp_path)) == 3


class Answering:
    """CircuitPython's modules around a time server."""

    def __init__(self, packet: bytes):
        self.packet, self.set, self.closed, self.sent = packet, [], 0, b""

    def socket(self, family: int, kind: int) -> "Answering":
        return self

    def __enter__(self) -> "Answering":
        return self

    def __exit__(self, *_: object) -> None:
        self.closed += 1

    def settimeout(self, seconds: float) -> None:
        self.timeout = seconds

    def sendto(self, data: bytes, address: tuple) -> None:
        self.sent = bytes(data)

    def recv_into(self, buffer: bytearray) -> int:
        count = min(len(self.packet), len(buffer))
        buffer[:count] = self.packet[:count]
        return count

    def ask(self, monkeypatch: pytest.MonkeyPatch) -> None:
        pool = types.SimpleNamespace(
            AF_INET=2, SOCK_DGRAM=2, socket=self.socket, getaddrinfo=lambda host, port: [(2, 2, 0, "", (host, port))]
        )
        outer = self

        class RTC:
            def __setattr__(self, name: str, value: object) -> None:
                outer.set.append((name, value))

        monkeypatch.setitem(sys.modules, "socketpool", types.SimpleNamespace(SocketPool=lambda radio: pool))
        monkeypatch.setitem(sys.modules, "wifi", types.SimpleNamespace(radio=None))
        monkeypatch.setitem(sys.modules, "rtc", types.SimpleNamespace(RTC=RTC))
        monkeypatch.delitem(sys.modules, "watcher.clock_circuitpython", raising=False)
        from watcher.clock_circuitpython import ask

        monkeypatch.delitem(sys.modules, "watcher.clock_circuitpython")
        ask("ntp.example.org")


def ntp_answer(seconds: int, first: int = 0x24) -> bytes:
    """A time server's packet, with the seconds since 1900."""
    return bytes([first]) + bytes(39) + (seconds % 2**32).to_bytes(4, "big") + bytes(4)


@pytest.mark.parametrize("seconds", [1_800_000_000, 2_100_000_000, 2_200_000_000])
def test_circuitpython_sets_its_clock(monkeypatch: pytest.MonkeyPatch, seconds: int):
    monkeypatch.setattr("time.localtime", lambda seconds: seconds)
    server = Answering(ntp_answer(seconds + 2208988800))
    server.ask(monkeypatch)
    assert server.set == [("datetime", seconds)]
    assert (len(server.sent), server.sent[0] & 7, server.closed) == (48, 3, 1)
    assert 0 < server.timeout <= 8  # a Pico's watchdog bites then


@pytest.mark.parametrize("packet", [b"", bytes(48), ntp_answer(4_000_000_000)[:40], ntp_answer(4_000_000_000, 0x23)])
def test_what_is_no_answer_of_a_time_server_sets_no_clock(monkeypatch: pytest.MonkeyPatch, packet: bytes):
    server = Answering(packet)
    with pytest.raises(OSError, match="not an answer"):
        server.ask(monkeypatch)
    assert server.set == []
    assert server.closed == 1


def test_no_name_is_looked_up_where_the_network_is_gone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(clock, "time", types.SimpleNamespace(localtime=lambda: (2021, 1, 1, 0, 0, 0, 0, 1)))
    with pytest.raises(Trouble, match="no network"):
        clock.set_clock(pytest.fail, "ntp.example.org", lambda: None, lambda: False)


def test_a_network_that_went_while_the_clock_was_set_is_joined_again(
    watch, server: Scripted, ntp: Ntp, radio: Network, monkeypatch
):
    it = watch(server, POP3_DELETE=1, POP3_DELETE_AFTER=2)
    monkeypatch.setattr(ntp, "settime", lambda: setattr(radio, "connected", False))
    reach(it)
    assert radio.connected


# --- settings --------------------------------------------------------------------------------------------------------


def test_settings_that_do_not_fit_into_the_memory_are_settings_that_are_wrong(watch, server: Scripted, monkeypatch):
    it = watch(server, POP3_PAYLOAD=2048, POP3_PACKETS=8)
    monkeypatch.setattr(micropop, "PacketPool", lambda payload, packets: bytearray(1 << 62))
    with pytest.raises(Trouble, match="POP3_PACKETS = 8 of POP3_PAYLOAD = 2048 bytes do not fit") as caught:
        start.mailbox(it)
    assert caught.value.blinks == SETTINGS


def test_what_goes_wrong_at_the_start_is_shown_for_a_minute_and_tried_again(watch, server: Scripted, monkeypatch):
    steps: list[float] = []

    def reset() -> None:
        raise PowerCut

    monkeypatch.setattr(start, "reset", reset)
    monkeypatch.setattr(start, "Mailbox", lambda watch: 1 // 0)
    monkeypatch.setattr(start, "time", types.SimpleNamespace(sleep=steps.append))
    with pytest.raises(PowerCut):
        watch(server)
    assert 59 <= sum(steps) <= 61


# --- the log ---------------------------------------------------------------------------------------------------------


def test_every_mail_that_is_stored_is_in_the_log_once(watch, server: Scripted, tmp_path: Path):
    server.settings.replies = {"RETR 3": hang_up}
    it = watch(server, POP3_METHOD="USER")
    for _ in range(4):
        it.look()
    server.settings.replies = {}
    for _ in range(70):
        it.look()
    for number in (1, 2, 3):
        assert logged(tmp_path).count(f"/mail/{number:08}-") == 1


def test_a_mail_that_was_stored_when_the_power_went_is_in_the_log(watch, server: Scripted, tmp_path: Path, monkeypatch):
    def cut_off(watch: Watch) -> None:
        raise PowerCut

    with monkeypatch.context() as cut:
        cut.setattr(telling, "tell", cut_off)
        with pytest.raises(PowerCut):
            watch(server).look()
    assert len(stored(tmp_path)) == 3
    assert not (tmp_path / "log.txt").exists()
    watch(server).look()
    for number in (1, 2, 3):
        assert logged(tmp_path).count(f"/mail/{number:08}-") == 1


def test_a_mail_that_could_not_be_logged_when_it_came_is_logged_later(watch, server: Scripted, tmp_path: Path):
    it = watch(server)
    log, times = it.log, []

    def failing(text: str) -> None:
        times.append(text)
        if len(times) == 2:
            raise MemoryError
        log(text)

    it.log = failing
    for _ in range(3):
        it.look()
    for number in (1, 2, 3):
        assert logged(tmp_path).count(f"/mail/{number:08}-") == 1


def test_mails_that_wait_for_the_program_are_in_the_log_once(watch, server: Scripted, tmp_path: Path):
    (tmp_path / "on_mail.py").write_text("import nonsense\n")
    it = watch(server)
    it.look()
    server.add(b"Subject: one more\r\n\r\n")
    it.look()
    for number in (1, 2, 3, 4):
        assert logged(tmp_path).count(f"/mail/{number:08}-") == 1
    assert logged(tmp_path).count("; ?: one more\n") == 1


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (b"From: Marshall Rose <mrose@example.org>\r\nSubject: Hello", "; Marshall Rose: Hello"),
        (b"From: mrose@example.org\r\nSubject: Hello", "; mrose@example.org: Hello"),
        (b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nFrom: =?koi8-r?b?7snOwQ==?= <nina@x>", "; Нина: Grüße"),
        (b"From: =?gb2312?b?1tDOxA==?= <a@x>\r\nSubject: without its table", "; \ufffd\ufffd: without its table"),
        (b"Subject: folded\r\n  in two", "; ?: folded in two"),
        (b"From: a@x", "; a@x: "),
        (b"To: nobody", ""),
        (
            b"From: a@x\r\nSubject: =?utf-8?q?a=1B[2Jb=C2=9B2Jc=E2=80=A8d=E2=80=AEe=E2=81=A6f=00g=0Ah?=",
            "; a@x: a [2Jb 2Jc d e f g h",
        ),
        (b"From: " + b"a" * 100 + b"@x\r\nSubject: " + b"long " * 50, "; " + "a" * 39 + "…: " + "long " * 15 + "long…"),
        (b"X: " + b"x" * 16384 + b"\r\nSubject: too far down", ""),
        (b"X: " + b"x" * 16000 + b"\r\nSubject: far down", "; ?: far down"),
        (b"\r\nSubject: in the body", ""),
        (b"\xff\xfe\x00no header at all", ""),
        (b"", ""),
    ],
    ids=range(14),
)
def test_the_log_says_who_a_mail_is_from_and_what_it_is_about(tmp_path: Path, header: bytes, told: str):
    path = tmp_path / "mail.eml"
    path.write_bytes(header + b"\r\n\r\nHello\r\n" if header else b"")
    fed: list[None] = []
    assert about.about(str(path), lambda: fed.append(None)) == told
    assert len(fed) >= path.stat().st_size // 512 or len(fed) > 32


@pytest.mark.parametrize("error", [MemoryError, OSError, RuntimeError])
def test_a_header_that_cannot_be_read_costs_nothing(watch, server: Scripted, tmp_path: Path, monkeypatch, error: type):
    def failing(path: str, feed: object) -> str:
        raise error

    monkeypatch.setattr(about, "about", failing)
    assert watch(server).look()[1] == 0
    assert stored(tmp_path) == server.mails("mrose")
    for number, mail in enumerate(server.mails("mrose"), 1):
        assert re.search(f"/mail/{number:08}-[0-9a-f]+.eml: {len(mail)} bytes\n", logged(tmp_path))


def test_secrets_of_the_user_s_own_are_not_shown(watch, tmp_path: Path):
    with Scripted(mails=[b"From: a@x\r\nSubject: xyzzy-plugh lamp on\r\n\r\n"]) as server:
        watch(server, MY_SECRET="xyzzy-plugh", MY_LAMP=15).look()
    assert "; a@x: *** lamp on" in logged(tmp_path)


def test_a_log_that_cannot_be_written_stops_no_mail(watch, server: Scripted, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(log_files, "PATH", str(tmp_path / "missing" / "log.txt"))
    assert watch(server).look()[1] == 0
    assert stored(tmp_path) == server.mails("mrose")


# --- the user's program ----------------------------------------------------------------------------------------------

GOT = "got = []\ndef on_mail(mail):\n    got.append(mail.serial)\n"


@pytest.mark.parametrize("source", ["import nonsense\n", "def on_mail(mail)\n", "on_message = print\n", "1 // 0\n"])
def test_mails_wait_for_a_program_that_cannot_be_called(watch, server: Scripted, tmp_path: Path, source: str):
    path = tmp_path / "on_mail.py"
    path.write_text(source)
    it = watch(server)
    for _ in range(3):
        assert it.look()[1] == BUG
    assert stored(tmp_path) == server.mails("mrose")
    path.write_text(GOT)
    assert it.look()[1] == 0
    assert sys.modules["on_mail"].got == [1, 2, 3]


def test_nothing_that_waits_for_the_program_is_removed(watch, server: Scripted, tmp_path: Path):
    path = tmp_path / "on_mail.py"
    path.write_text("import nonsense\n")
    it = watch(server, POP3_KEEP=2)
    it.look()
    server.add(b"Subject: one\r\n\r\n")
    server.add(b"Subject: two\r\n\r\n")
    it.look()
    assert len(stored(tmp_path)) == 4
    path.write_text(GOT)
    it.look()
    assert sys.modules["on_mail"].got == [1, 2, 3, 4]
    assert len(stored(tmp_path)) == 2


def attempts(watch, server: Scripted, folder: Path, times: int) -> list[int]:
    """The mails that a program is given which never comes back, one in each start of the board."""
    (folder / "on_mail.py").write_text(GOT + "    raise SystemExit\n")
    got = []
    for _ in range(times):
        with pytest.raises(SystemExit):
            watch(server).look()
        got += sys.modules.pop("on_mail").got
    return got


def test_each_mail_has_its_own_attempts(watch, server: Scripted, tmp_path: Path):
    assert attempts(watch, server, tmp_path, 6) == [1, 1, 2, 2, 3, 3]
    assert watch(server).look()[1] == 0
    assert logged(tmp_path).count("did not come back") == 3


@pytest.mark.parametrize("note", [b"", b"1", b"1 2 00000000", b"\xff\xfe\x00", b"1 2 3 4", b"x" * 3000])
def test_a_damaged_note_of_attempts_costs_no_mail(watch, server: Scripted, tmp_path: Path, note: bytes):
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "tried").write_bytes(note)
    (tmp_path / "on_mail.py").write_text(GOT)
    assert watch(server).look()[1] == 0
    assert sys.modules["on_mail"].got == [1, 2, 3]


@pytest.mark.parametrize(
    ("number", "tried"), [("1", "-9"), ("1", "9"), ("1", "1_0"), ("1", "x"), ("1", "\xb2"), ("+1", "2"), ("0_1", "2")]
)
def test_a_note_of_attempts_that_no_watcher_wrote_does_not_count(
    watch, server: Scripted, tmp_path: Path, number: str, tried: str
):
    """Damaged, and with the right check sum all the same."""
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "tried").write_text(f"{number} {tried} {user.checked(number, tried)}")
    assert attempts(watch, server, tmp_path, 3) == [1, 1, 2]


def test_attempts_that_cannot_be_noted_are_made(watch, server: Scripted, tmp_path: Path):
    (tmp_path / "mail" / "tried").mkdir(parents=True)  # a folder of that name
    (tmp_path / "on_mail.py").write_text(GOT)
    assert watch(server).look()[1] == 0
    assert sys.modules["on_mail"].got == [1, 2, 3]
