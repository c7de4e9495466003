"""Files that somebody else put on the card: names of any kind cost no mail, and raise nothing but StoreError."""

import os
from binascii import hexlify
from pathlib import Path

import micropop
import pytest
from micropop.store import upkeep
from micropop.store.files import MOST, checked
from micropop.store.log import packed

from host_tests.store.on_board import run
from host_tests.store.polls import Look, Mailbox, Store, given, mail, mails, poll, texts

ODD = [
    "99999999-aabbccddeeff00.eml",  # numbers that the record has no room for
    "16777215-aabbccddeeff00.eml",
    "16777214-aabbccddeeff00.cut",
    "15728640-aabbccddeeff00.tmp",
    "0000000\N{SUPERSCRIPT TWO}-aabbccddeeff00.eml",  # digits that are none
    "\N{ARABIC-INDIC DIGIT ONE}0000009-aabbccddeeff00.eml",
    "00000009-.._.._.._..__.eml",
    "seen.\N{SUPERSCRIPT TWO}",
    "seen.\N{ARABIC-INDIC DIGIT ONE}",
    "seen.99999999",
    "seen.99999999.log",
    "seen.",
    "seen.-1",
    "seen.1.log.log",
    ".eml",
    " ",
    "\N{CAT FACE}" * 20,
]


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "mail"


def lived(folder: Path, mailbox: Mailbox | None = None) -> None:
    """Mails come, and are given, whatever else is in the folder."""
    mailbox = mailbox or Mailbox(mails(2))
    for _ in range(3):
        mailbox.mails.append([mail("x", 90)[:9] + b"%d" % len(mailbox.mails), mail(f"new {len(mailbox.mails)}", 90)])
        store = Store(str(folder))
        new = [text for _, text in mailbox.mails if text not in texts(store)]
        assert len(new) in (1, 3)
        poll(store, mailbox)
        assert set(new) <= set(given(store))
    assert {text for _, text in mailbox.mails} <= set(texts(store))


@pytest.mark.parametrize("name", ODD)
def test_odd_names_of_files_cost_no_mail(folder, name):
    folder.mkdir()
    (folder / name).write_bytes(b"what is this?")
    lived(folder)


def test_names_that_are_no_text_cost_no_mail(folder):
    folder.mkdir()
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.eml")).write_bytes(b"")
    lived(folder)


def test_names_that_are_no_text_cost_no_mail_on_a_board():
    assert run("odd_names", "lfs") == [2]


@pytest.mark.parametrize("name", ["seen.70", "seen.70.log", "given", "seen.queue", "tried"])
def test_a_record_of_noise_costs_no_mail(folder, name):
    mailbox = Mailbox(mails(2))
    for number in ("70", "7000"):  # with a good record beside it the second time
        folder.mkdir(exist_ok=True)
        (folder / name.replace("70", number)).write_bytes(bytes(range(256)) * 500)
        lived(folder, mailbox)
    assert sum(path.stat().st_size for path in folder.glob("seen*")) < 10_000  # nor room


@pytest.mark.parametrize(
    "digits", [b"12a45678", b"99999999", b"15728640", b"1_000_00", b"-0000001", b"+0000009", b"       9", b"\xb2" * 8]
)
def test_a_note_of_the_last_mail_that_can_be_none_costs_no_mail(folder, digits):
    """Damaged, and with the right check sum all the same: what was given is given again, and what was not, is."""
    mailbox = Mailbox(mails(2))
    poll(Store(str(folder)), mailbox)
    (folder / "given").write_bytes((digits + hexlify(checked(digits))) * 2)
    assert given(Store(str(folder))) == [text for _, text in mailbox.mails]
    lived(folder, mailbox)


@pytest.mark.parametrize("serial", [0xF00000, 0xFFFFFF])
@pytest.mark.parametrize("state", range(5))
def test_an_entry_of_a_number_that_no_mail_has_costs_no_mail(folder, serial, state):
    """Damaged, and with the right check sum all the same."""
    mailbox = Mailbox(mails(2))
    poll(Store(str(folder)), mailbox)
    (log,) = folder.glob("seen.*.log")
    with log.open("ab") as file:
        file.write(packed(b"damaged!!", state, serial, 1, 2, 3, 4))
    lived(folder, mailbox)


@pytest.mark.parametrize("left", [0, 1, 2, 3])
@pytest.mark.parametrize("where", ["file", "half", "given", "entry"])
@pytest.mark.parametrize("days", [0, 1])
def test_where_the_numbers_are_used_up_no_mail_is_lost(folder, where, left, days):
    """What has the last number that there is, or one before, somebody else made."""
    folder.mkdir()
    number = MOST - 1 - left
    if where == "given":
        upkeep.give(str(folder), number)
    elif where == "entry":
        (folder / "seen.0.log").write_bytes(packed(b"damaged!!", 1, number, 1, 2, 3, 4))
    else:
        ending = "eml" if where == "file" else "tmp"
        (folder / f"{number}-aabbccddeeff00.{ending}").write_bytes(b"Subject: x\r\n\r\n")
    mailbox = Mailbox(mails(3))
    came = []
    errors = []
    for _ in range(3):
        store = Store(str(folder))
        look = Look(store, mailbox, delete=True, days=days)
        errors.append(look.error)
        came += given(store)
    room = 3 if where == "half" else min(left, 3)
    assert [text for text in came if text != b"Subject: x\r\n\r\n"] == [text for _, text in mails(3)[:room]]
    assert {text for _, text in mails(3)[room:]} <= {text for _, text in mailbox.mails}
    if room < 3:
        assert all(isinstance(error, micropop.StoreError) and "number" in str(error) for error in errors)
    else:
        assert errors == [None] * 3
    assert not [path for path in folder.iterdir() if path.name.endswith(".tmp")]


@pytest.mark.parametrize(
    "name",
    ["00000009-aabbccddeeff00.eml", "00000009-aabbccddeeff00.tmp", "seen.9", "seen.9.log", "seen.queue", "given"],
)
def test_a_folder_in_a_file_s_place_is_told(folder, name):
    (folder / name).mkdir(parents=True)
    (folder / name / "x").write_bytes(b"")
    try:
        store = Store(str(folder))
        poll(store, Mailbox(mails(2)))
        list(store.pending())
        store.prune(1)
    except micropop.StoreError as error:
        assert str(folder) in str(error)


def test_of_the_two_notes_of_what_was_given_one_is_of_the_mail_before(tmp_path):
    """Whichever is damaged, no more than one mail comes again."""
    for number in range(1, 8):
        upkeep.give(str(tmp_path), number)
        whole = (tmp_path / "given").read_bytes()
        for at in (0, len(whole) // 2):
            (tmp_path / "given").write_bytes(whole[:at] + b"x" + whole[at + 1 :])
            assert upkeep.given(str(tmp_path)) >= number - 1, (number, at)
        (tmp_path / "given").write_bytes(whole)
        assert upkeep.given(str(tmp_path)) == number
