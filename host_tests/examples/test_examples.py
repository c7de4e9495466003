"""The examples of firmware/examples, on a 32-bit MicroPython, against a server with TLS."""

import socket
import subprocess
from pathlib import Path
from urllib.request import urlopen

import microdot
import pytest
from PIL import Image, ImageChops

from host_tests import firmware
from host_tests.examples import picture
from host_tests.examples.running import command, lay, running
from host_tests.servers.scripted import Fault, Scripted
from host_tests.shared.eventually import eventually

MAIL = b"From: mrose@example.org\r\nSubject: Hello\r\n\r\nHello\r\n"
SECRET = "xyzzy-plugh-12"
SENDERS = "you@example.org, Partner@Example.org"
HAND_OVER = """
import sys
sys.path.append("/")
from commands_by_mail import on_mail
class Mail:
    path = "/mail.eml"
on_mail(Mail)
"""


@pytest.fixture
def server():
    with Scripted(mails=[MAIL]) as found:
        yield found


# -- the lamp


def test_the_lamp_shines_while_there_is_new_mail_and_fetches_none(tmp_path: Path, server: Scripted):
    with running(tmp_path, server, "/new_mail_lamp.py", POP3_LED=15) as example:
        assert example.until("pin 15: ") == "0"
        example.until("1 mails, 0 new")
        assert example.until("pin 15: ") == "0"
        server.add(MAIL)
        example.until("2 mails, 1 new")
        assert example.until("pin 15: ") == "1"
        mailbox = server.settings.mailboxes["mrose"].mails
        del mailbox[max(mailbox)]
        example.until("1 mails, 0 new")
        assert example.until("pin 15: ") == "0"
    sent = {line.split()[0] for line in server.received if line}
    assert {b"STAT", b"UIDL"} <= sent
    assert not sent & {b"RETR", b"TOP", b"DELE", b"LIST"}
    assert all(session.encrypted for session in server.sessions)


def test_the_lamp_outlasts_a_server_that_fails(tmp_path: Path, server: Scripted):
    server.users["mrose"] = "changed"
    with running(tmp_path, server, "/new_mail_lamp.py", POP3_LED=15, POP3_PASSWORD="tanstaaf") as example:
        example.until("[AUTH] wrong password")
        server.users["mrose"] = "tanstaaf"
        example.until("1 mails, 0 new")


# -- the display


def test_the_newest_mail_is_drawn_as_the_committed_picture_shows(tmp_path: Path):
    committed = Image.open(picture.PICTURE).convert("RGB")
    assert ImageChops.difference(picture.drawn(tmp_path), committed).getbbox() is None


def test_the_display_follows_the_mailbox_by_top_alone(tmp_path: Path):
    with Scripted(mails=[]) as server, running(tmp_path, server, "/oled_newest.py") as example:
        empty = example.until("frame: ")
        assert empty.strip("0")  # the bar
        server.add(MAIL)
        while (frame := example.until("frame: ")) == empty:
            pass
        rows = [frame[256 * i : 256 * i + 256] for i in range(8)]
        assert [bool(row.strip("0")) for row in rows] == [True, True, True, True, False, False, False, False]
        sent = {line.split()[0] for line in server.received if line}
    assert b"TOP" in sent
    assert not sent & {b"RETR", b"DELE"}


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b"From: a@b.example\r\nSubject: plain", "plain"),
        (b"SUBJECT:folded\r\n\tand folded\r\n again", "folded and folded again"),
        (b"Subject: =?utf-8?B?R3LDvMOfZQ==?=", "Grüße"),
        (b"Subject: =?ISO-8859-1?q?Gr=FC=DFe_an?= =?utf-8*de?Q?_alle?= !", "Grüße an alle !"),
        (b"Subject: Gr\xc3\xbc\xc3\x9fe", "Grüße"),
        (b"Subject: Gr\xfc\xdfe", "Grüße"),
        (b"Subject: =?utf-8?Q?=XY?= =?utf-8?B?abc?= =?utf-8?Q?a", "=?utf-8?Q?=XY?= =?utf-8?B?abc?= =?utf-8?Q?a"),
        (b"Subject: =?\xff?Q?a?=", "=?\xff?Q?a?="),
        (b"Subject: " + b"long " * 200, "long " * 79 + "long"),
        (b"Subject: first\r\nSubject: second", "first"),
        (b"To: nobody\r\n\r\nSubject: in the body", ""),
    ],
)
def test_a_header_is_decoded(tmp_path: Path, header: bytes, expected: str):
    program = 'from header import fields\nprint(fields(open("/mail.eml", "rb"), "subject")["subject"])\n'
    lay(tmp_path, {"/mail.eml": header + b"\r\n\r\nbody\r\n", "/program.py": program.encode()})
    assert ran(tmp_path, "/program.py") == expected + "\n"


# -- commands


