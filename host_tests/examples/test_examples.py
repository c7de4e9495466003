"""The examples of firmware/examples, on a 32-bit MicroPython, against a server with TLS."""

import base64
import hashlib
import hmac
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import microdot
import pytest
from PIL import Image, ImageChops

from boards.commands import deploy
from boards.shared import payload
from boards.shared.payload import Sources
from boards.shared.steps import Steps
from boards.tools import font
from boards.virtual.board import VirtualBoard
from host_tests import firmware
from host_tests.examples import picture
from host_tests.examples.running import EXAMPLES, handed_over, lay, ran, running
from host_tests.servers.scripted import Fault, Scripted
from host_tests.shared.eventually import eventually

MAIL = b"From: mrose@example.org\r\nSubject: Hello\r\n\r\nHello\r\n"
SECRET = "xyzzy-plugh-12"
SENDERS = "you@example.org, Partner@Example.org"


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


def test_every_mail_is_drawn_and_what_is_too_long_is_cut(tmp_path: Path):
    mails = [b"", b"Subject: " + b"word " * 90 + b"\r\n\r\n" + b"x" * 5000, MAIL]
    frames = handed_over(tmp_path, "oled", mails)
    assert len(frames) == 3 and len(set(frames)) == 3
    rows = [[int(frame.removeprefix("frame: ")[256 * i : 256 * i + 256], 16) > 0 for i in range(8)] for frame in frames]
    assert rows[0] == [True, True] + [False] * 6  # the bar alone
    assert rows[1] == [True] * 8
    assert rows[2] == [True] * 4 + [False] * 4


def test_letters_are_those_of_the_font(tmp_path: Path):
    """Each letter of the file is drawn as the file has it; others are a box."""
    program = (
        "import sys, framebuf\nsys.path.append('/')\nfrom font import Font\nfont = Font()\n"
        "for letter in {letters!r}:\n"
        "    memory = bytearray(10)\n"
        "    canvas = framebuf.FrameBuffer(memory, 8, 10, framebuf.MONO_HLSB)\n"
        "    font.text(canvas, letter, 0, 0)\n"
        "    print(bytes(memory).hex())\n"
    )
    letters = "Aß€ÿŐžſΩщґ№…—\u037f漢😀"
    data = (EXAMPLES / "font.bin").read_bytes()
    at = 8 + 4 * data[6]
    shapes = {}
    for place in range(8, at, 4):
        first, last = (int.from_bytes(data[place + i : place + i + 2], "big") for i in (0, 2))
        for code in range(first, last + 1):
            begin = at + 10 * (len(shapes) + 1)
            shapes[chr(code)] = data[begin : begin + 10]
    box = data[at : at + 10]
    assert len(data) == at + 10 * (len(shapes) + 1)
    assert all(shapes[letter] != box for letter in letters[:6] + letters[7:13])
    lay(tmp_path, {"/program.py": program.format(letters=letters).encode()})
    assert ran(tmp_path, "/program.py").split() == [shapes.get(letter, box).hex() for letter in letters]


def test_lines_break_at_blanks(tmp_path: Path):
    program = (
        "import sys\nsys.path.append('/')\nfrom letters import lines, numbers\n"
        "print('|'.join(lines('one two three\\n  vierundzwanzig\\n\\nÄÖÜ ä', 7)), *numbers('aЯ€😀'))\n"
    )
    lay(tmp_path, {"/program.py": program.encode()})
    wanted = "one two|three|vierund|zwanzig||ÄÖÜ ä 97 1071 8364 128512\n"
    assert ran(tmp_path, "/program.py") == wanted


def test_the_font_file_is_what_the_tool_makes(tmp_path: Path):
    assert font.make(tmp_path / "font.bin").read_bytes() == font.FONT.read_bytes()


# -- commands


