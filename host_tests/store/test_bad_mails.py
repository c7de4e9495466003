"""A mail that cannot be had holds no other up: it is set aside, reported, tried again, and comes when it can."""

import os
import time
from itertools import pairwise

import micropop
import pytest
from micropop.store.table import key_of

from host_tests.store.mailbox import HANG_UP
from host_tests.store.polls import Look, Mailbox, Store, content, given, mail, mails, poll, record, texts
from host_tests.store.server import Server, text

BAD = b"uid-2"  # of five


@pytest.fixture
def folder(tmp_path) -> str:
    return str(tmp_path / "mail")


def breaks_off(connection, uid):
    return b"+OK 300 octets\r\nSubject: mail 2\r\n\r\nThis is" + HANG_UP


def never_ends(connection, uid):
    connection.flood = b"for ever and ever\r\n" * 50
    return b"+OK\r\nSubject: mail 2\r\n\r\n"


def is_refused(connection, uid):
    return b"-ERR Download exceed\r\n"


def ends_early(connection, uid):
    return b"+OK\r\nSubject: mail 2\r\n\r\nhalf\r\n.\r\nand the rest\r\n.\r\n"


def is_no_reply(connection, uid):
    return b"HTTP/1.1 404 Not Found\r\n"


KINDS = [breaks_off, never_ends, is_refused, ends_early, is_no_reply]


def broken(kind, count: int = 5, bad: tuple = (BAD,)) -> Mailbox:
    """A mailbox in which some mails cannot be had."""
    mailbox = Mailbox(mails(count))

    def answer(connection, line):
        i = int(line.split()[1]) - 1
        uid = connection.mails[i][0] if i < len(connection.mails) else b""
        return kind(connection, uid) if uid in bad else None

    mailbox.answers["RETR"] = answer
    return mailbox


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_that_failed_twice_in_a_row_is_passed_over(folder, kind):
    mailbox = broken(kind)
    store = Store(folder)
    reported = []
    for _ in range(4):
        Look(store, mailbox, delete=True, limit=100_000)
        reported.append(store.refused)
    good = [text for uid, text in mails(5) if uid != BAD]
    assert [text for text in texts(store) if b"mail 2" not in text] == good
    if kind is not never_ends:  # of which the first part is there
        assert sorted(texts(store)) == sorted(good)
        assert [one for one in reported if one is not None]
    assert mailbox.uids() == [BAD], "the deletions of the others were committed"


def test_a_mail_that_never_ends_is_kept_by_its_first_part(folder, monkeypatch):
    mailbox = broken(never_ends)
    store = Store(folder)
    for _ in range(3):
        look = Look(store, mailbox, delete=True, limit=1000)
    assert look.error is None
    parts = [one for one in store.mails() if not one.whole]
    assert [one.size for one in parts] == [1000]
    assert mailbox.uids() == [BAD]


@pytest.mark.parametrize("kind", [breaks_off, is_refused])
def test_it_is_tried_again_and_again_with_growing_pauses_and_comes_when_it_can(folder, kind):
    mailbox = broken(kind)
    store = Store(folder)
    tries = []
    for look in range(200):
        mailbox.mails.append([b"new-%d" % look, mail(f"new {look}", 60)])
        Look(store, mailbox, delete=True)
        if store.refused:
            tries.append(look)
    assert 5 <= len(tries) <= 10
    pauses = [later - before for before, later in pairwise(tries[1:])]
    assert all(later >= before for before, later in pairwise(pauses))
    assert pauses[-1] >= 32
    came = texts(store)
    assert [text for uid, text in mails(5) if uid != BAD and text not in came] == []
    assert len(came) == 4 + 200
    mailbox.answers.clear()
    for _ in range(64):
        poll(store, mailbox, delete=True)
    assert mails(5)[1][1] in texts(store)
    assert mailbox.mails == []


def test_a_board_that_forgets_all_in_its_sleep_tries_it_again_too(folder):
    mailbox = broken(is_refused)
    for _ in range(3):
        poll(Store(folder), mailbox)
    mailbox.answers.clear()
    for _ in range(300):
        poll(Store(folder), mailbox)
        if mails(5)[1][1] in texts(Store(folder)):
            break
    assert mails(5)[1][1] in texts(Store(folder))


