"""Which mail is which: UIDs that are used again, doubled, missing or mere numbers; two mailboxes in one folder."""

import builtins
import random

import micropop
import pytest
from micropop.store import fetching

from host_tests.store.mailbox import HANG_UP
from host_tests.store.polls import Look, Mailbox, Store, content, given, mail, mails, poll, record, session, texts

TOPS = pytest.mark.parametrize("top", [True, False], ids=["TOP", "no TOP"])


@pytest.fixture
def folder(tmp_path) -> str:
    return str(tmp_path / "mail")


def mailbox_of(pairs, top: bool = True) -> Mailbox:
    return Mailbox(pairs, ("UIDL", "TOP") if top else ("UIDL",))


@TOPS
@pytest.mark.parametrize("delete", [False, True])
def test_a_uid_that_is_used_again_every_day_brings_each_mail_once(folder, top, delete):
    mailbox = mailbox_of((), top)
    store = Store(folder)
    for day in range(1, 9):
        mailbox.mails = [[b"1", mail(f"day {day}", 100 * day)]]
        for _ in range(3):
            poll(store, mailbox, delete=delete)
    assert given(store) == [mail(f"day {day}", 100 * day) for day in range(1, 9)]


@pytest.mark.parametrize("size", [300, 301])
def test_another_mail_under_a_known_uid_is_told_by_its_size(folder, size):
    """Not by its header: nothing but LIST is asked for while all is as it was."""
    mailbox = Mailbox([(b"a", mail("a", 300)), (b"b", mail("b", 300)), (b"c", mail("c", 300))])
    store = Store(folder)
    poll(store, mailbox)
    poll(store, mailbox)
    assert mailbox.asked[3:] == ["LIST", "UIDL", "QUIT"] or mailbox.asked[-3:] == ["LIST", "UIDL", "QUIT"]
    mailbox.mails[1][1] = mail("other", 3 * size)
    assert [content(one) for one in poll(store, mailbox)] == [mail("other", 3 * size)]
    for _ in range(2):
        assert poll(store, mailbox) == []
    assert mailbox.asked[-3:] == ["LIST", "UIDL", "QUIT"]


def test_a_size_that_changes_by_itself_brings_no_mail_twice(folder):
    """mbox servers write a Status: field into the header when a mail was read."""
    head, body = mail("a", 300).split(b"\r\n\r\n", 1)
    mailbox = Mailbox([(b"a", head + b"\r\n\r\n" + body)])
    store = Store(folder)
    poll(store, mailbox)
    for extra in (b"Status: RO\r\n", b"X-UID: 17\r\nStatus: RO\r\n", b"X-Long: folded\r\n\tfield\r\nLines: 5\r\n"):
        for changed in (head + b"\r\n" + extra, extra + head + b"\r\nLines: 5\r\n"):
            mailbox.mails[0][1] = changed + b"\r\n" + body
            for _ in range(2):
                assert poll(store, mailbox) == []
    poll(store, mailbox)
    assert mailbox.asked[-3:] == ["LIST", "UIDL", "QUIT"]  # the new size is known


@TOPS
def test_where_uids_are_the_numbers_each_mail_comes_once(folder, top):
    """They move on when a mail before them is deleted elsewhere."""
    made = [mail(f"mail {n}", 100 if top else 100 + 70 * n) for n in range(60)]
    mailbox = mailbox_of((), top)
    store = Store(folder)
    dice = random.Random(7)
    came = []
    there: list[bytes] = []
    while made:
        for _ in range(dice.randrange(3)):
            if made:
                there.append(made.pop(0))
        mailbox.mails = [[b"%d" % n, text] for n, text in enumerate(there, 1)]
        came += [content(one) for one in poll(store, mailbox)]
        for _ in range(dice.randrange(3)):
            if len(there) > 1:
                del there[dice.randrange(len(there))]
    assert len(came) == len(set(came)) == 60


def test_notes_that_the_flash_does_not_take_make_no_mail_new(folder, monkeypatch):
    """Each mail has another number, and is known by its header: more notes than fit into memory."""
    mailbox = Mailbox([(b"%d" % n, mail(str(n), 90)) for n in range(1, 22)])
    store = Store(folder)
    poll(store, mailbox)
    mailbox.mails = [[b"%d" % n, text] for n, (_, text) in enumerate(mailbox.mails[1:], 1)]
    real = builtins.open

    def full(path, mode="r", *rest, **named):
        if path == f"{folder}/seen.queue" and mode == "ab":
            raise OSError(28)
        return real(path, mode, *rest, **named)

    with monkeypatch.context() as patched:
        patched.setattr(builtins, "open", full)
        assert poll(store, mailbox) == []
    assert poll(store, mailbox) == []