def commands(folder: Path, *mails: tuple[str, str], then: str = "", **settings: str | int) -> list[str]:
    """What commands_by_mail.py prints when it is given mails of these senders and subjects."""
    texts = [f"From: {sender}\r\nSubject: {subject}\r\n\r\nHello\r\n".encode() for sender, subject in mails]
    given = {"MY_LAMP": 15, "MY_SECRET": SECRET, "MY_SENDERS": SENDERS} | settings
    return handed_over(folder, "commands_by_mail", texts, then, **given)


def code(number: int) -> str:
    """The code of that number, as RFC 4226 has it, by Python's own hmac."""
    digest = hmac.digest(SECRET.encode(), number.to_bytes(8, "big"), "sha1")
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 10**8:08}"


@pytest.mark.parametrize(
    ("sender", "subject", "answer"),
    [
        ("You <you@example.org>", "{} lamp on", ["pin 15: 1", "done: lamp on"]),
        ("PARTNER@example.org", "{}  Lamp   OFF ", ["pin 15: 0", "done: lamp off"]),
        ("stranger@example.org", "{} lamp on", ["refused: a stranger"]),
        ('"you@example.org" <stranger@example.org>', "{} lamp on", ["refused: a stranger"]),
        ("=?utf-8?q?=3Cyou@example.org=3E?= <stranger@example.org>", "{} lamp on", ["refused: a stranger"]),
        ("", "{} lamp on", ["refused: a stranger"]),
        ("you@example.org", "lamp on", ["refused: no such command"]),
        ("you@example.org", " lamp on", ["refused: no such command"]),
        ("you@example.org", "12345678 lamp on", ["refused: not the next code"]),
        ("you@example.org", SECRET + " lamp on", ["refused: not the next code"]),
        ("you@example.org", "{}0 lamp on", ["refused: not the next code"]),
        ("you@example.org", "{} open the door", ["refused: no such command"]),
        ("you@example.org", "{}", ["refused: no such command"]),
    ],
)
def test_only_who_is_listed_and_has_the_code_commands(tmp_path: Path, sender: str, subject: str, answer: list[str]):
    assert commands(tmp_path, (sender, subject.format(code(1)))) == answer


def test_a_code_holds_once_and_those_before_it_no_more(tmp_path: Path):
    you = "you@example.org"
    numbers = (1, 1, 3, 2, 3, 24, 23, 4, 24)  # of 3 to 23 the next must be one
    found = commands(tmp_path, *((you, f"{code(number)} lamp on") for number in numbers))
    done, no = ["pin 15: 1", "done: lamp on"], ["refused: not the next code"]
    assert found == done + no + done + no + no + no + done + no + done
    assert int((tmp_path / "codes.txt").read_text()) == 25
    for path in (tmp_path / "mail").iterdir():
        path.unlink()
    assert commands(tmp_path, (you, f"{code(24)} lamp on"), (you, f"{code(25)} lamp off"))[0] == no[0]  # after a reset


@pytest.mark.parametrize("settings", [{"MY_SECRET": ""}, {"MY_SENDERS": ""}, {"MY_LAMP": ""}])
def test_what_the_settings_do_not_name_is_not_done(tmp_path: Path, settings: dict[str, str]):
    for subject in (f"{code(1)} lamp on", " lamp on", "00000000 lamp on"):
        (answer,) = commands(tmp_path, ("you@example.org", subject), **settings)
        assert answer.startswith("refused: ")


@pytest.mark.parametrize("count", ["rubbish", "-5", "+1", "1_0", "", "1 1", "9" * 30])
def test_a_damaged_count_lets_nobody_in(tmp_path: Path, count: str):
    (tmp_path / "codes.txt").write_text(count)
    with pytest.raises(AssertionError, match="ValueError"):
        commands(tmp_path, ("you@example.org", f"{code(1)} lamp on"))


def test_codes_are_those_of_rfc_4226_on_a_computer_too():
    secret = "12345678901234567890"
    codes = ["94287082", "37359152", "26969429", "40338314"]  # 4226's appendix D from count 1 on, eight digits of each
    program = EXAMPLES / "one_time_codes.py"
    done = subprocess.run(
        [sys.executable, str(program)], input=f"{secret}\n\n", capture_output=True, text=True, check=True
    )
    assert [line.split()[-1] for line in done.stdout.splitlines()][1:4] == codes[1:]


