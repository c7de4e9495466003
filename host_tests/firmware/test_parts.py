"""The watcher's parts, one by one, on this computer."""

import errno
import io
import re
import sys
import time
import tomllib
import types
from pathlib import Path

import micropop
import pytest
from hypothesis import given
from hypothesis import strategies as st
from micropop.errors import files
from watcher import clock, clock_micropython, flash, log_files, pins, settings, toml, watchdog, watchdog_start
from watcher.diagnosis import diagnose
from watcher.led import Led
from watcher.log import Log
from watcher.pace import after_failure, after_success
from watcher.trouble import BUG, FLASH, LOGIN, SERVER, WIFI, Trouble

from boards.tools.paths import ROOT
from host_tests import firmware

EXAMPLE = ROOT / "firmware" / "settings.example.toml"
GIVEN = {
    "CIRCUITPY_WIFI_SSID": "home",
    "POP3_HOST": "pop.example.org",
    "POP3_USER": "mrose",
    "POP3_PASSWORD": "tanstaaf",
}
OAUTH = {"POP3_OAUTH": "google", "POP3_CLIENT_ID": "an app's"}


# --- settings.toml ---------------------------------------------------------------------------------------------------


def read(text: str) -> dict:
    return toml.read(io.BytesIO(text.encode()))


def quoted(text: str) -> str:
    """A text as TOML has it."""
    escapes = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(escapes.get(c) or (c if c.isprintable() else f"\\U{ord(c):08x}") for c in text) + '"'


VALUES = st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.integers(-(2**31), 2**31))


@given(st.dictionaries(st.from_regex(r"[A-Za-z0-9_-]+", fullmatch=True), VALUES))
def test_settings_are_read_as_toml_has_them(values: dict):
    text = "".join(f"{k} = {quoted(v) if isinstance(v, str) else v} # {k}\r\n\n" for k, v in values.items())
    assert read(text) == values == tomllib.loads(text)


def test_settings_end_where_a_table_begins():
    assert read('# comment\n a=1\n[table]\na = "other"\nnonsense\n') == {"a": 1}


@pytest.mark.parametrize("begin", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "\n", "\r\n", "\n\n"])
def test_settings_are_read_as_editors_leave_them(begin: str, end: str, last: str):
    assert read(begin + end.join(['A = "ü"', "# a comment", "B = 12 # another", "C = 3"]) + last) == {
        "A": "ü",
        "B": 12,
        "C": 3,
    }