def test_numbers_as_uids_that_do_not_move_cost_one_header_in_each_poll(folder):
    mailbox = Mailbox([(b"%d" % n, mail(str(n), 90)) for n in range(1, 20)])
    store = Store(folder)
    poll(store, mailbox)
    poll(store, mailbox)
    assert [line for line in mailbox.asked if line.startswith("TOP")] == ["TOP 19 0"]


@TOPS
def test_mails_without_uids_among_others_come_once(folder, top):
    mailbox = mailbox_of([(b"a", mail("a", 90)), (b"", mail("b", 90)), (b"", mail("c", 90))], top)
    store = Store(folder)
    assert len(poll(store, mailbox)) == 3
    for n in range(5):
        del mailbox.mails[1]
        mailbox.mails.append([b"", mail(f"new {n}", 90)])
        assert [content(one) for one in poll(store, mailbox)] == [mail(f"new {n}", 90)]
    assert poll(store, mailbox) == []
    mailbox.mails.clear()
    poll(store, mailbox)
    given(store)
    assert not store.seen(b"a")


def test_more_mails_without_uids_than_are_noted_in_memory(folder):
    mailbox = Mailbox([(b"", mail(str(n), 60)) for n in range(70)])
    store = Store(folder)
    assert len(poll(store, mailbox)) == 70
    mailbox.mails.append([b"", mail("new", 60)])
    assert len(poll(store, mailbox)) == 1
    assert poll(store, mailbox) == []


def test_of_a_uid_that_is_listed_twice_each_mail_comes_once(folder):
    mailbox = Mailbox([(b"twin", mail("one", 90))])
    store = Store(folder)
    poll(store, mailbox)
    mailbox.mails.insert(0, [b"twin", mail("two", 90)])  # before the one that is known
    for _ in range(3):
        poll(store, mailbox)
    mailbox.mails.append([b"twin", mail("three", 90)])
    del mailbox.mails[0]
    for _ in range(3):
        poll(store, mailbox)
    assert sorted(given(store)) == sorted(mail(name, 90) for name in ("one", "two", "three"))


def test_a_second_mail_with_the_same_uid_and_the_same_header_comes_too(folder):
    mailbox = Mailbox([(b"twin", mail("alarm", 90))])
    store = Store(folder)
    poll(store, mailbox)
    mailbox.mails.append([b"twin", mail("alarm", 90)])
    for _ in range(3):
        poll(store, mailbox)
    assert given(store) == [mail("alarm", 90)] * 2


@pytest.mark.parametrize("commands", [("UIDL", "TOP"), ("TOP",)], ids=["UIDL", "no UIDL"])
def test_two_mailboxes_in_one_folder_do_not_disturb_each_other(folder, commands):
    boxes = {
        user: Mailbox([(b"%d" % n, mail(f"{user} {n}", 90)) for n in range(1, 4)], commands)
        for user in ("mrose", "jdoe", "a third one")
    }
    store = Store(folder)
    dice = random.Random(5)
    for turn in range(20):
        user = dice.choice(list(boxes))
        poll(store, boxes[user], user=user)
        if turn == 10:
            for box in boxes.values():
                box.mails.append([b"4", mail("new " + str(id(box)), 90)])
    for user, box in boxes.items():
        poll(store, box, user=user)
    got = given(store)
    assert sorted(got) == sorted(text for box in boxes.values() for _, text in box.mails)


def test_the_mailbox_may_be_told_where_names_are_the_same(folder):
    boxes = [Mailbox([(b"1", mail(f"box {n}", 90))]) for n in range(2)]
    store = Store(folder)
    for _ in range(2):
        for n, box in enumerate(boxes):
            poll(store, box, account=f"mrose@server{n}")
    assert len(texts(store)) == 2


def test_one_mailbox_is_deleted_from_and_the_other_is_not(folder):
    boxes = [Mailbox([(b"1", mail(f"box {n}", 90))]) for n in range(2)]
    store = Store(folder)
    for _ in range(3):
        poll(store, boxes[0], user="a", delete=True)
        poll(store, boxes[1], user="b")
    assert [len(box.mails) for box in boxes] == [0, 1]
    assert len(texts(store)) == 2


