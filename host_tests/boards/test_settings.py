"""`make settings`: a few questions make a file that the board reads, and no secret is ever shown."""

import os
import pty
import re
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boards.commands import settings
from boards.shared.refusal import Refusal
from boards.shared.steps import Steps
from boards.tools.paths import ROOT

ANSWERS = {
    "Wi-Fi network": "my net",
    "Wi-Fi password": "wifi-secret",
    "Mailbox user": "mrose@example.org",
    "POP3 server": "",
    "Encryption": "",
    "Port": "",
    "Send the password": "",
    "Client id": "an app's id",
    "Mailbox password": "mail-secret",
    "Seconds": "",
    "Delete": "",
}

CONTROL = re.compile(rb"\x1b\[[0-9;?]*[ -/]*[@-~]|\r")
"""What moves the cursor of a terminal."""


class Person:
    """Somebody who answers. What is shown is kept; hidden answers are not part of it."""

    def __init__(self, **changed: str | list[str]):
        self.answers: dict = ANSWERS | {key.replace("_", " "): value for key, value in changed.items()}
        self.shown: list[str] = []

    def ask(self, question: str) -> str:
        answer = self.ask_secret(question)
        self.shown.append(answer)
        return answer

    def ask_secret(self, question: str) -> str:
        self.shown.append(question)
        assert self.shown.count(question) < 5, "it asks for ever"
        answer = next(answer for start, answer in self.answers.items() if question.startswith(start))
        return answer if isinstance(answer, str) else answer.pop(0)

    def makes(self, path: Path, dry_run: bool = False) -> dict:
        """Answer all questions, and return what the file says then."""
        settings.make(path, Steps(dry_run, self.shown.append), self.ask, self.ask_secret)
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def test_a_few_answers_make_settings_that_the_watcher_takes(tmp_path):
    path = tmp_path / "settings.toml"
    assert Person().makes(path) == {
        "CIRCUITPY_WIFI_SSID": "my net",
        "CIRCUITPY_WIFI_PASSWORD": "wifi-secret",
        "POP3_USER": "mrose@example.org",
        "POP3_HOST": "pop.example.org",
        "POP3_TLS": "tls",
        "POP3_PASSWORD": "mail-secret",
        "POP3_INTERVAL": 300,
        "POP3_DELETE": 0,
    }
    assert settings.load(path)["HOST"] == "pop.example.org"


def test_no_wifi_is_asked_for_where_the_network_is_ones_own(tmp_path):
    (tmp_path / "my_network.py").write_text("def join(settings, feed): ...\n")
    path = tmp_path / "settings.toml"
    person = Person()
    assert not [key for key in person.makes(path) if "WIFI" in key]
    assert "my_network.py is there: it sees to the network" in person.shown
    assert settings.load(path)["HOST"] == "pop.example.org"