@pytest.mark.parametrize(
    "line",
    [
        "hunter2",
        'KEY "hunter2"',
        'K Y = "hunter2"',
        'KEY = "hunter2',
        'KEY = "hunter2\\',
        'KEY = "hunter2" hunter2',
        'KEY = "\\u12g4hunter2"',
        'KEY = "\\UFFFFFFFF hunter2"',
        "KEY = hunter2",
        "KEY = 011",
        "KEY = 1.5",
        "KEY = ",
        "KEY = true",
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_not_shown(line: str):
    with pytest.raises(toml.Mistake) as caught:
        read(f'A = "b"\n\n{line}\n')
    assert str(caught.value).startswith("line 3: ")
    assert "hunter2" not in str(caught.value)


def test_what_is_not_utf8_is_named():
    with pytest.raises(toml.Mistake, match="line 1: it is not UTF-8"):
        toml.read([b'KEY = "\xff"\n'])


def test_a_key_that_is_there_twice_is_named():
    with pytest.raises(toml.Mistake, match="line 2: KEY is there twice"):
        read("KEY = 1\nKEY = 2\n")


def mistake(**changes: object) -> str:
    """What is said of the settings with some of them changed, or with None left out."""
    with pytest.raises(Trouble) as caught:
        settings.checked({key: value for key, value in (GIVEN | changes).items() if value is not None})
    assert "tanstaaf" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("key", ["CIRCUITPY_WIFI_SSID", "POP3_HOST", "POP3_USER", "POP3_PASSWORD"])
def test_a_missing_key_is_named(key: str):
    assert key in mistake(**{key: None})
    assert key in mistake(**{key: ""})


def test_networks_are_taken_in_their_order():
    assert settings.checked(GIVEN)["WIFI"] == [("home", "")]
    more = {"CIRCUITPY_WIFI_SSID_3": "garden", "CIRCUITPY_WIFI_SSID_2": "work", "CIRCUITPY_WIFI_PASSWORD_2": "wpa key"}
    assert settings.checked(GIVEN | more)["WIFI"] == [("home", ""), ("work", "wpa key"), ("garden", "")]


def test_a_mistake_in_a_further_network_is_named():
    assert mistake(CIRCUITPY_WIFI_PASSWORD_2="wpa key") == "CIRCUITPY_WIFI_SSID_2 is missing"
    assert mistake(CIRCUITPY_WIFI_SSID_4=4) == "CIRCUITPY_WIFI_SSID_4 must be text in quotation marks"


def test_a_network_of_ones_own_needs_no_wifi(tmp_path: Path):
    path = tmp_path / "settings.toml"
    path.write_bytes(firmware.toml({key: value for key, value in GIVEN.items() if "WIFI" not in key}))
    with pytest.raises(Trouble, match="CIRCUITPY_WIFI_SSID is missing"):
        settings.load(str(path))
    (tmp_path / "my_network.py").write_text("def join(settings, feed): ...\n")
    assert settings.load(str(path))["WIFI"] == []


def test_an_unknown_key_is_named():
    assert mistake(POP3_INTERVALL=3).startswith("POP3_INTERVALL is no setting")
    assert mistake(INTERVAL=3).startswith("INTERVAL is no setting")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("POP3_PORT", "995"),
        ("POP3_PORT", 65536),
        ("POP3_INTERVAL", 0),
        ("POP3_INTERVAL", 86401),
        ("POP3_DELETE", 2),
        ("POP3_DELETE", -1),
        ("POP3_HOST", 7),
        ("POP3_TLS", "ssl"),
        ("POP3_TLS", 1),
        ("POP3_PAYLOAD", 63),
        ("POP3_LED", 1.5),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(key: str, value: object):
    assert re.match(f"{key} must be ", mistake(**{key: value}))


def test_oauth_does_instead_of_a_password():
    without = {key: GIVEN[key] for key in GIVEN if key != "POP3_PASSWORD"}
    for provider in ("google", "microsoft", "microsoft/contoso.example", "https://login.example.org/token"):
        found = settings.checked(without | OAUTH | {"POP3_OAUTH": provider})
        assert (found["OAUTH"], found["CLIENT_ID"], found["SCOPE"]) == (provider, "an app's", "")
    assert "CLIENT_ID" not in settings.checked(GIVEN)  # a board without OAuth spares the memory
    assert settings.checked(GIVEN | {"POP3_CLIENT_ID": "an app's"})["OAUTH"] == ""


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (OAUTH | {"POP3_OAUTH": "yahoo"}, "POP3_OAUTH must be"),
        (OAUTH | {"POP3_OAUTH": "http://login.example.org/token"}, "POP3_OAUTH must be"),
        ({"POP3_OAUTH": "google"}, "POP3_CLIENT_ID is missing"),
        ({"POP3_OAUTH": "google", "POP3_CLIENT_ID": 12}, "POP3_CLIENT_ID must be text"),
    ],
)
def test_a_mistake_with_oauth_is_named(changes: dict, said: str):
    assert said in mistake(**changes)


def test_a_token_does_instead_of_a_password():
    found = settings.checked({key: GIVEN[key] for key in GIVEN if key != "POP3_PASSWORD"} | {"POP3_TOKEN": "t"})
    assert (found["TOKEN"], found["PASSWORD"]) == ("t", "")