def test_a_mail_that_is_not_recorded_belongs_to_whose_list_it_is_in(folder, monkeypatch):
    from micropop.store import fetching

    boxes = {user: Mailbox([(b"1", mail(user, 90)), (b"2", mail(user + " 2", 90))]) for user in ("a", "b")}
    with monkeypatch.context() as patched:

        def no_power(*_):
            raise KeyboardInterrupt

        patched.setattr(fetching, "append", no_power)
        with pytest.raises(KeyboardInterrupt):
            poll(Store(folder), boxes["b"], user="b")
    store = Store(folder)
    for user in ("a", "b", "a", "b"):
        poll(store, boxes[user], user=user)
    assert sorted(given(store)) == sorted(mail(name, 90) for name in ("a", "a 2", "b", "b 2"))


def test_a_server_that_has_uids_again_is_not_asked_for_them(folder):
    """What is known by its header stays known by it."""
    mailbox = Mailbox(mails(3), ("TOP",))
    store = Store(folder)
    assert len(poll(store, mailbox)) == 3
    mailbox.commands = ("TOP", "UIDL")
    for _ in range(2):
        assert poll(store, mailbox) == []


def test_a_header_that_cannot_be_had_holds_no_other_up_where_there_are_no_uids(folder):
    mailbox = Mailbox(mails(4), ("TOP",))
    mailbox.refusing["TOP 2 0"] = "no"
    store = Store(folder)
    assert [one.number for one in poll(store, mailbox)] == [1, 3, 4]
    mailbox.refusing.clear()
    mailbox.answers["TOP 2 0"] = b"nonsense\r\n"
    mailbox.mails.append([b"", mail("new", 90)])
    for _ in range(6):
        Look(store, mailbox)
    assert mail("new", 90) in texts(store)
    mailbox.answers.clear()
    for _ in range(64):
        poll(store, mailbox)
    assert len(texts(store)) == 5


def alike(text: str, size: int) -> bytes:
    """A mail with the header that all of them have."""
    return b"From: a meter\r\nSubject: reading\r\n\r\n" + (text * size)[:size].encode() + b"\r\n"


def test_a_mail_that_is_tried_again_is_not_taken_for_one_that_is_gone(folder):
    mailbox = Mailbox([(b"a", alike("a", 200)), (b"b", alike("b", 200))])
    store = Store(folder)
    poll(store, mailbox)
    mailbox.mails = [[b"c", alike("c", 200)]]  # the others were deleted elsewhere
    mailbox.answers["RETR 1"] = b"+OK\r\nFrom: a" + HANG_UP
    assert Look(store, mailbox).error
    mailbox.answers.clear()
    assert [content(one) for one in poll(store, mailbox)] == [alike("c", 200)]


@TOPS
def test_a_known_uid_that_another_mail_has_is_not_looked_for_under_others(folder, top):
    other = mail("x", 300)
    mailbox = mailbox_of([(b"a", mail("a", 300)), (b"b", other)], top)
    store = Store(folder)
    poll(store, mailbox)
    mailbox.mails = [[b"a", other + b"another end\r\n"]]
    assert [content(one) for one in poll(store, mailbox)] == [other + b"another end\r\n"]


@TOPS
def test_where_uids_are_the_numbers_sizes_tell_mails_with_the_same_header_apart(folder, top):
    kept = [alike(letter, 200 + 10 * place) for place, letter in enumerate("abcdef")]
    mailbox = mailbox_of((), top)
    store = Store(folder)
    for first in range(4):  # each day the oldest goes, and another comes
        mailbox.mails = [[b"%d" % n, text] for n, text in enumerate(kept[first : first + 3], 1)]
        for _ in range(2):
            poll(store, mailbox)
    assert sorted(given(store)) == sorted(kept)


def test_where_there_are_no_uids_what_the_program_deleted_hides_no_mail(folder):
    """STAT counts what is left; the numbers go on to the last mail."""
    mailbox = Mailbox(mails(3), ("TOP",))
    store = Store(folder)
    with session(mailbox) as client:
        client.delete(1)
        stored = [content(stored) for stored in store.fetch(client)]
        client.quit()
    assert stored == [mailbox.mails[0][1], mailbox.mails[1][1]]


def test_where_there_are_no_uids_gaps_in_the_numbers_hide_no_mail(folder):
    """LIST has a higher number than STAT counts mails."""
    mailbox = Mailbox(mails(3), ("TOP",))
    one, _, three = (len(text) for _, text in mailbox.mails)
    mailbox.answers = {
        "STAT": b"+OK 2 %d\r\n" % (one + three),
        "LIST": b"+OK\r\n1 %d\r\n3 %d\r\n.\r\n" % (one, three),
        "TOP 2 0": b"-ERR no such mail\r\n",
        "RETR 2": b"-ERR no such mail\r\n",
    }
    store = Store(folder)
    poll(store, mailbox)
    assert given(store) == [mailbox.mails[0][1], mailbox.mails[2][1]]


