"""A hostile server, or mail, and the store: nothing outside its folder, nothing lost, and the rest still comes."""

import os
from pathlib import Path

import pytest
from micropop.store import Store

from host_tests.behaviour.talking import Talking
from host_tests.store.polls import Mailbox, content, mail, mails, poll, session

CLAIM = b"+OK 999999999999999999 octets\r\n"
LIST = (b"LIST\r\n", b"+OK\r\n1 5\r\n.\r\n")
UIDL = (b"UIDL\r\n", b"+OK\r\n1 a\r\n.\r\n")
NOOP = (b"NOOP\r\n", b"+OK\r\n")  # where the size is not what was said: did the mail end there?


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "mail"


def stored(folder: Path, *turns: tuple, **options) -> list[tuple[str, int, bool]]:
    """(the end of the path, size, whole) of each mail that a poll stores."""
    with Talking(*turns) as talk:
        client = talk.login()
        found = [(one.path, one.size, one.whole) for one in Store(str(folder)).fetch(client, **options)]
        client.close()
    assert {os.path.dirname(path) for path, _, _ in found} <= {str(folder)}
    assert {entry.name for entry in folder.parent.iterdir()} == {folder.name}
    return [(path[-4:], size, whole) for path, size, whole in found]


def test_an_incredible_size_does_not_fill_the_flash_beyond_the_limit(folder: Path):
    turns = (LIST, UIDL, (b"RETR 1\r\n", CLAIM + b"abc\r\n.\r\n"), NOOP)
    assert stored(folder, *turns, limit=2000) == [(".eml", 5, True)]


def test_a_mail_that_is_longer_than_the_server_says_is_cut_and_stays_there(folder: Path):
    long = b"+OK 5 octets\r\n" + b"y" * 2098 + b"\r\n.\r\n"
    turns = (LIST, UIDL, (b"RETR 1\r\n", long), NOOP)
    [(ending, size, whole)] = stored(folder, *turns, limit=2000, delete=True)
    assert ending == ".cut" and size <= 2000 and not whole


@pytest.mark.parametrize(
    "uid", [b"../../../x", b"/etc/passwd", b"\0", b"..", b"\xff" * 300, b"%s%n", b"a/b\\c", b"con:"]
)
def test_no_unique_id_leads_out_of_the_folder(folder: Path, uid: bytes):
    turns = (LIST, (b"UIDL\r\n", b"+OK\r\n1 " + uid + b"\r\n.\r\n"), (b"RETR 1\r\n", b"+OK\r\nabc\r\n.\r\n"), NOOP)
    assert stored(folder, *turns) == [(".eml", 5, True)]


def test_the_rest_of_a_poll_survives_a_number_that_no_mail_has(folder: Path):
    listing = b"+OK\r\n0 zero\r\n1 a\r\n1 again\r\n.\r\n"
    turns = (LIST, (b"UIDL\r\n", listing), *[(b"RETR 1\r\n", b"+OK\r\nabc\r\n.\r\n"), NOOP] * 2)
    assert stored(folder, *turns) == [(".eml", 5, True)] * 2


@pytest.mark.parametrize("name", ["LIST", "STAT"])
@pytest.mark.parametrize("number", [100_000, 999_999_999])
def test_where_there_are_no_uids_a_number_that_no_mail_has_costs_few_commands(folder: Path, name: str, number: int):
    """Each mail's header is asked for there: one number in the list is no reason to ask for all below it."""
    box = Mailbox(mails(3), ("TOP",))
    lines = b"".join(b"%d 300\r\n" % n for n in (1, 2, 3, number))
    box.answers[name] = b"+OK\r\n" + lines + b".\r\n" if name == "LIST" else b"+OK %d 5\r\n" % number
    store = Store(str(folder))
    tops = []

    def top(connection, line) -> None:
        tops.append(line)
        assert len(tops) < 1000

    box.answers["TOP"] = top
    assert len(poll(store, box)) == 3
    tops.clear()
    box.mails.append([b"", mail("new", 90)])
    assert [content(one) for one in poll(store, box)] == [mail("new", 90)]


def test_where_there_are_no_uids_a_gap_of_a_hundred_numbers_hides_no_mail(folder: Path):
    box = Mailbox(mails(103), ("TOP",))
    store = Store(str(folder))
    with session(box) as client:
        for number in range(2, 102):
            client.delete(number)
        stored = [content(one) for one in store.fetch(client)]
        client.quit()
    assert stored == [text for _, text in box.mails]
    assert len(stored) == 3