def test_the_watcher_hands_mail_to_it(tmp_path: Path):
    mails = [f"From: {sender}\r\nSubject: 1 no\r\n\r\n".encode() for sender in ("you@example.org", "me@x.org")]
    files = {
        "/on_mail.py": (EXAMPLES / "commands_by_mail.py").read_text(),
        "/one_time_codes.py": (EXAMPLES / "one_time_codes.py").read_text(),
    }
    with Scripted(mails=mails) as server:
        with firmware.watching(tmp_path, server, files=files, MY_SECRET=SECRET, MY_SENDERS=SENDERS) as board:
            assert board.wait_for("refused: no such command")
            assert board.wait_for("refused: a stranger")
            assert b"on_mail.py failed" not in board.output


# -- the header of lines


def test_the_fields_of_lines_as_poplib_gives_them_and_of_a_file(tmp_path: Path):
    header = b"Subject: =?utf-8?Q?Ko=C5?=\r\n =?utf-8?Q?=A1ice?=\r\nX-Code: 1\r\nX-Code: 2\r\n\r\nX-Late: 3\r\n"
    program = (
        "from header import fields\n"
        f"for lines in ({header!r}.splitlines(), open('/mail.eml', 'rb')):\n"
        "    found = fields(lines, 'subject', 'x-code', 'x-late', 'from')\n"
        "    print([found[name] == text for name, text in"
        " (('subject', 'Ko\u0161ice'), ('x-code', '1'), ('x-late', ''), ('from', ''))])\n"
    )
    lay(tmp_path, firmware.programs() | {"/program.py": program.encode(), "/mail.eml": header})
    assert ran(tmp_path, "/program.py") == "[True, True, True, True]\n" * 2


# -- attachments, a filter, a printer

PICTURE = bytes(range(256)) * 40
ATTACHED = (
    b'From: Ada <ada@x>\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nHello\r\n--b\r\n'
    b'Content-Type: image/png; name="../boot.py"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    + base64.encodebytes(PICTURE)
    + b"--b\r\nContent-Disposition: attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe.txt\r\n\r\nnotes\r\n--b--\r\n"
)
SHOW = """
import hashlib
for name in sorted(os.listdir("/sd")):
    with open("/sd/" + name, "rb") as file:
        print(name, hashlib.sha256(file.read()).digest().hex())
"""


def test_attachments_go_to_the_card_octet_for_octet(tmp_path: Path):
    printed = handed_over(tmp_path, "attachments_to_sd", [MAIL, ATTACHED], SHOW, heap="1M", MY_CS=5)
    assert printed == [
        "SPI 0: pins 18, 19, 16",
        "card at pin 5",
        f"/sd/2-2-boot.py: {len(PICTURE)} bytes, boot.py from Ada",
        "/sd/2-3-Gr_e.txt: 5 bytes, Grüße.txt from Ada",
        f"2-2-boot.py {hashlib.sha256(PICTURE).hexdigest()}",
        f"2-3-Gr_e.txt {hashlib.sha256(b'notes').hexdigest()}",
    ]


def test_an_esp32_s_own_driver_gets_the_pins_that_are_named(tmp_path: Path):
    program = (
        "import sys\nsys.path.append('/')\nimport machine, sd_card\n"
        "def SDCard(**given):\n    print(given['slot'], [(key, given[key]._name) for key in given if key != 'slot'])\n"
        "machine.SDCard = SDCard\nsd_card.card({})\nsd_card.card({'MY_CS': 5, 'MY_SLOT': 3})\n"
    )
    lay(tmp_path, firmware.programs() | {"/program.py": program.encode()})
    assert ran(tmp_path, "/program.py") == "2 []\n3 [('cs', 5)]\n"