def test_it_is_reported_when_it_fails_and_not_while_it_is_set_aside(folder):
    mailbox = broken(is_refused)
    store = Store(folder)
    reported = []
    for _ in range(12):
        poll(store, mailbox)
        reported.append(store.refused is not None)
    assert reported[:2] == [True, True]
    assert reported.count(True) <= 5
    assert isinstance(store.refused, (type(None), micropop.ServerError))


def test_when_one_comes_that_was_set_aside_the_others_are_tried_at_once(folder):
    uids = tuple(b"uid-%d" % n for n in range(1, 21))
    mailbox = broken(is_refused, 20, uids)
    store = Store(folder)
    for _ in range(40):
        poll(store, mailbox)
    assert texts(store) == []
    mailbox.answers.clear()  # it was the server
    looks = 0
    while len(texts(store)) < 20:
        poll(store, mailbox)
        looks += 1
    assert looks < 64 // 2


@pytest.mark.parametrize("kind", [breaks_off, is_refused])
def test_one_that_still_fails_then_waits_for_its_turn_again(folder, kind):
    bad = [BAD, b"uid-4"]
    mailbox = broken(kind)
    mailbox.answers["RETR"] = lambda connection, line: (
        kind(connection, BAD) if connection.mails[int(line.split()[1]) - 1][0] in bad else None
    )
    store = Store(folder)
    for _ in range(9):
        Look(store, mailbox)
    bad.pop()
    while len(texts(store)) < 4:
        Look(store, mailbox)
    tries = 0
    for _ in range(16):
        Look(store, mailbox)
        tries += store.refused is not None
    assert tries <= 4


def test_several_bad_mails_cost_two_looks_each_at_the_most(folder):
    uids = (b"uid-2", b"uid-4", b"uid-5")
    mailbox = broken(breaks_off, 8, uids)
    store = Store(folder)
    for _ in range(7):
        Look(store, mailbox)
    assert sorted(texts(store)) == sorted(text for uid, text in mails(8) if uid not in uids)


@pytest.mark.parametrize("kind", [breaks_off, is_no_reply])
def test_where_uids_are_the_mails_numbers_it_holds_up_no_deletion_and_no_other_mail_either(folder, kind):
    numbered = [(b"%d" % n, mail(f"mail {n}", 300)) for n in range(1, 5)]
    mailbox = Mailbox(numbered)

    def answer(connection, line):
        return kind(connection, None) if numbered[1][1] == connection.mails[int(line.split()[1]) - 1][1] else None

    mailbox.answers["RETR"] = answer
    store = Store(folder)
    for _ in range(6):
        Look(store, mailbox, delete=True)
    assert sorted(texts(store)) == sorted(text for uid, text in numbered if uid != b"2")
    assert mailbox.uids() == [b"2"]
    mailbox.answers.clear()
    for _ in range(64):
        poll(store, mailbox, delete=True)
    assert sorted(texts(store)) == sorted(text for _, text in numbered)
    assert mailbox.mails == []


def test_where_uids_are_the_mails_numbers_one_whose_deletion_ends_the_session_holds_up_no_other(folder):
    numbered = [(b"%d" % n, mail(f"mail {n}", 300)) for n in range(1, 4)]
    mailbox = Mailbox(numbered)
    mailbox.answers["DELE"] = lambda connection, line: (
        HANG_UP if connection.mails[int(line.split()[1]) - 1][1] == numbered[1][1] else None
    )
    store = Store(folder)
    for _ in range(6):
        Look(store, mailbox, delete=True)
    assert texts(store) == [text for _, text in numbered]
    assert mailbox.uids() == [b"2"]


@pytest.mark.parametrize("kind", [breaks_off, is_refused])
@pytest.mark.parametrize("uid", [b"1", b"uid-1"])
def test_one_that_has_the_uid_of_a_mail_that_is_known_is_set_aside_too(folder, kind, uid):
    mailbox = Mailbox([(uid, mail("gone", 400))])
    store = Store(folder)
    poll(store, mailbox)
    new = [(uid, mail("bad", 300)), *mails(5)[1:]]
    mailbox.mails = [list(one) for one in new]
    mailbox.answers["RETR 1"] = lambda connection, line: kind(connection, uid)
    tries = 0
    for _ in range(16):
        Look(store, mailbox)
        tries += store.refused is not None
    assert sorted(texts(store)) == sorted([mail("gone", 400)] + [text for _, text in new[1:]])
    assert tries <= 6
    mailbox.answers.clear()
    for _ in range(64):
        poll(store, mailbox)
    assert sorted(texts(store)) == sorted([mail("gone", 400)] + [text for _, text in new])