def test_keys_of_the_firmware_and_of_the_user_may_be_there():
    found = settings.checked(GIVEN | {"CIRCUITPY_PYSTACK_SIZE": 4096, "MY_SECRET": "sesame"})
    assert found["MY_SECRET"] == "sesame"
    assert "CIRCUITPY_PYSTACK_SIZE" not in found


def test_what_is_deleted_on_the_server_is_kept_on_the_flash_unless_the_user_says_so():
    assert settings.checked(GIVEN)["KEEP"] > 0
    assert settings.checked(GIVEN | {"POP3_DELETE": 1})["KEEP"] == 0
    assert settings.checked(GIVEN | {"POP3_DELETE": 1, "POP3_KEEP": 9})["KEEP"] == 9


def test_a_missing_file_and_a_mistake_in_it_are_named(tmp_path: Path):
    path = tmp_path / "settings.toml"
    with pytest.raises(Trouble, match=f"there is no {path}"):
        settings.load(str(path))
    path.write_text('A = "b"\nPOP3_PASSWORD = hunter2\n')
    with pytest.raises(Trouble, match=f"{path}, line 2: POP3_PASSWORD: text needs quotation marks") as caught:
        settings.load(str(path))
    assert "hunter2" not in str(caught.value)


def test_the_example_is_good_and_documents_every_key_with_its_default():
    text = EXAMPLE.read_text()
    shown = settings.checked(tomllib.loads(text))
    assert shown["HOST"] == "pop.example.org"
    explained = dict(line[2:].split(" = ", 1) for line in text.splitlines() if re.match(r"# [A-Z0-9_]+ = ", line))
    defaults = {key: tomllib.loads(f"v = {value}")["v"] for key, value in explained.items()}
    known = settings.checked(GIVEN | OAUTH) | settings.checked(GIVEN) | {"CLIENT_ID": ""}
    own = {key for key in defaults if not key.startswith("POP3_")}
    assert own == {"MY_SECRET", "CIRCUITPY_PYSTACK_SIZE", "CIRCUITPY_WIFI_SSID_2", "CIRCUITPY_WIFI_PASSWORD_2"}
    explained = {key.removeprefix("POP3_"): defaults[key] for key in set(defaults) - own}
    given = {key.removeprefix("POP3_").removeprefix("CIRCUITPY_") for key in tomllib.loads(text)}
    assert set(explained) | given == set(known) - {"WIFI"} | {"WIFI_SSID", "WIFI_PASSWORD"}
    assert {key: known[key] for key in explained} == explained


# --- the LED ---------------------------------------------------------------------------------------------------------


def shown(blinks: int, steps: int) -> list[int]:
    levels: list[int] = []
    led = Led(levels.append)
    for _ in range(steps):
        led.step(blinks)
    return levels


