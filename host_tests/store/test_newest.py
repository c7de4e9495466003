"""``newest=``: what is kept, fetched and deleted is the newest; older mails stay where they are."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from host_tests.store.polls import Look, Mailbox, Store, mail, mails, poll, record, texts
from host_tests.store.polls import given as handed_out


@pytest.fixture
def folder(tmp_path) -> str:
    return str(tmp_path / "mail")


def look(store: Store, mailbox: Mailbox, newest: int, **options) -> list[bytes]:
    """A look of a board that keeps so many mails: what its program was given."""
    poll(store, mailbox, newest=newest, **options)
    got = handed_out(store)
    store.prune(newest)
    return got


def test_mails_from_before_do_not_come_when_newer_ones_are_deleted_elsewhere(folder):
    mailbox = Mailbox(mails(200))
    store = Store(folder)
    assert look(store, mailbox, 50) == [text for _, text in mails(200)[150:]]
    for left in (190, 160, 151, 150, 120, 3):
        del mailbox.mails[left:]
        assert look(Store(folder), mailbox, 50) == []
    mailbox.mails.append([b"new", mail("new", 90)])
    assert look(Store(folder), mailbox, 50) == [mail("new", 90)]


def test_nor_when_the_newest_of_them_are_deleted_as_well(folder):
    mailbox = Mailbox(mails(200))
    store = Store(folder)
    look(store, mailbox, 10)
    del mailbox.mails[150:180]  # some that this board remembers, and none that it fetched
    for _ in range(3):
        assert look(store, mailbox, 10) == []
    mailbox.mails.append([b"new", mail("new", 90)])
    assert look(store, mailbox, 10) == [mail("new", 90)]


@pytest.mark.parametrize("days", [0, 3])
def test_with_deletion_the_newest_are_on_flash_or_on_the_server_and_what_is_gone_was_given(folder, days):
    texts_ = [text for _, text in mails(120)]
    mailbox = Mailbox(mails(120))
    store = Store(folder)
    given_ = []
    for _ in range(6):
        given_ += look(store, mailbox, 30, delete=True, days=days)
        there = [text for _, text in mailbox.mails] + texts(store)
        assert set(texts_[90:]) <= set(there)
        assert set(texts_) <= set(there) | set(given_)
    assert given_ == texts_[90:]
    assert len(texts(store)) == 30


def test_a_power_cut_in_the_first_look_does_not_make_old_mails_new(folder):
    mailbox = Mailbox(mails(100))
    store = Store(folder)
    came = []
    for cut in range(1200, 9000, 400):
        mailbox.cut_off = cut
        came += Look(store, mailbox, newest=10).texts
        store = Store(folder)
    mailbox.cut_off = None
    for _ in range(20):
        came += Look(store, mailbox, newest=10).texts
    assert sorted(came) == sorted(text for _, text in mails(100)[90:])


def test_of_more_new_mails_at_once_than_are_wanted_the_older_are_never_fetched(folder):
    mailbox = Mailbox(mails(3))
    store = Store(folder)
    look(store, mailbox, 5)
    mailbox.mails += [[b"b-%d" % n, mail(f"b {n}", 60)] for n in range(40)]
    assert look(store, mailbox, 5) == [mail(f"b {n}", 60) for n in range(35, 40)]
    del mailbox.mails[38:]
    assert look(store, mailbox, 5) == []


def test_who_wants_all_after_all_gets_all(folder):
    mailbox = Mailbox(mails(20))
    store = Store(folder)
    look(store, mailbox, 5)
    assert [one.number for one in poll(store, mailbox)] == list(range(1, 16))


def test_a_mailbox_of_which_all_is_known_and_gone_begins_anew(folder):
    mailbox = Mailbox(mails(100))
    store = Store(folder)
    look(store, mailbox, 5)
    mailbox.mails = [[b"b-%d" % n, mail(f"b {n}", 60)] for n in range(9)]
    assert look(store, mailbox, 5) == [mail(f"b {n}", 60) for n in range(4, 9)]


@pytest.mark.parametrize("count", [20, 70, 400])
def test_what_is_not_wanted_is_not_asked_for(folder, count):
    mailbox = Mailbox(mails(count, 50))
    store = Store(folder)
    look(store, mailbox, 10)
    assert sum(line.startswith(("RETR", "TOP")) for line in mailbox.asked) == 10
    look(store, mailbox, 10)
    assert mailbox.asked.count("UIDL") == 1
    assert not [line for line in mailbox.asked if line.startswith(("RETR", "TOP"))]


def test_of_thousands_that_are_not_wanted_some_hundreds_are_remembered(folder):
    """The oldest and the newest, and fewer and fewer between: twice as many mails take a few entries more."""
    mailbox = Mailbox(mails(2000, 50))
    store = Store(folder)
    look(store, mailbox, 10)
    assert record(folder)[1] < 24 * 400
    del mailbox.mails[-5:]
    assert look(store, mailbox, 10) == []


STEPS = st.lists(
    st.tuples(st.integers(0, 6), st.lists(st.integers(0, 30), max_size=6), st.booleans(), st.booleans()), max_size=8
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=st.integers(0, 30), newest=st.integers(1, 5), steps=STEPS)
def test_each_look_brings_the_newest_of_those_that_came_since_the_last(tmp_path_factory, first, newest, steps):
    """Whatever another client deletes meanwhile, and whether the board starts anew."""
    mailbox = Mailbox(mails(first, 50))
    made = first
    store = Store(str(tmp_path_factory.mktemp("newest")))
    fresh = mailbox.mails
    for arrive, removed, delete, anew in [(0, [], False, False), *steps]:
        for at in removed:
            if at < len(mailbox.mails):
                del mailbox.mails[at]
        arrivals = []
        for _ in range(arrive):
            made += 1
            arrivals.append([b"uid-%d" % made, mail(f"mail {made}", 50)])
        mailbox.mails += arrivals
        if anew:
            store = Store(store.folder)
        wanted = [text for _, text in (fresh + arrivals)[-newest:]]
        fresh = []
        assert look(store, mailbox, newest, delete=delete) == wanted
