"""Deletions: only of what is safe, after so many days, and a DELE or QUIT that is refused or lost is progress too."""

import os
import time

import micropop
import pytest
from micropop.store import fetching

from host_tests.store.mailbox import HANG_UP
from host_tests.store.polls import Look, Mailbox, Store, given, mail, mails, poll, session, texts

DAY = 86400
NOON = 1_790_000_000  # some day in 2026


@pytest.fixture
def folder(tmp_path) -> str:
    return str(tmp_path / "mail")


@pytest.fixture
def today(monkeypatch):
    """Sets the clock, in days from some day; None: to where it begins."""

    def set_clock(days: float | None) -> None:
        now = 1_000 if days is None else NOON + days * DAY
        monkeypatch.setattr(time, "time", lambda: now)

    set_clock(0)
    return set_clock


def retrieved(mailbox: Mailbox) -> int:
    return sum(line.startswith("RETR") for line in mailbox.asked)


GARBAGE = [b"\r\n", HANG_UP, b"-ERR no\r\n", b"nonsense\r\n"]


@pytest.mark.parametrize("reply", GARBAGE)
@pytest.mark.parametrize("which", ["DELE 2", "DELE"], ids=["one", "all"])
def test_dele_without_a_proper_answer_keeps_no_mail_from_coming(folder, reply, which):
    mailbox = Mailbox(mails(5))
    mailbox.answers[which] = reply
    store = Store(folder)
    total = 0
    for _ in range(8):
        Look(store, mailbox, delete=True)
        total += retrieved(mailbox)
    assert texts(store) == [text for _, text in mails(5)]
    assert total == 5
    if which == "DELE 2":
        assert len(mailbox.mails) <= 1
    mailbox.answers.clear()
    for _ in range(64):
        Look(store, mailbox, delete=True)
    assert mailbox.mails == []


def lost(connection, line):
    return HANG_UP


def lost_but_done(connection, line):
    connection.commit()
    return HANG_UP


def refused(connection, line):
    return b"-ERR some deleted messages not removed\r\n"


@pytest.mark.parametrize("top", [True, False], ids=["TOP", "no TOP"])
@pytest.mark.parametrize("how", [lost, lost_but_done, refused])
def test_what_quit_did_not_confirm_the_next_polls_see_to(folder, how, top):
    mailbox = Mailbox(mails(3), ("UIDL", "TOP") if top else ("UIDL",))
    mailbox.answers["QUIT"] = how
    store = Store(folder)
    look = Look(store, mailbox, delete=True)
    assert isinstance(look.error, micropop.Error)
    got = given(store)
    for one in store.mails():
        os.remove(one.path)  # the program has done its work
    mailbox.answers.clear()
    mailbox.mails.append([b"uid-9", mail("new", 90)])
    for _ in range(3):
        poll(store, mailbox, delete=True)
        got += given(store)
    assert got == [text for _, text in mails(3)] + [mail("new", 90)]
    assert mailbox.mails == []


def test_what_is_marked_for_deletion_stays_if_the_user_has_a_change_of_mind(folder):
    mailbox = Mailbox(mails(3))
    mailbox.answers["QUIT"] = lost
    store = Store(folder)
    Look(store, mailbox, delete=True)
    mailbox.answers.clear()
    for _ in range(3):
        assert poll(store, mailbox) == []
    assert len(mailbox.mails) == 3


def test_a_mail_is_not_deleted_whose_file_is_gone_before_the_program_got_it(folder):
    mailbox = Mailbox(mails(2))
    mailbox.answers["QUIT"] = lost
    store = Store(folder)
    Look(store, mailbox, delete=True)
    (first, second) = store.mails()
    os.remove(first.path)
    with open(second.path, "r+b") as file:
        file.write(b"damaged")
    mailbox.answers.clear()
    assert sorted(Look(store, mailbox, delete=True).texts) == sorted(text for _, text in mails(2))
    assert set(given(store)) >= {text for _, text in mails(2)}
    assert mailbox.mails == []


def test_a_refused_deletion_is_not_tried_in_every_poll(folder):
    mailbox = Mailbox(mails(1))
    mailbox.answers["DELE"] = b"-ERR read-only\r\n"
    store = Store(folder)
    tries = 0
    for _ in range(100):
        poll(store, mailbox, delete=True)
        tries += "DELE 1" in mailbox.asked
    assert 4 <= tries <= 9


def test_where_nothing_can_be_deleted_old_mails_are_removed_all_the_same(folder):
    mailbox = Mailbox(())
    mailbox.answers["DELE"] = b"-ERR read-only\r\n"
    store = Store(folder)
    total = 0
    for n in range(30):
        mailbox.mails.append([b"uid-%d" % n, mail(str(n), 90)])
        poll(store, mailbox, delete=True, newest=5)
        total += retrieved(mailbox)
        given(store)
        store.prune(5)
        assert texts(store)[-1] == mail(str(n), 90)
    assert texts(store) == [mail(str(n), 90) for n in range(25, 30)]
    assert total == 30