@pytest.mark.parametrize("reply", [b"-ERR no\r\n", b"nonsense\r\n"], ids=["refused", "nonsense"])
@pytest.mark.parametrize("looks", [1, 2, 6])
@pytest.mark.parametrize("commands", [("UIDL", "TOP"), ("TOP",)], ids=["blank UIDs", "no UIDL"])
def test_what_is_known_by_its_header_stays_known_while_that_cannot_be_had(folder, commands, looks, reply):
    """Nobody can tell then which mails are gone, in the polls that pass it over either."""
    mailbox = Mailbox([(b"", text) for _, text in mails(4)], commands)
    store = Store(folder)
    poll(store, mailbox)
    mailbox.answers = {"TOP 2 0": reply, "RETR 2": reply}
    for _ in range(looks):
        Look(store, mailbox)
    mailbox.answers.clear()
    for _ in range(64):
        poll(store, mailbox)
    assert given(store) == [text for _, text in mailbox.mails]


def test_a_header_that_ends_the_session_twice_is_asked_for_no_more_where_uids_are_numbers(folder):
    mailbox = Mailbox([(b"%d" % n, mail(str(n), 90)) for n in range(1, 4)])
    store = Store(folder)
    poll(store, mailbox)
    mailbox.answers["TOP 3 0"] = HANG_UP
    mailbox.mails.append([b"4", mail("4", 90)])
    assert [Look(store, mailbox).texts for _ in range(3)] == [[], [], [mail("4", 90)]]


@pytest.mark.parametrize("front", [False, True])
@pytest.mark.parametrize("size", [300, 360])
@pytest.mark.parametrize("options", [{}, {"delete": True, "days": 7}, {"newest": 9}])
def test_a_mail_that_comes_with_the_uid_of_one_that_is_there_comes_once_and_so_does_that(
    tmp_path, front, size, options
):
    one, other = mail("A", 300), mail("B", size)
    mailbox = Mailbox([(b"u", one)])
    store = Store(str(tmp_path))
    poll(store, mailbox, **options)
    came = given(store)
    mailbox.mails.insert(0 if front else 1, [b"u", other])
    for _ in range(8):
        poll(store, mailbox, **options)
        came += given(store)
    assert came == [one, other]


@pytest.mark.parametrize("which", [1, 2, 3])
@pytest.mark.parametrize("polls", [1, 8, 70])
@pytest.mark.parametrize("reply", [b"-ERR no\r\n", b"+OK\r\nFrom: " + HANG_UP], ids=["refused", "breaks off"])
@pytest.mark.parametrize("top", ["TOP", "TOP fails", "no TOP"])
def test_of_mails_with_one_uid_none_comes_again_while_one_cannot_be_had(folder, which, polls, reply, top):
    mailbox = mailbox_of([(b"twin", mail(name, 90)) for name in ("one", "two", "three")], top != "no TOP")
    store = Store(folder)
    for _ in range(3):
        poll(store, mailbox)
    mailbox.answers = {f"RETR {which}": reply}
    if top == "TOP fails":
        mailbox.answers[f"TOP {which} 0"] = reply
    mailbox.mails.append([b"other", mail("other", 90)])
    broken = tried = 0
    for _ in range(polls):
        look = Look(store, mailbox)
        broken += look.error is not None
        tried += store.refused is not None
    if polls > 1:
        assert mail("other", 90) in texts(store)
        assert tried <= (6 if polls == 8 else 14)  # twice in a row, then in every second poll, every fourth, ...
    mailbox.answers.clear()
    mailbox.mails.append([b"twin", mail("four", 90)])
    for _ in range(66):
        poll(store, mailbox)
    assert sorted(given(store)) == sorted(mail(name, 90) for name in ("one", "two", "three", "other", "four"))
    mailbox.mails.clear()
    poll(store, mailbox)
    poll(store, mailbox)
    assert record(folder)[1] <= 48  # what is gone is forgotten again