@pytest.mark.parametrize("blinks", range(2, 8))
def test_the_led_counts_what_is_wrong(blinks: int):
    levels = shown(blinks, 2 * (4 * blinks + 12))
    groups = re.findall("(?:1100)+", "".join(map(str, levels)))
    assert [len(group) // 4 for group in groups] == [blinks, blinks]


def test_the_led_winks_when_all_is_well():
    levels = shown(0, 100)
    assert [i for i, level in enumerate(levels) if level] == [0, 50]


def test_a_board_without_an_led_does_as_well(capsys: pytest.CaptureFixture):
    assert pins.find("LED", "") is None  # nothing of the kind on this computer
    assert "there is no LED at LED" in capsys.readouterr().out
    led = Led(pins.find("", ""))
    led.set(1)
    led.step(3)


class Pin:
    """A pin of MicroPython's, which has numbers only."""

    OUT = 1
    made: list = []  # noqa: RUF012

    def __init__(self, name: int, mode: int):
        if name == "LED":
            raise ValueError("invalid pin")
        self.name, self.mode, self.levels = name, mode, []
        Pin.made.append(self)

    def __call__(self, level: int) -> None:
        self.levels.append(level)


def test_an_led_on_a_numbered_pin(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "machine", types.SimpleNamespace(Pin=Pin))
    switch = pins.find(2, "")
    Led(switch).set(1)
    assert (switch.name, switch.levels) == (2, [1])
    assert pins.find("LED", "") is None


def test_a_colour_led(monkeypatch: pytest.MonkeyPatch):
    written = []

    class NeoPixel(dict):
        def __init__(self, pin: Pin, count: int):
            super().__init__(pin=pin.name, count=count)

        def write(self) -> None:
            written.append((self["pin"], self["count"], self[0]))

    monkeypatch.setitem(sys.modules, "machine", types.SimpleNamespace(Pin=Pin))
    monkeypatch.setitem(sys.modules, "neopixel", types.SimpleNamespace(NeoPixel=NeoPixel))
    led = Led(pins.find("LED", 48))
    led.set(1)
    led.set(0)
    assert written == [(48, 1, (0, 16, 0)), (48, 1, (0, 0, 0))]


# --- the pace --------------------------------------------------------------------------------------------------------


def within(seconds: float, wanted: int) -> bool:
    """Whether that is the time that was wanted, and up to an eighth more."""
    return wanted <= seconds <= wanted * 9 / 8


def test_looks_come_at_the_interval_and_not_from_all_boards_at_once():
    waits = {after_success(300) for _ in range(200)}
    assert all(within(wait, 300) for wait in waits)
    assert len(waits) > 50


def test_after_failures_the_pauses_double_up_to_an_hour():
    waits = [after_failure(count, 15, 300) for count in range(1, 13)]
    assert all(within(*pair) for pair in zip(waits, [15, 30, 60, 120, 240, 480, 960, 1920, *[3600] * 4], strict=True))


def test_a_long_interval_is_the_longest_pause():
    assert within(after_failure(40, 15, 7200), 7200)


def test_the_server_s_login_delay_is_kept():
    assert within(after_success(60, 600), 600)
    assert within(after_failure(1, 15, 60, 600), 600)
    assert within(after_success(60, 10), 60)


def test_a_failure_may_ask_for_more_time():
    assert within(after_failure(1, 15, 300, at_least=3600), 3600)


# --- what went wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "blinks", "at_least"),
    [
        (Trouble(WIFI, "no Wi-Fi"), WIFI, 0),
        (micropop.AuthenticationError("AUTH", "no"), LOGIN, 3600),
        (micropop.CleartextRefused("no TLS"), LOGIN, 3600),
        (micropop.InvalidArgument("no such method"), LOGIN, 3600),
        (micropop.PermanentFailure("SYS/PERM", "no"), LOGIN, 3600),
        (micropop.InUse("IN-USE", "wait"), SERVER, 60),
        (micropop.LoginDelay("LOGIN-DELAY", "wait"), SERVER, 300),
        (micropop.TemporaryFailure("SYS/TEMP", "wait"), SERVER, 0),
        (micropop.Timeout("silence"), SERVER, 0),
        (micropop.ConnectionLost("gone"), SERVER, 0),
        (micropop.TLSError("wrong host"), SERVER, 0),
        (micropop.ProtocolError("HTTP?"), SERVER, 0),
        (files.trouble(OSError(errno.ENOSPC), "/", 0), FLASH, 0),
        (files.trouble(OSError(errno.EROFS), "/", None), FLASH, 0),
        (MemoryError(), BUG, 0),
        (ZeroDivisionError("x"), BUG, 0),
    ],
)
def test_every_failure_has_its_sign_and_its_patience(error: Exception, blinks: int, at_least: int):
    found = diagnose(error)
    assert found[:2] == (blinks, at_least)
    assert (str(error) or type(error).__name__) in found[2]


def test_a_bug_is_told_with_its_traceback():
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError as error:
        assert "in test_a_bug_is_told_with_its_traceback" in diagnose(error)[2]


# --- the log ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(log_files, "PATH", str(tmp_path / "log.txt"))
    monkeypatch.setattr(log_files, "OLDER", str(tmp_path / "log.old.txt"))
    return tmp_path