def test_mail_that_does_not_matter_is_removed_from_the_flash(tmp_path: Path):
    kept = {
        "From: The boss <Boss@Example.org>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=": "The boss: Grüße",
        "From: a@mail.school.example\r\nSubject: Lunch": None,
        "From: b@school.example\r\nSubject: Lunch": "b@school.example: Lunch",
        'From: "boss@example.org" <thief@x>\r\nSubject: Hello': None,
        "From: c@x\r\nSubject: =?utf-8?b?QUxBUk0=?= in the kitchen": "c@x: ALARM in the kitchen",
        "From: d@x\r\nSubject: nothing": None,
        "": None,
    }
    mails = [f"{header}\r\n\r\nalarm\r\n".encode() for header in kept]
    settings = {"MY_SENDERS": "boss@example.org, @school.example", "MY_WORDS": "alarm,Straße"}
    assert handed_over(tmp_path, "filter_mail", mails, **settings) == [line for line in kept.values() if line]
    assert len(list((tmp_path / "mail").iterdir())) == 3
    assert handed_over(tmp_path, "filter_mail", []) == []
    assert not list((tmp_path / "mail").iterdir())  # without settings nothing matters


def test_mail_is_printed_in_the_printer_s_letters(tmp_path: Path):
    mail = (
        b"From: Ada <ada@x>\r\nDate: today\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe_=E6=BC=A2?=\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n\r\nA long line is broken where there are blanks\r\n\x1bm cut?\r\n"
    )
    first, *lines = handed_over(tmp_path, "print_mail", [mail], MY_COLUMNS=20, MY_BAUD=19200)
    assert first == "UART 1: 19200 baud at pin 4"
    sent = b"".join(bytes.fromhex(line.removeprefix("sent: ")) for line in lines)
    assert sent.startswith(
        b"\x1b@\x1bt\x10Ada\ntoday\nGr\xfc\xdfe ?\n\nA long line is\nbroken where there\nare blanks\n"
    )
    assert b"\x1bm" not in sent and b"m cut?\n" in sent and sent.endswith(b"\n\n\n")


# -- as they are deployed


@pytest.mark.parametrize(
    ("example", "files"),
    [
        ("oled", {"on_mail.py", "font.py", "font.bin", "letters.py", "ssd1306.py"}),
        ("attachments_to_sd", {"on_mail.py", "sd_card.py"}),
        ("commands_by_mail", {"on_mail.py", "one_time_codes.py"}),
        ("filter_mail", {"on_mail.py"}),
        ("print_mail", {"on_mail.py", "letters.py"}),
        ("new_mail_lamp", {"main.py", "account.py"}),
        ("netx_sample", {"main.py", "account.py"}),
        ("mail_and_web", {"main.py", "account.py"}),
    ],
)
def test_an_example_goes_on_a_board_with_what_it_needs(example: str, files: set[str], tmp_path: Path):
    sources = Sources(settings=tmp_path / "settings.toml", user_program=tmp_path / "mine.py", example=example)
    at_top = payload.entries("micropython", sources)
    assert files == set(at_top) - ({"boot.py", "main.py"} - files)
    reads_mail = example not in ("new_mail_lamp", "netx_sample")
    assert ("micropop/mime/text.py" in payload.modules("micropython", sources)) == reads_mail


def test_the_oled_example_works_as_it_is_deployed_to_a_small_board(tmp_path: Path):
    sources = Sources(settings=tmp_path / "settings.toml", user_program=tmp_path / "mine.py", example="oled")
    with Scripted(mails=[MAIL]) as server:
        (tmp_path / "settings.toml").write_bytes(firmware.toml(firmware.settings(server)))
        (tmp_path / "ca.der").write_bytes(server.ca_der.read_bytes())
        with VirtualBoard("esp32_generic") as board:
            deploy.over_serial(board.port, None, Steps(out=lambda text: None), sources)
            assert board.wait_for("mrose@example.org: Hello")
            assert eventually(lambda: any("█" in line or "▀" in line or "▄" in line for line in board.picture(140)))
            assert b"on_mail.py" not in board.output


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