def test_a_mail_after_which_the_memory_is_used_up_is_set_aside_too(folder, monkeypatch):
    mailbox = Mailbox(mails(3))
    store = Store(folder)
    from micropop.store import fetching

    real = fetching.hashed

    def hashed(start):
        if b"mail 2" in start:
            raise MemoryError
        return real(start)

    monkeypatch.setattr(fetching, "hashed", hashed)
    for _ in range(2):
        with pytest.raises(MemoryError):
            Look(store, mailbox)
    for _ in range(2):
        try:
            Look(store, mailbox)
        except MemoryError:
            pass  # it was tried once more, at the end
    assert sorted(texts(store)) == sorted(text for uid, text in mails(3) if uid != BAD)


def test_what_the_program_does_wrong_is_no_mail_s_fault(folder):
    mailbox = Mailbox(mails(3))
    store = Store(folder)

    def progress(received, octets):
        raise ZeroDivisionError

    for _ in range(4):
        with pytest.raises(ZeroDivisionError):
            poll(store, mailbox, progress=progress)
    assert [content(one) for one in poll(store, mailbox)] == [text for _, text in mails(3)]


@pytest.mark.parametrize(
    ("reply", "octets"),
    [
        (b"-ERR not supported\r\n", 5000),
        (b"+OK\r\n1 300\r\n2 5000\r\n3 300\r\n.\r\n", 5000),
        (b"+OK\r\n1 1\r\n2 1\r\n3 1\r\n.\r\n", 5000),
        (b"+OK\r\n1 99999999999\r\n2 99999999999\r\n3 99999999999\r\n.\r\n", 5000),
        (b"+OK\r\n.\r\n", 5000),
        (b"+OK\r\nnonsense\r\n.\r\n", 5000),
        (HANG_UP, 5000),
    ],
)
@pytest.mark.parametrize("top", [True, False], ids=["TOP", "no TOP"])
def test_whatever_list_says_short_mails_come_whole_and_the_limit_is_kept(folder, reply, octets, top):
    given = [(b"a", mail("a", 300)), (b"b", mail("b", octets)), (b"c", mail("c", 300))]
    mailbox = Mailbox(given, ("UIDL", "TOP") if top else ("UIDL",))
    mailbox.answers["LIST"] = reply
    store = Store(folder)
    for _ in range(3):
        Look(store, mailbox, limit=1000, delete=True)
    whole = [content(one) for one in store.mails() if one.whole]
    assert whole == [given[0][1], given[2][1]]
    (part,) = [content(one) for one in store.mails() if not one.whole]
    assert 300 < len(part) <= 1000 and given[1][1].startswith(part)
    assert mailbox.uids() == [b"b"]


@pytest.mark.parametrize("top", [True, False], ids=["TOP", "no TOP"])
def test_lines_are_counted_while_a_mail_is_read(folder, top):
    body = b"one\r\ntwo\r\n\r\nfour\r\nfive\r\n"
    mailbox = Mailbox([(b"a", b"Subject: a\r\n\r\n" + body)], ("UIDL", "TOP") if top else ("UIDL",))
    for lines in range(7):
        (part,) = poll(Store(f"{folder}{lines}"), mailbox, lines=lines)
        assert not part.whole
        assert content(part) == b"Subject: a\r\n\r\n" + b"".join(body.splitlines(True)[:lines])


def test_numbers_beyond_stat_and_gaps_are_asked_for(folder):
    mailbox = Mailbox(mails(5))
    mailbox.answers["STAT"] = b"+OK 1 100\r\n"
    mailbox.answers["UIDL"] = b"+OK\r\n2 uid-2\r\n5 uid-5\r\n.\r\n"
    store = Store(folder)
    stored = poll(store, mailbox, newest=50, delete=True)
    assert [one.number for one in stored] == [2, 5]
    assert mailbox.uids() == [b"uid-1", b"uid-3", b"uid-4"]