def test_the_log_is_bounded_and_its_newest_lines_are_whole(folder: Path):
    note = Log(1000)
    for number in range(500):
        note(f"line {number} " + "x" * (number % 90))
        assert sum(path.stat().st_size for path in folder.iterdir()) <= 1000
    text = (folder / "log.old.txt").read_text() + (folder / "log.txt").read_text()
    numbers = [int(line.split("line ")[1].split()[0]) for line in text.splitlines()]
    assert numbers == list(range(numbers[0], 500))
    assert len(numbers) >= 5


def test_a_line_longer_than_the_log_is_cut(folder: Path):
    note = Log(200)
    note("x" * 1000)
    note("y")
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 200


def test_the_log_shows_no_secret(folder: Path, capsys: pytest.CaptureFixture):
    Log(1000, ["tanstaaf", "", "wpa key"])("user tanstaaf failed with wpa key")
    assert "user *** failed with ***\n" in (folder / "log.txt").read_text()
    assert "tanstaaf" not in capsys.readouterr().out


def test_the_same_line_again_and_again_spares_the_flash(folder: Path):
    note = Log(1000)
    for _ in range(1000):
        note("no Wi-Fi")
    note("all is well again")
    lines = (folder / "log.txt").read_text().splitlines()
    assert lines[0].endswith(" no Wi-Fi")
    assert lines[1] == "(the last line 999 times more)"
    assert lines[2].endswith(" all is well again")
    assert len(lines) == 3