@pytest.mark.parametrize(
    ("sender", "subject", "answer"),
    [
        ("You <you@example.org>", f"{SECRET} lamp on", ["pin 15: 1", "done: lamp on"]),
        ("PARTNER@example.org", f"{SECRET}  Lamp   OFF ", ["pin 15: 0", "done: lamp off"]),
        ("stranger@example.org", f"{SECRET} lamp on", ["refused: a stranger"]),
        ('"you@example.org" <stranger@example.org>', f"{SECRET} lamp on", ["refused: a stranger"]),
        ("", f"{SECRET} lamp on", ["refused: a stranger"]),
        ("you@example.org", "lamp on", ["refused: not the secret"]),
        ("you@example.org", " lamp on", ["refused: not the secret"]),
        ("you@example.org", f"{SECRET[:-1]} lamp on", ["refused: not the secret"]),
        ("you@example.org", f"{SECRET}3 lamp on", ["refused: not the secret"]),
        ("you@example.org", f"{SECRET.upper()} lamp on", ["refused: not the secret"]),
        ("you@example.org", f"{SECRET} open the door", ["refused: no such command"]),
        ("you@example.org", SECRET, ["refused: no such command"]),
    ],
)
def test_only_who_is_listed_and_knows_the_secret_commands(tmp_path: Path, sender: str, subject: str, answer: list[str]):
    assert handed_over(tmp_path, sender, subject, MY_SECRET=SECRET, MY_SENDERS=SENDERS) == answer


@pytest.mark.parametrize("settings", [{}, {"MY_SECRET": ""}])
def test_without_a_secret_in_the_settings_nobody_commands(tmp_path: Path, settings: dict[str, str]):
    for subject in ("lamp on", " lamp on", "  lamp on"):
        answer = handed_over(tmp_path, "you@example.org", subject, MY_SENDERS=SENDERS, **settings)
        assert answer == ["refused: not the secret"]


@pytest.mark.parametrize("sender", ["", "<>", "you@example.org"])
def test_without_senders_in_the_settings_nobody_commands(tmp_path: Path, sender: str):
    assert handed_over(tmp_path, sender, f"{SECRET} lamp on", MY_SECRET=SECRET) == ["refused: a stranger"]


def test_without_a_lamp_the_settings_are_named(tmp_path: Path):
    answer = handed_over(
        tmp_path, "you@example.org", f"{SECRET} lamp on", MY_SECRET=SECRET, MY_SENDERS=SENDERS, MY_LAMP=""
    )
    assert answer == ["refused: MY_LAMP names no lamp"]


def test_the_watcher_hands_mail_to_it(tmp_path: Path):
    mails = [f"From: {sender}\r\nSubject: {SECRET} no\r\n\r\n".encode() for sender in ("you@example.org", "me@x.org")]
    examples = firmware.FIRMWARE / "examples"
    files = {
        "/on_mail.py": (examples / "commands_by_mail.py").read_text(),
        "/header.py": (examples / "header.py").read_text(),
    }
    with Scripted(mails=mails) as server:
        with firmware.watching(tmp_path, server, files=files, MY_SECRET=SECRET, MY_SENDERS=SENDERS) as board:
            assert board.wait_for("refused: no such command")
            assert board.wait_for("refused: a stranger")
            assert b"on_mail.py failed" not in board.output


def handed_over(folder: Path, sender: str, subject: str, **settings: str) -> list[str]:
    """What commands_by_mail.py prints when it is given a mail."""
    values = {"CIRCUITPY_WIFI_SSID": "home", "POP3_HOST": "localhost", "POP3_USER": "u", "POP3_PASSWORD": "p"}
    files = firmware.programs() | {
        "/settings.toml": firmware.toml(values | {"MY_LAMP": 15} | settings),
        "/mail.eml": f"From: {sender}\r\nSubject: {subject}\r\n\r\nHello\r\n".encode(),
        "/hand_over.py": HAND_OVER.encode(),
    }
    lay(folder, files)
    return ran(folder, "/hand_over.py").splitlines()


def ran(folder: Path, program: str) -> str:
    """What a program prints that ends by itself and well."""
    done = subprocess.run(command(folder, program), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


# -- mail and a web page


def test_a_page_is_served_while_mail_is_read(tmp_path: Path, server: Scripted):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = tmp_path / "lib"
    folder.mkdir()
    (folder / "microdot.py").write_bytes(Path(microdot.__file__).with_name("microdot.py").read_bytes())

    def page() -> str:
        with urlopen(f"http://127.0.0.1:{port}/", timeout=10) as found:
            assert found.headers.get_content_type() == "text/plain"
            return found.read().decode()

    with running(tmp_path, server, "/mail_and_web.py", "200K", MY_PORT=port) as example:
        assert example.until("1 mails; ") == "mrose@example.org: Hello"
        assert page() == "1 mails; mrose@example.org: Hello"
        server.fault = Fault(0, "silence")  # the board waits for a greeting that never comes
        looks = len(server.sessions)
        eventually(lambda: len(server.sessions) > looks)
        assert page() == "1 mails; mrose@example.org: Hello"