@pytest.mark.parametrize("stat", [b"-ERR no\r\n", b"+OK 3 -17\r\n", b"+OK 3\r\n"])
def test_stat_is_not_needed(folder, stat):
    mailbox = Mailbox(mails(3))
    mailbox.answers["STAT"] = stat
    assert len(poll(Store(folder), mailbox)) == 3


def test_a_mail_longer_than_the_flash_holds_up_no_shorter_one(folder, monkeypatch):
    from micropop.store import fetching

    mailbox = Mailbox([(b"long", mail("long", 9000)), (b"short", mail("short", 300))])
    store = Store(folder)
    monkeypatch.setattr(fetching, "free", lambda _, field=4: 8192 + 4000 if field == 4 else 1 << 20)
    for _ in range(4):
        look = Look(store, mailbox, delete=True)
        assert type(look.error) is micropop.StoreFull
    assert texts(store) == [mail("short", 300)]
    monkeypatch.setattr(fetching, "free", lambda _, field=4: 1 << 20)
    poll(store, mailbox, delete=True)
    assert len(texts(store)) == 2
    assert mailbox.mails == []


def test_a_mail_for_which_there_was_no_room_is_no_older_than_the_board_where_the_newest_are_wanted(folder, monkeypatch):
    from micropop.store import fetching

    mailbox = Mailbox(mails(3))
    store = Store(folder)
    poll(store, mailbox, newest=2)
    del mailbox.mails[1:]  # by another client
    new = [(b"long", mail("long", 9000)), (b"short", mail("short", 300))]
    mailbox.mails += [list(one) for one in new]
    with monkeypatch.context() as full:
        full.setattr(fetching, "free", lambda _, field=4: 8192 + 4000 if field == 4 else 1 << 20)
        for _ in range(2):
            assert type(Look(store, mailbox, newest=2).error) is micropop.StoreFull
            assert store.refused is None
    poll(store, mailbox, newest=2)
    assert texts(store) == [text for _, text in mails(3)[1:]] + [mail("short", 300), mail("long", 9000)]


def test_a_size_that_no_flash_has_is_not_believed(folder, monkeypatch):
    from micropop.store import fetching

    mailbox = Mailbox(mails(2))
    mailbox.answers["LIST"] = b"+OK\r\n1 4294967296\r\n2 300\r\n.\r\n"
    monkeypatch.setattr(fetching, "free", lambda _, field=4: 1 << 19 if field == 4 else 1 << 20)
    assert len(poll(Store(folder), mailbox)) == 2


@pytest.mark.parametrize("number", [28, 122])
def test_where_the_flash_turns_out_to_be_full_shorter_mails_come_all_the_same(folder, monkeypatch, number):
    """A file system may know only when it writes; on a computer its error has a text too."""
    mailbox = Mailbox([(b"long", mail("long", 9000)), (b"short", mail("short", 300))])
    store = Store(folder)
    rename = os.rename

    def full(old, new):
        if os.stat(old).st_size > 5000:
            raise OSError(number, "No space left on device")
        rename(old, new)

    with monkeypatch.context() as patched:
        patched.setattr(os, "rename", full)
        look = Look(store, mailbox, delete=True)
    assert type(look.error) is micropop.StoreFull
    assert texts(store) == [mail("short", 300)]
    assert [name for name in os.listdir(folder) if name.endswith(".tmp")] == []
    poll(store, mailbox, delete=True)
    assert texts(store) == [mail("short", 300), mail("long", 9000)]
    assert mailbox.mails == []


@pytest.mark.parametrize(("seconds", "patient"), [(240, True), (960, False), (-240, False)])
@pytest.mark.parametrize("what", ["mail", "header"])
def test_what_is_not_wanted_is_read_on_for_five_minutes(folder, monkeypatch, what, seconds, patient):
    """A server that has no TOP, or one that answers it with all of the mail; a clock that is set back ends it too."""
    mailbox = Mailbox([(b"long", mail("long", 600_000)), (b"short", mail("short", 300))], ("UIDL",))
    if what == "header":
        mailbox.commands = ("TOP",)
        mailbox.answers["TOP"] = lambda connection, line: connection.content(int(line.split()[1]) - 1, None)
    now = [1_790_000_000.0]

    def passing():
        now[0] += seconds * 256 / 600_000  # for each packet
        return now[0]

    monkeypatch.setattr(time, "time", passing)
    store = Store(folder)
    look = Look(store, mailbox, limit=1000 if what == "mail" else None)
    assert (look.error is None) is patient
    assert (mail("short", 300) in texts(store)) is patient


