"""`make mails`: what lies on a board's flash is listed and copied, from the virtual board and from a drive."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from boards.commands import mails
from boards.shared import remote
from boards.shared.refusal import Refusal
from boards.shared.steps import Steps
from boards.virtual.board import VirtualBoard
from host_tests.boards.test_commands import MAIN, command

PICTURE = bytes(range(256)) * 20
PLAIN = (
    b"Received: from a\r\n\tby b\r\nFrom: =?utf-8?q?Gr=C3=A4fin?= <ada@example.org>\r\n"
    b"Date: Tue, 24 Nov 2026 17:31:00 +0000\r\nSubject: =?utf-8?q?Sch=C3=B6ne?=\r\n =?utf-8?q?_Gr=C3=BC=C3=9Fe?=\r\n"
    b"\r\nSubject: not this\r\n"
)
HOSTILE = b"From: a@x\r\nSubject: =?utf-8?q?=1B]0;owned=07=C2=9B31m?=\r\nDate: yesterday\r\n\r\n"
ATTACHED = (
    b'From: b@x\r\nSubject: a picture\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nHello\r\n'
    b'--b\r\nContent-Type: image/png; name="../../etc/pic ture.png"\r\n'
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    + b"".join(b"=%02X" % octet for octet in PICTURE).replace(b"=00", b"=\r\n=00")
    + b"\r\n--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nnotes\r\n--b--\r\n"
)
MAILS = {
    "00000001-0123456789abcd.eml": PLAIN,
    "00000002-0123456789abcd.cut": HOSTILE + b"x" * 5000,
    "00000010-0123456789abcd.eml": ATTACHED,
}
OTHERS = {"seen.18": b"x", "00000011-0123456789abcd.tmp": b"half", "given": b"x", "note.eml": b"x"}
LISTED = [
    f"     1  2026-11-24 17:31  {len(PLAIN):10,}    Gräfin                    Schöne Grüße",
    f"     2                    {len(HOSTILE) + 5000:10,} +  a@x                       ]0;owned  31m",
    f"    10                    {len(ATTACHED):10,}    b@x                       a picture",
    f"3 mails, {sum(map(len, MAILS.values())):,} bytes (+: a first part only)",
]


@pytest.fixture(autouse=True)
def utc(monkeypatch):
    """The computer's time zone."""
    monkeypatch.setenv("TZ", "UTC")


@pytest.fixture(scope="module")
def pico() -> Iterator[VirtualBoard]:
    with VirtualBoard("rpi_pico_w") as board:
        with remote.connected(board.port) as link:
            link.fs_writefile("/main.py", MAIN)
            link.fs_mkdir("/mail")
            for name, data in (MAILS | OTHERS).items():
                link.fs_writefile(f"/mail/{name}", data)
        yield board


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    folder = tmp_path / "drive" / "post"
    folder.mkdir(parents=True)
    (folder.parent / "settings.toml").write_text('POP3_FOLDER = "/post"\n')
    for name, data in (MAILS | OTHERS).items():
        (folder / name).write_bytes(data)
    return folder.parent


def test_the_mails_on_a_board_are_listed_and_its_program_starts_again(pico):
    pico.forget_output()
    done = command("mails", PORT=pico.port)
    assert done.stdout.splitlines() == LISTED, done.stderr
    assert pico.wait_for("the firmware runs")


def test_those_on_a_drive_are_listed(drive):
    assert command("mails", DRIVE=str(drive)).stdout.splitlines() == LISTED


def test_all_are_copied_from_a_board_byte_for_byte(pico, tmp_path):
    pico.forget_output()
    done = command("mails", PORT=pico.port, GET="all", TO=str(tmp_path / "new" / "copies"))
    assert done.returncode == 0, done.stderr
    copies = tmp_path / "new" / "copies"
    assert {path.name: path.read_bytes() for path in copies.iterdir()} == MAILS
    assert copies.stat().st_mode & 0o777 == 0o700
    assert pico.wait_for("the firmware runs")
    assert command("mails", PORT=pico.port, GET="1", TO=str(copies)).returncode == 0  # again