def test_mails_stay_on_the_server_for_the_days_that_the_user_wants(folder, today):
    mailbox = Mailbox(mails(2))
    store = Store(folder)
    assert len(poll(store, mailbox, delete=True, days=7)) == 2
    today(4)
    mailbox.mails.append([b"later", mail("later", 90)])
    poll(Store(folder), mailbox, delete=True, days=7)
    today(7)
    poll(Store(folder), mailbox, delete=True, days=7)
    assert len(mailbox.mails) == 3  # at least seven days
    today(8)
    poll(Store(folder), mailbox, delete=True, days=7)
    assert mailbox.uids() == [b"later"]
    today(12)
    poll(Store(folder), mailbox, delete=True, days=7)
    assert mailbox.mails == []


def test_the_days_may_be_changed_later(folder, today):
    mailbox = Mailbox(mails(1))
    poll(Store(folder), mailbox, delete=True, days=30)
    today(5)
    poll(Store(folder), mailbox, delete=True, days=30)
    assert len(mailbox.mails) == 1
    poll(Store(folder), mailbox, delete=True, days=3)
    assert mailbox.mails == []


def test_without_a_clock_nothing_is_deleted_that_is_to_stay_for_days(folder, today):
    mailbox = Mailbox(mails(1))
    today(None)
    for _ in range(3):
        poll(Store(folder), mailbox, delete=True, days=1)
    assert len(mailbox.mails) == 1
    today(100)  # the clock is set: the days count from now on
    poll(Store(folder), mailbox, delete=True, days=1)
    assert len(mailbox.mails) == 1
    today(102)
    poll(Store(folder), mailbox, delete=True, days=1)
    assert mailbox.mails == []


@pytest.mark.parametrize("ahead", [2, 1_000, 20_000, 60_000, 63_100, 70_000, 200_000])
def test_a_clock_that_was_ahead_keeps_no_mail_on_the_server_for_good(folder, today, ahead):
    """Behind 2199, for which the record has no room, it counts as not set."""
    mailbox = Mailbox(mails(2))
    today(ahead)
    assert len(poll(Store(folder), mailbox, delete=True, days=3)) == 2
    for day in (0, 1, 2, 3):
        today(day)
        poll(Store(folder), mailbox, delete=True, days=3)
    assert len(mailbox.mails) == 2  # at least three days
    for day in (5, 6):
        today(day)
        poll(Store(folder), mailbox, delete=True, days=3)
    assert mailbox.mails == []


def test_a_clock_that_is_behind_once_has_no_mail_deleted_early(folder, today):
    mailbox = Mailbox(mails(2))
    for day in (0, 1, -800, 2, 3):
        today(day)
        poll(Store(folder), mailbox, delete=True, days=3)
    assert len(mailbox.mails) == 2
    today(6)
    poll(Store(folder), mailbox, delete=True, days=3)
    assert mailbox.mails == []


def test_after_days_another_mail_with_the_same_uid_is_not_deleted(folder, today):
    mailbox = Mailbox([(b"1", mail("first", 90))])
    poll(Store(folder), mailbox, delete=True, days=1)
    mailbox.mails = [[b"1", mail("other", 90)]]
    today(9)
    store = Store(folder)
    poll(store, mailbox, delete=True, days=1)
    assert texts(store) == [mail("first", 90), mail("other", 90)]
    assert len(mailbox.mails) == 1


def test_two_polls_in_one_session_forget_nothing_that_quit_has_yet_to_delete(folder):
    mailbox = Mailbox(mails(3))
    store = Store(folder)
    client = session(mailbox)
    assert len(list(store.fetch(client, delete=True))) == 3
    assert list(store.fetch(client, delete=True)) == []
    client.close()  # no QUIT
    given(store)
    assert poll(store, mailbox, delete=True) == []
    assert mailbox.mails == []


@pytest.mark.parametrize("delete", [False, True])
def test_an_empty_mailbox_whose_uidl_is_refused_is_well(folder, delete):
    mailbox = Mailbox(mails(2))
    mailbox.answers["UIDL"] = lambda connection, line: None if connection.mails else b"-ERR no messages\r\n"
    store = Store(folder)
    poll(store, mailbox, delete=delete)
    mailbox.mails.clear()
    for _ in range(2):
        assert poll(store, mailbox, delete=delete) == []
    mailbox.mails.append([b"uid-1", mail("another", 300)])
    assert len(poll(store, mailbox, delete=delete)) == 1


def test_a_poll_in_steps_deletes_nothing_unless_told(folder):
    for number, (options, left) in enumerate((({}, 3), ({"delete": True}, 0))):
        mailbox = Mailbox(mails(3))
        poll = Store(f"{folder}-{number}").poll(**options)
        try:
            poll.open()
            client = session(mailbox)
            poll.look(client)
            list(poll.mails())
            poll.finish()
            client.quit()
        finally:
            poll.close()
        assert len(mailbox.mails) == left


@pytest.mark.parametrize("listed", [True, False])
def test_a_mail_that_is_said_to_be_longer_than_the_room_is_not_begun(folder, monkeypatch, listed):
    room = 10_000
    monkeypatch.setattr(fetching, "free", lambda folder, field=4: 100_000 if field == 2 else room)
    mailbox = Mailbox(mails(1, 50_000))
    if not listed:
        mailbox.answers["LIST"] = b"-ERR no\r\n"
    store = Store(folder)
    assert isinstance(Look(store, mailbox).error, micropop.StoreFull)
    assert texts(store) == []
    room = 100_000
    Look(store, mailbox)
    assert texts(store) == [text for _, text in mails(1, 50_000)]