def test_only_the_owner_can_read_the_file(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text("")
    path.chmod(0o644)
    Person().makes(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [it.name for it in tmp_path.iterdir()] == ["settings.toml"]


@pytest.mark.parametrize("dry_run", [False, True])
def test_no_secret_is_shown(tmp_path, dry_run):
    path = tmp_path / "settings.toml"
    first, second = Person(), Person(**({} if dry_run else {"Mailbox_password": "", "Wi-Fi_password": ""}))
    first.makes(path, dry_run)
    second.makes(path, dry_run)
    for person in first, second:
        assert not [text for text in person.shown if "-secret" in text]
        assert 'POP3_USER = "mrose@example.org"' in person.shown
    assert f"POP3_PASSWORD = {settings.HIDDEN}" in first.shown


def test_a_dry_run_writes_nothing(tmp_path):
    person = Person()
    assert person.makes(tmp_path / "settings.toml", dry_run=True) == {}
    assert list(tmp_path.iterdir()) == [] and person.shown[-1].startswith("would write ")


def test_old_answers_are_offered_and_all_else_in_the_file_stays(tmp_path):
    path = tmp_path / "settings.toml"
    old = ["# mine", 'POP3_HOST = "old.example.org" # there', 'POP3_PASSWORD = "old-secret"']
    path.write_text("\n".join([*old, 'MY_SECRET = "sesame"', "POP3_KEEP = 7", ""]))
    person = Person(POP3_server="", Mailbox_password="")
    found = person.makes(path)
    assert found["POP3_HOST"] == "old.example.org" and found["POP3_PASSWORD"] == "old-secret"
    assert found["MY_SECRET"] == "sesame" and found["POP3_KEEP"] == 7
    assert path.read_text().startswith("# mine\nPOP3_HOST = ") and path.read_text().count("POP3_HOST") == 1
    assert any("[old.example.org]" in text for text in person.shown)
    assert not [text for text in person.shown if "old-secret" in text or "sesame" in text]


@pytest.mark.parametrize(
    ("user", "server"),
    [("me@gmail.com", "pop.gmail.com"), ("me@GMX.de", "pop.gmx.net"), ("me@yahoo.com", "pop.mail.yahoo.com")],
)
def test_the_server_of_a_known_domain_is_offered(tmp_path, user, server):
    assert Person(Mailbox_user=user).makes(tmp_path / "settings.toml")["POP3_HOST"] == server


def test_a_server_without_passwords_gets_oauth(tmp_path):
    path = tmp_path / "settings.toml"
    found = Person(Mailbox_user="me@outlook.com").makes(path)
    assert (found["POP3_OAUTH"], found["POP3_CLIENT_ID"]) == ("microsoft", "an app's id")
    assert "POP3_PASSWORD" not in found
    path.write_text(path.read_text().replace('"microsoft"', '"microsoft/contoso.example"'))
    assert Person(Mailbox_user="me@outlook.com").makes(path)["POP3_OAUTH"] == "microsoft/contoso.example"


def test_without_encryption_the_danger_is_asked_about(tmp_path):
    person = Person(Encryption="off", Send_the_password="yes")
    found = person.makes(tmp_path / "settings.toml")
    assert found["POP3_TLS"] == "off" and found["POP3_CLEARTEXT"] == 1 and "POP3_PORT" not in found
    assert Person(Encryption="off").makes(tmp_path / "other.toml")["POP3_CLEARTEXT"] == 0


@pytest.mark.parametrize(
    ("question", "answers", "key", "stored", "reason"),
    [
        ("Port", ["abc", "70000", "9995"], "POP3_PORT", 9995, "'70000' will not do: a whole number from 1 to 65535"),
        ("Seconds", ["1m", "600"], "POP3_INTERVAL", 600, "'1m' will not do: a whole number from 1 to 86400"),
        ("Encryption", ["ssl", "TL"], "POP3_TLS", "tls", "'ssl' is none of these: tls, stls, off"),
        ("Wi-Fi network", ["home\x1b[D", "home"], "CIRCUITPY_WIFI_SSID", "home", "as arrow keys may leave it"),
        ("Wi-Fi network", ["", "home"], "CIRCUITPY_WIFI_SSID", "home", "an answer is needed here"),
        ("Wi-Fi password", ["short", "long enough"], "CIRCUITPY_WIFI_PASSWORD", "long enough", "8 characters at least"),
        ("Mailbox password", ["", "a\x1b[C", "right"], "POP3_PASSWORD", "right", "without it nobody can log in"),
        ("Delete", ["Y"], "POP3_DELETE", 1, ""),
        ("Delete", ["n"], "POP3_DELETE", 0, ""),
    ],
)
def test_a_question_that_comes_again_says_why(tmp_path, question, answers, key, stored, reason):
    person = Person(**{question.replace(" ", "_"): list(answers)})
    assert person.makes(tmp_path / "settings.toml")[key] == stored
    assert any(reason in text for text in person.shown)
    assert not [text for text in person.shown if not text.isprintable()] or "\x1b" in answers[0]


def test_another_port_is_kept(tmp_path):
    assert Person(Port="1995").makes(tmp_path / "settings.toml")["POP3_PORT"] == 1995


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_text_is_read_back_as_it_was(text):
    merged = settings.merged("", {"POP3_PASSWORD": text, "POP3_INTERVAL": 60})
    assert tomllib.loads(merged) == {"POP3_PASSWORD": text, "POP3_INTERVAL": 60}
    again = settings.merged(merged, {"POP3_INTERVAL": 61})
    assert settings._given(again) == {"POP3_PASSWORD": text, "POP3_INTERVAL": 61}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('POP3_HOST = "pop.example.org"', "CIRCUITPY_WIFI_SSID is missing"),
        ('CIRCUITPY_WIFI_SSID = "a"\nPOP3_HOST = pop', "line 2"),
        ('CIRCUITPY_WIFI_SSID = "a"\nPOP3_HOST = "b"\nPOP3_USER = "c"\nPOP3_COLOUR = 1', "POP3_COLOUR"),
    ],
)
def test_a_mistake_is_named_as_the_board_names_it(tmp_path, text, named):
    path = tmp_path / "settings.toml"
    path.write_text(text)
    with pytest.raises(Refusal, match=named):
        settings.load(path)


def test_a_missing_file_says_what_makes_it(tmp_path):
    with pytest.raises(Refusal, match="make settings"):
        settings.load(tmp_path / "settings.toml")


def command(path: Path) -> list[str]:
    return [sys.executable, "-m", "boards", "settings", "--settings", str(path)]


def test_nobody_to_answer_is_refused_in_one_line(tmp_path):
    asked = command(tmp_path / "settings.toml")
    done = subprocess.run(asked, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stderr.startswith("settings: ") and done.stderr.count("\n") == 1


def test_what_is_typed_at_a_terminal_is_hidden(tmp_path):
    path = tmp_path / "settings.toml"
    process, terminal = pty.fork()
    if process == 0:  # the child, with the terminal as its own
        os.chdir(ROOT)
        os.execv(sys.executable, command(path))
    seen = b""
    left = ANSWERS | {"Port": "abc", "Port ": "19\x1b[D9\x1b[C5"}  # an arrow key moves the cursor
    place = 0
    try:
        while True:
            seen += os.read(terminal, 1024)
            shown = CONTROL.sub(b"", seen).decode(errors="replace")
            asked = next((it for it in left if it.strip() in shown[place:].rpartition("\n")[2]), None)
            if asked and shown.endswith(":"):
                place = len(shown)
                os.write(terminal, left.pop(asked).encode() + b"\r")
    except OSError:  # the terminal's end: the program is gone
        pass
    finally:
        os.close(terminal)
        _, status = os.waitpid(process, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert b"mrose@example.org" in seen and b"secret" not in seen
    assert b"'abc' will not do" in seen
    assert settings.load(path)["PASSWORD"] == "mail-secret" and settings.load(path)["PORT"] == 1995