@pytest.mark.parametrize("source", ["board", "drive"])
def test_one_is_copied_with_its_attachments(source, request, tmp_path):
    to = tmp_path / "copies"
    where = {"PORT": request.getfixturevalue("pico").port} if source == "board" else {}
    where |= {"DRIVE": str(request.getfixturevalue("drive"))} if source == "drive" else {}
    done = command("mails", **where, GET="10", TO=str(to), ATTACHMENTS="1")
    assert done.returncode == 0, done.stderr
    found = {path.relative_to(to).as_posix(): path.read_bytes() for path in to.rglob("*") if path.is_file()}
    stem = "00000010-0123456789abcd"
    assert found == {
        f"{stem}.eml": ATTACHED,
        f"{stem}/2-pic_ture.png": PICTURE,
        f"{stem}/3-part": b"notes",
    }


def test_a_dry_run_copies_nothing_and_leaves_the_board_alone(pico, drive, tmp_path):
    done = command("mails", PORT=pico.port, GET="all", TO=str(tmp_path / "copies"), DRY_RUN="1")
    assert done.stdout.startswith("would stop the firmware")
    done = command("mails", DRIVE=str(drive), GET="all", ATTACHMENTS="1", TO=str(tmp_path / "copies"), DRY_RUN="1")
    assert done.stdout.count("would copy") == 3 and done.stdout.count("would save") == 2
    assert not (tmp_path / "copies").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"get": "7"}, "there is no mail 7: `make mails` lists"),
        ({"get": "-1"}, "GET=-1 is no mail"),
        ({"get": "../1"}, r"GET=\.\./1 is no mail"),
        ({"attachments": True}, "ATTACHMENTS=1 goes with GET="),
    ],
)
def test_what_cannot_be_is_refused_in_one_line_and_the_program_starts_again(pico, drive, options, said):
    steps = Steps(out=lambda text: None)
    with pytest.raises(Refusal, match=said):
        mails.of_drive(drive, steps, **options)
    pico.forget_output()
    with pytest.raises(Refusal, match=said):
        mails.of_board(pico.port, steps, **options)
    assert options != {"get": "7"} or pico.wait_for("the firmware runs")


def test_a_board_without_mail_says_so(tmp_path):
    assert command("mails", DRIVE=str(tmp_path)).stdout == "0 mails, 0 bytes\n"
    done = command("mails", DRIVE=str(tmp_path), GET="all")
    assert done.stderr == "mails: there is no mail on the board\n"


def test_a_folder_that_cannot_be_written_is_told(drive, tmp_path):
    (tmp_path / "copies").write_text("a file")
    with pytest.raises(Refusal, match="copies cannot be written"):
        mails.of_drive(drive, Steps(out=lambda text: None), "all", tmp_path / "copies")


def test_a_copy_that_breaks_off_leaves_no_half_mail(drive, tmp_path, monkeypatch):
    def fail(self: Path, target: Path) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(Refusal, match="No space left"):
        mails.of_drive(drive, Steps(out=lambda text: None), "1", tmp_path / "copies")
    assert not list((tmp_path / "copies").glob("*.eml"))


def test_an_endless_header_is_read_in_part(drive):
    (drive / "post" / "00000012-0123456789abcd.eml").write_bytes(b"Subject: " + b"long " * 9000)
    said: list[str] = []
    mails.of_drive(drive, Steps(out=said.append))
    assert said[3].endswith("long long…") and len(said[3]) < 150


def test_a_date_that_the_computer_cannot_show_is_left_out(monkeypatch):
    class OnWindows(datetime):
        def astimezone(self, tz=None):
            raise OSError(22, "Invalid argument")  # before 1970

    monkeypatch.setattr(mails, "datetime", OnWindows)
    line = mails.Found("00000001-0123456789abcd.eml", 9, PLAIN).line()
    assert line.endswith("Schöne Grüße") and "2026" not in line