# -- and none of those that were set aside holds up another


def hangs_up(subject):
    """An answer that ends the session where this mail is asked for."""
    return lambda connection, line: (
        b"+OK\r\nX: " + HANG_UP if subject in connection.mails[int(line.split()[1]) - 1][1] else None
    )


def test_two_that_have_their_turn_in_the_same_polls_take_turns_who_is_first(folder):
    turn = key_of(b"u-0")[0] % 64
    same = next(b"u-%d" % n for n in range(1, 999) if key_of(b"u-%d" % n)[0] % 64 == turn)
    mailbox = Mailbox([(b"u-0", mail("ends", 300)), (same, mail("mended", 300)), (b"good", mail("good", 300))])
    mailbox.answers["RETR"] = lambda connection, line: b"+OK\r\nX: " + HANG_UP if line[5:] in "12" else None
    store = Store(folder)
    for _ in range(400):
        Look(store, mailbox)
    mailbox.answers["RETR"] = hangs_up(b"ends")
    for _ in range(64 * 3):
        Look(store, mailbox)
    assert texts(store) == [mail("good", 300), mail("mended", 300)]


@pytest.mark.parametrize("bad", [0, 1])
def test_one_that_never_ends_where_numbers_are_used_again_and_there_is_no_top(folder, bad):
    server = Server("used again")
    server.commands = ("UIDL",)
    for number in range(3):
        server.add(text(number, number), "never ends" if number == bad else None)
    store = Store(folder)
    failed = 0
    for count in range(60):
        if count in (10, 20):
            server.add(text(count, count), None)
        failed += Look(store, server, delete=True, limit=1500).error is not None
    assert {text(number, number) for number in (*range(3), 10, 20)} - set(texts(store)) <= {text(bad, bad)}
    assert len(server.mails) == 1 and failed < 10


@pytest.mark.parametrize("delete", [False, True])
@pytest.mark.parametrize("verbs", [("TOP",), ("TOP", "RETR")])
def test_one_whose_header_ends_the_session_where_uids_are_numbers(folder, verbs, delete):
    contents = [mail(f"m{number}", 300 + number * 70) for number in range(6)]
    mailbox = Mailbox([(b"%d" % number, content) for number, content in enumerate(contents, 1)])
    for verb in verbs:
        mailbox.answers[verb] = hangs_up(b"Subject: m1")
    store = Store(folder)
    failed = []
    for count in range(120):
        if count == 20:
            left = [content for _, content in mailbox.mails if content != contents[0]] + [mail("new", 900)]
            mailbox.mails = [[b"%d" % number, content] for number, content in enumerate(left, 1)]
        failed.append(Look(store, mailbox, delete=delete).error is not None)
        for number, one in enumerate(mailbox.mails, 1):
            one[0] = b"%d" % number
    assert sum(failed[60:]) <= 3
    assert {*contents, mail("new", 900)} - set(texts(store)) <= ({contents[1]} if "RETR" in verbs else set())
    assert not delete or [content for _, content in mailbox.mails] in ([], [contents[1]])


def test_the_good_one_behind_it_is_given_once_when_another_client_removes_it(folder):
    good = mail("good", 300)
    mailbox = Mailbox([(b"1", mail("bad", 260)), (b"2", good)])
    mailbox.answers["RETR"] = lambda connection, line: (
        b"-ERR no\r\n" if b"Subject: bad" in connection.mails[int(line.split()[1]) - 1][1] else None
    )
    store = Store(folder)
    came = []
    for count in range(80):
        if count == 10:
            mailbox.mails = [[b"1", good]]
        Look(store, mailbox)
        came += given(store)
    assert came == [good]


def test_list_is_asked_again_in_each_poll_once_it_worked(folder):
    mailbox = Mailbox(mails(3))
    store = Store(folder)
    mailbox.answers["LIST"] = HANG_UP
    Look(store, mailbox)
    mailbox.answers.clear()
    asked = []
    for _ in range(40):
        poll(store, mailbox)
        asked.append("LIST" in mailbox.asked)
    first = asked.index(True)
    assert first < 16 and all(asked[first:])
    before = record(folder)
    poll(store, mailbox)
    assert record(folder) == before  # what it knows of LIST is written once