def test_of_mails_with_one_uid_none_comes_again_while_the_flash_has_no_room_for_one(folder, monkeypatch):
    sizes = {"one": 30_000, "two": 90, "three": 90}
    mailbox = mailbox_of([(b"twin", mail(name, size)) for name, size in sizes.items()], False)
    store = Store(folder)
    for _ in range(2):
        poll(store, mailbox)
    with monkeypatch.context() as patched:
        patched.setattr(fetching, "free", lambda folder, field=4: 30_000 if field == 4 else 1_000_000)
        for _ in range(4):
            look = Look(store, mailbox)
            assert isinstance(look.error, micropop.StoreFull)
            assert look.texts == []
    for _ in range(2):
        assert poll(store, mailbox) == []


def test_of_many_mails_with_one_uid_none_comes_again_when_they_have_their_turn(folder):
    """More than one poll tries of those that were set aside."""
    mailbox = mailbox_of([(b"twin", mail(str(n), 90)) for n in range(12)])
    store = Store(folder)
    for _ in range(3):
        poll(store, mailbox)
    mailbox.answers = {"RETR 12": b"-ERR no\r\n", "TOP 12 0": b"-ERR no\r\n"}
    for _ in range(40):
        poll(store, mailbox)
    mailbox.answers.clear()
    for _ in range(66):
        poll(store, mailbox)
    assert len(given(store)) == 12


@pytest.mark.parametrize("polls", [1, 2, 3, 8])
@pytest.mark.parametrize("front", [1, 2])
@pytest.mark.parametrize("which", [1, 2, 3, 4])
@pytest.mark.parametrize("reply", [b"-ERR no\r\n", b"+OK\r\nFrom: " + HANG_UP], ids=["refused", "breaks off"])
def test_where_uids_are_the_numbers_none_comes_again_while_one_cannot_be_had(folder, polls, front, which, reply):
    known = [mail(name, 90) for name in "abc"]
    mailbox = mailbox_of([(b"%d" % n, text) for n, text in enumerate(known, 1)])
    store = Store(folder)
    for _ in range(2):
        poll(store, mailbox)
    there = [mail(f"new {n}", 90) for n in range(front)] + known
    mailbox.mails = [[b"%d" % n, text] for n, text in enumerate(there, 1)]
    mailbox.answers = {f"RETR {which}": reply, f"TOP {which} 0": reply}
    for _ in range(polls):
        Look(store, mailbox)
    mailbox.answers.clear()
    for _ in range(70):
        poll(store, mailbox)
    assert sorted(given(store)) == sorted(there)


@pytest.mark.parametrize("front", [0, 1])
@pytest.mark.parametrize("polls", [1, 2, 3, 9])
@pytest.mark.parametrize("reply", [b"-ERR no\r\n", b"+OK\r\nFrom: " + HANG_UP], ids=["refused", "breaks off"])
@pytest.mark.parametrize("options", [{}, {"delete": True}])
def test_a_second_mail_with_a_known_uid_that_cannot_be_had_holds_no_other_up(folder, front, polls, reply, options):
    mailbox = mailbox_of([(b"twin", mail("one", 90))])
    store = Store(folder)
    poll(store, mailbox, **options, days=bool(options))
    mailbox.mails.insert(1 - front, [b"twin", mail("two", 90)])
    mailbox.mails.append([b"other", mail("other", 90)])
    number = 2 - front
    mailbox.answers = {f"RETR {number}": reply, f"TOP {number} 0": reply}
    tried = 0
    for _ in range(polls):
        Look(store, mailbox, **options, days=bool(options))
        tried += store.refused is not None
    assert tried <= 6
    assert polls < 3 or mail("other", 90) in texts(store)
    mailbox.answers.clear()
    for _ in range(66):
        poll(store, mailbox, **options, days=bool(options))
    assert sorted(given(store)) == sorted(mail(name, 90) for name in ("one", "two", "other"))


@TOPS
@pytest.mark.parametrize("lines", [None, 1])
def test_a_known_mail_that_is_to_be_deleted_and_listed_behind_another_with_its_uid_is_fetched_once(folder, top, lines):
    mailbox = mailbox_of([(b"twin", mail("one", 90))], top)
    store = Store(folder)
    mailbox.answers["QUIT"] = HANG_UP
    assert Look(store, mailbox, delete=True).error
    mailbox.mails.insert(0, [b"twin", mail("two", 90)])
    assert Look(store, mailbox, delete=True, lines=lines).error  # not confirmed either
    for _ in range(3):
        Look(store, mailbox, delete=True)
    mailbox.answers.clear()
    for _ in range(3):
        poll(store, mailbox, delete=True)
    came = given(store)
    assert came.count(mail("one", 90)) == 1
    assert (mailbox.mails == []) == (lines is None)  # what is there in part only stays