def test_a_flash_that_cannot_be_written_stops_nobody(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.setattr(log_files, "PATH", str(folder / "missing" / "log.txt"))
    Log(1000)("printed all the same")
    assert "printed all the same" in capsys.readouterr().out


def test_without_a_size_the_log_only_prints(folder: Path, capsys: pytest.CaptureFixture):
    Log(0)("hello")
    assert "hello" in capsys.readouterr().out
    assert not list(folder.iterdir())


def test_lines_have_the_time_or_where_that_is_unknown_what_the_clock_shows(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    now = 1_609_459_275  # an RP2's clock, which was never set
    clock = types.SimpleNamespace(time=lambda: now, localtime=time.gmtime)
    monkeypatch.setattr(log_files, "time", clock)
    note = Log(1000)
    note("one")
    now = 1_800_000_000
    note("two")
    assert (folder / "log.txt").read_text() == "00:01:15 after the start one\n2027-01-15 08:00:00 two\n"


# --- the user's program ----------------------------------------------------------------------------------------------

MAIL = types.SimpleNamespace(path="/mail/1.eml", id="1", serial=1, whole=True, size=1)


class Stored:
    """A store with one mail that is to be given."""

    def __init__(self, folder: str):
        self.folder = folder
        self.given = False

    def pending(self):
        if not self.given:
            yield MAIL
            self.given = True


@pytest.fixture
def on_mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Write an on_mail.py, hand a mail out to it, and return what was logged. ``waits``: the mail was not given."""
    monkeypatch.syspath_prepend(tmp_path)

    def hand_out(source: str | None) -> list[str]:
        if source is not None:
            (tmp_path / "on_mail.py").write_text(source)
        sys.modules.pop("on_mail", None)
        logged: list[str] = []
        store = Stored(str(tmp_path))
        watch = types.SimpleNamespace(store=store, settings={"KEEP": 0}, log=logged.append, feed=int)
        hand_out.blinks = flash.give(watch)
        hand_out.waits = not store.given
        return logged

    yield hand_out
    sys.modules.pop("on_mail", None)


def test_a_mail_is_given_to_the_user_s_program(on_mail):
    assert on_mail("got = []\ndef on_mail(mail):\n    got.append(mail.path)\n") == []
    assert sys.modules["on_mail"].got == ["/mail/1.eml"]


def test_without_a_program_nothing_happens(on_mail):
    assert on_mail(None) == []


def test_a_mail_that_a_program_does_not_come_back_from_is_given_twice_and_no_third_time(on_mail):
    program = "tries = []\ndef on_mail(mail):\n    tries.append(1)\n    raise SystemExit\n"  # nothing catches it
    for _ in range(2):
        with pytest.raises(SystemExit):
            on_mail(program)
    assert on_mail(program) == ["on_mail.py did not come back from /mail/1.eml, which is kept"]
    assert sys.modules["on_mail"].tries == []


def test_what_a_program_raises_is_logged_with_its_traceback(on_mail):
    (line,) = on_mail("def on_mail(mail):\n    return mail.nonsense\n")
    assert line.startswith("on_mail.py failed, /mail/1.eml is kept:\nTraceback")
    assert "nonsense" in line
    assert not on_mail.waits and on_mail.blinks == 0


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import nonsense\n", "No module named 'nonsense'"),
        ("def on_mail(mail)\n", "SyntaxError"),
        ("def other(mail): pass\n", "has no attribute 'on_mail'"),
    ],
)
def test_a_program_that_cannot_be_called_consumes_no_mail(on_mail, source: str, said: str):
    (line,) = on_mail(source)
    assert line.startswith("on_mail.py cannot be called, the mails wait:\nTraceback")
    assert said in line
    assert on_mail.waits and on_mail.blinks == BUG


# --- the clock -------------------------------------------------------------------------------------------------------


class Ntp(types.ModuleType):
    """A time server that answers after some failures."""

    def __init__(self, failures: int):
        super().__init__("ntptime")
        self.failures, self.asked = failures, []

    def settime(self) -> None:
        self.asked.append(self.host)
        if len(self.asked) <= self.failures:
            raise OSError(errno.ETIMEDOUT)


def set_clock(monkeypatch: pytest.MonkeyPatch, failures: int, year: int) -> list[str]:
    server = Ntp(failures)
    monkeypatch.setitem(sys.modules, "ntptime", server)
    monkeypatch.setattr(clock, "time", types.SimpleNamespace(localtime=lambda: (year, 1, 1, 0, 0, 0, 0, 1)))
    fed: list[int] = []
    clock.set_clock(clock_micropython.ask, "ntp.example.org", lambda: fed.append(1), lambda: True)
    assert len(fed) == len(server.asked)
    return server.asked


def test_the_clock_is_set_and_a_lost_packet_does_no_harm(monkeypatch: pytest.MonkeyPatch):
    assert set_clock(monkeypatch, 2, 2021) == ["ntp.example.org"] * 3


def test_a_clock_that_was_set_once_is_good_enough(monkeypatch: pytest.MonkeyPatch):
    assert len(set_clock(monkeypatch, 9, 2026)) == 3


def test_a_clock_that_was_never_set_is_told(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(Trouble, match="the clock cannot be set from") as caught:
        set_clock(monkeypatch, 9, 2021)
    assert caught.value.blinks == SERVER


# --- the watchdog ----------------------------------------------------------------------------------------------------


class Machine(types.ModuleType):
    """The parts of MicroPython's machine that a watchdog needs."""

    def __init__(self):
        super().__init__("machine")
        outer = self
        self.log: list = []
        self.reset = lambda: self.log.append("reset")

        class WDT:
            def __init__(self, timeout: int):
                outer.log.append(timeout)

            def feed(self) -> None:
                outer.log.append("fed")

        self.running: list = []

        class Timer:
            def __init__(self, number: int = -1):
                pass

            def init(self, period: int, callback) -> None:
                outer.period, outer.tick = period, lambda: callback(self)
                outer.running.append(self)

            def deinit(self) -> None:
                if self in outer.running:
                    outer.running.remove(self)

        self.WDT, self.Timer = WDT, Timer

    def count(self, ticks: int) -> int:
        """How many times the watchdog is fed in so many ticks of the timer."""
        self.log.clear()
        for _ in range(ticks):
            self.tick()
        return self.log.count("fed")


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine()
    monkeypatch.setitem(sys.modules, "machine", made)
    return made


def on(platform: str, monkeypatch: pytest.MonkeyPatch, sleeping: bool = False) -> watchdog.Watchdog:
    monkeypatch.setattr(sys, "platform", platform)
    return watchdog_start.start(sleeping)


def test_an_esp32_is_reset_after_two_minutes(machine: Machine, monkeypatch: pytest.MonkeyPatch):
    dog = on("esp32", monkeypatch)
    assert machine.log == [120_000]
    dog.feed()
    assert machine.log == [120_000, "fed"]


def test_on_an_rp2_a_timer_bridges_long_steps_but_no_hanging_program(machine: Machine, monkeypatch: pytest.MonkeyPatch):
    dog = on("rp2", monkeypatch)
    assert machine.log == [8388]
    assert machine.period == 2000
    assert machine.count(30) == 30  # a minute
    dog.feed()
    assert machine.count(30) == 30
    machine.log.clear()
    machine.tick()
    assert machine.log[0] == "reset"


@pytest.mark.parametrize("platform", ["rp2", "esp32"])
def test_a_board_at_the_prompt_is_left_in_peace(platform: str, machine: Machine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(sys.modules, "watcher.watchdog_micropython", raising=False)
    dog = on(platform, monkeypatch)
    dog.release()
    assert len(machine.running) == 1
    assert machine.count(10_000) == 10_000
    assert "reset" not in machine.log
    on(platform, monkeypatch)  # the watcher starts again, and feeds it alone
    assert len(machine.running) == (platform == "rp2")


def test_an_rp2_that_sleeps_is_watched_by_the_timer_alone(machine: Machine, monkeypatch: pytest.MonkeyPatch):
    dog = on("rp2", monkeypatch, sleeping=True)
    dog.feed()
    assert machine.count(30) == 0
    assert machine.log == []
    machine.tick()
    assert machine.log == ["reset"]


class CircuitWatchdog:
    """CircuitPython's; an RP2's takes no more than eight seconds."""

    def __init__(self, most: float):
        self.most, self.fed, self.mode = most, 0, None

    @property
    def timeout(self) -> float:
        return self._timeout

    @timeout.setter
    def timeout(self, seconds: float) -> None:
        if seconds > self.most:
            raise ValueError(f"timeout must be <= {self.most}")
        self._timeout = seconds

    def feed(self) -> None:
        self.fed += self.mode is not None


@pytest.mark.parametrize(("most", "seconds", "pausing"), [(8.388, 8, None), (4294967, 120, "reset")])
def test_circuitpython_s_watchdog(monkeypatch: pytest.MonkeyPatch, most: float, seconds: int, pausing: str | None):
    chip = CircuitWatchdog(most)
    renamed = types.SimpleNamespace(**{**vars(sys.implementation), "name": "circuitpython"})
    monkeypatch.setattr(sys, "implementation", renamed)
    monkeypatch.setitem(sys.modules, "microcontroller", types.SimpleNamespace(watchdog=chip))
    mode = types.SimpleNamespace(RESET="reset")
    monkeypatch.setitem(sys.modules, "watchdog", types.SimpleNamespace(WatchDogMode=mode))
    monkeypatch.delitem(sys.modules, "watcher.watchdog_circuitpython", raising=False)
    dog = watchdog_start.start()
    dog.feed()
    assert (chip.timeout, chip.mode, chip.fed) == (seconds, "reset", 1)
    dog.pause()
    assert chip.mode == pausing
    dog.resume()
    assert (chip.mode, chip.fed) == ("reset", 2)
    dog.release()
    assert chip.mode is None


def test_a_circuitpython_board_without_a_watchdog(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "implementation", types.SimpleNamespace(name="circuitpython"))
    monkeypatch.setitem(sys.modules, "microcontroller", types.SimpleNamespace(watchdog=None))
    watchdog_start.start().feed()
