"""The store on CPython: each mail once, in order, whole; what is deleted and forgotten, and what never is."""

import builtins
import hashlib
import importlib
import os
import shutil
import sys
import types

import micropop
import pytest
from micropop.store import Store

from host_tests.bench.interpreters import board
from host_tests.servers.fixtures import KINDS
from host_tests.store import flaky
from host_tests.store.mailbox import Mailbox, mail
from host_tests.store.polls import content, given, mails, poll, record, session

MAILS = [(b"uid-%d" % n, mail(f"mail {n}", 300 * n)) for n in range(1, 6)]


@pytest.fixture
def folder(tmp_path):
    return str(tmp_path / "mail")


def verbs(mailbox):
    return [line for line in mailbox.asked if line.split()[0] in ("RETR", "TOP", "DELE", "QUIT")]


def test_each_mail_is_stored_whole_and_once_and_left_on_the_server(folder):
    mailbox = Mailbox(MAILS)
    store = Store(folder)
    stored = poll(store, mailbox)
    assert [content(one) for one in stored] == [text for _, text in MAILS]
    assert [(one.number, one.serial, one.size, one.whole) for one in stored] == [
        (n, n, len(text), True) for n, (_, text) in enumerate(MAILS, 1)
    ]
    assert mailbox.uids() == [uid for uid, _ in MAILS]
    assert not [line for line in mailbox.asked if line.startswith("DELE")]
    for again in (store, Store(folder)):
        assert poll(again, mailbox) == []
        assert mailbox.retrieved == []


def test_only_new_mails_come(folder):
    mailbox = Mailbox(MAILS[:2])
    poll(Store(folder), mailbox)
    mailbox.mails = [list(MAILS[3]), *mailbox.mails, list(MAILS[4])]
    stored = poll(Store(folder), mailbox)
    assert [(one.number, one.serial, content(one)) for one in stored] == [(1, 3, MAILS[3][1]), (4, 4, MAILS[4][1])]


def test_a_mail_is_deleted_after_it_is_recorded_and_only_quit_commits_that(folder):
    mailbox = Mailbox(MAILS)
    store = Store(folder)
    client = session(mailbox)
    delete = client.delete

    def deleted(number):
        uid, text = MAILS[number - 1]
        assert text in [content(one) for one in store.mails()]
        assert store.seen(uid)
        delete(number)

    client.delete = deleted
    assert len(list(store.fetch(client, delete=True))) == 5
    client.close()
    assert len(mailbox.mails) == 5  # no QUIT: all are still there
    assert poll(store, mailbox, delete=True) == []
    assert [verb for verb in verbs(mailbox) if verb[:3] != "TOP"] == [f"DELE {n}" for n in range(1, 6)] + ["QUIT"]
    assert mailbox.mails == []
    assert len([*store.mails()]) == 5


def test_more_mails_than_one_pass_notes_are_not_forgotten_when_the_session_breaks(folder):
    mailbox = Mailbox([(b"uid-%d" % n, mail(str(n), 40)) for n in range(40)])
    store = Store(folder)
    client = session(mailbox)
    assert len(list(store.fetch(client, delete=True))) == 40
    client.close()  # no QUIT
    mailbox.retrieved.clear()
    assert poll(store, mailbox, delete=True) == []
    assert mailbox.retrieved == []
    assert mailbox.mails == []


def test_what_was_fetched_to_be_left_there_is_never_deleted(folder):
    mailbox = Mailbox(MAILS[:3])
    poll(Store(folder), mailbox)
    mailbox.mails.append(list(MAILS[3]))
    poll(Store(folder), mailbox, delete=True)
    assert verbs(mailbox) == ["RETR 4", "DELE 4", "QUIT"]
    assert mailbox.uids() == [uid for uid, _ in MAILS[:3]]


def test_pending_gives_each_mail_once_and_again_what_was_broken_off(folder):
    store = Store(folder)
    poll(store, Mailbox(MAILS))
    given = []
    with pytest.raises(ZeroDivisionError):
        for one in store.pending():
            given.append(one.serial)
            if one.serial == 3:
                raise ZeroDivisionError
    given += [one.serial for one in Store(folder).pending()]
    assert given == [1, 2, 3, 3, 4, 5]
    assert list(Store(folder).pending()) == []


def test_mails_come_in_order_however_many_there_are(folder):
    mailbox = Mailbox([(b"%d" % n, mail(str(n), 40)) for n in range(45)])
    store = Store(folder)
    assert [one.number for one in poll(store, mailbox)] == list(range(1, 46))
    assert mailbox.asked.count("UIDL") == 1
    assert [one.serial for one in store.mails()] == list(range(1, 46))
    assert [one.serial for one in store.pending()] == list(range(1, 46))


def test_prune_removes_the_oldest_but_none_that_is_pending(folder):
    mailbox = Mailbox(MAILS)
    store = Store(folder)
    poll(store, mailbox)
    assert store.prune(2) == 0
    for one in store.pending():
        if one.serial == 4:
            break  # so that 4 and 5 are pending
    assert store.prune(1) == 3
    assert [one.serial for one in store.mails()] == [4, 5]
    list(store.pending())
    assert store.prune(1) == 1
    assert store.prune(0) == 1
    assert poll(Store(folder), mailbox) == []  # and their UIDs are still known
    mailbox.mails.append([b"another", mail("another", 50)])
    assert [one.serial for one in poll(Store(folder), mailbox)] == [6]


def test_a_uid_is_forgotten_when_the_server_lists_it_no_more(folder):
    mailbox = Mailbox(MAILS)
    store = Store(folder)
    poll(store, mailbox)
    del mailbox.mails[1:3]
    poll(store, mailbox)
    assert [store.seen(uid) for uid, _ in MAILS] == [True, False, False, True, True]


def test_what_is_known_of_mails_that_are_gone_takes_no_room(folder):
    mailbox = Mailbox(())
    store = Store(folder)
    sizes = []
    for turn in range(30):
        mailbox.mails = [[b"uid-%d" % (3 * turn + n), mail(f"{turn}, {n}", 50)] for n in range(3)]
        poll(store, mailbox)
        list(store.pending())
        sizes.append(record(folder)[1])
    assert len(set(sizes[2:])) == 1
    assert not store.seen(b"uid-1") and store.seen(b"uid-89")


@pytest.mark.parametrize("delete", [False, True])
def test_a_uid_that_the_server_uses_again_brings_a_new_mail(folder, delete):
    mailbox = Mailbox([(b"1", mail("first", 90))])
    poll(Store(folder), mailbox, delete=delete)
    mailbox.mails.clear()
    poll(Store(folder), mailbox, delete=delete)
    mailbox.mails.append([b"1", mail("second", 100)])
    stored = poll(Store(folder), mailbox, delete=delete)
    assert [content(one) for one in stored] == [mail("second", 100)]


@pytest.mark.parametrize("commands", [("UIDL", "TOP"), ("UIDL",)], ids=["TOP", "no TOP"])
@pytest.mark.parametrize("emptied", [False, True], ids=["", "files removed by the program"])
def test_a_uid_used_again_between_two_polls_costs_no_mail(folder, commands, emptied):
    """Such a server may number its mails 1, 2, 3, and nothing else."""
    mailbox = Mailbox([(b"1", mail("first", 90)), (b"2", mail("second", 90))], commands)
    assert len(poll(Store(folder), mailbox, delete=True)) == 2
    if emptied:
        for one in Store(folder).pending():
            os.remove(one.path)
    mailbox.mails = [[b"1", mail("third", 500)], [b"2", mail("fourth", 600)]]
    stored = poll(Store(folder), mailbox, delete=True)
    assert [content(one) for one in stored] == [mail("third", 500), mail("fourth", 600)]
    assert mailbox.mails == []
    assert poll(Store(folder), mailbox, delete=True) == []


def test_what_is_pruned_is_known_all_the_same_when_the_deletion_did_not_get_through(folder):
    mailbox = Mailbox(MAILS)
    store = Store(folder)
    client = session(mailbox)
    assert len(list(store.fetch(client, delete=True))) == 5
    client.close()  # no QUIT
    list(store.pending())
    assert store.prune(1) == 4
    assert poll(store, mailbox, delete=True) == []
    assert mailbox.retrieved == []
    assert mailbox.mails == []


def test_a_poll_that_changes_nothing_writes_nothing(folder):
    mailbox = Mailbox(MAILS)
    poll(Store(folder), mailbox)
    list(Store(folder).pending())

    def state():
        return {entry.name: (entry.stat().st_mtime_ns, entry.stat().st_ino) for entry in os.scandir(folder)}

    before = state()
    store = Store(folder)
    poll(store, mailbox)
    list(store.pending())
    store.prune(100)
    assert state() == before


def test_a_listing_that_breaks_off_forgets_nothing(folder):
    mailbox = Mailbox([(b"uid-%d" % n, mail(str(n), 40)) for n in range(30)])
    store = Store(folder)
    poll(store, mailbox)
    mailbox.cut_off = 200
    with pytest.raises(micropop.ConnectionLost):
        poll(store, mailbox)
    mailbox.cut_off = None
    assert all(store.seen(uid) for uid in mailbox.uids())
    assert poll(store, mailbox) == []


@pytest.mark.parametrize("left", range(0, 3000, 130))
def test_a_connection_that_breaks_costs_no_mail_and_leaves_no_half(folder, left):
    mailbox = Mailbox(MAILS)
    mailbox.cut_off = left
    store = Store(folder)
    with pytest.raises(micropop.ConnectionLost):
        poll(store, mailbox, delete=True)
    assert not [name for name in os.listdir(folder) if name.endswith(".tmp")]
    stored = [content(one) for one in store.mails()]
    assert stored == [text for _, text in MAILS][: len(stored)]
    mailbox.cut_off = None
    poll(store, mailbox, delete=True)
    assert [content(one) for one in store.mails()] == [text for _, text in MAILS]
    assert mailbox.mails == []


ODD = [
    b"twin",
    b"twin",
    b"with a space",
    b"x" * 400,
    b"x" * 399 + b"y",
    "\u00fcml\u00e4ut \U0001f4e7".encode(),
    b"\xff\x00\x7f",
    b"",
]


def test_odd_uids_are_survived(folder):
    mailbox = Mailbox([(uid, mail(f"odd {n}", 60)) for n, uid in enumerate(ODD)])
    store = Store(folder)
    assert [content(one) for one in poll(store, mailbox)] == [text for _, text in mailbox.mails]
    assert poll(Store(folder), mailbox) == []
    mailbox.mails.append([b"twin", mail("a third twin", 70)])
    assert [content(one) for one in poll(store, mailbox)] == [mail("a third twin", 70)]
    poll(store, mailbox, delete=True)
    assert len(mailbox.mails) == len(ODD) + 1


def test_keys_that_collide_hide_no_mail(folder, monkeypatch):
    from micropop.store import listing

    real = listing.key_of
    monkeypatch.setattr(listing, "key_of", lambda uid: b"collide" if uid.startswith(b"uid-") else real(uid))
    mailbox = Mailbox(MAILS[:4])
    store = Store(folder)
    for _ in range(3):
        poll(store, mailbox)
    mailbox.mails.append(list(MAILS[4]))
    for _ in range(3):
        poll(store, mailbox)
    assert [content(one) for one in store.mails()] == [text for _, text in MAILS]


@pytest.mark.parametrize(
    "mailbox",
    [
        Mailbox(MAILS, commands=("TOP",)),
        Mailbox([(b"", text) for _, text in MAILS]),
    ],
    ids=["no UIDL", "blank UIDs"],
)
def test_without_uids_the_header_tells_which_mails_are_new(folder, mailbox):
    assert [content(one) for one in poll(Store(folder), mailbox)] == [text for _, text in MAILS]
    mailbox.mails[1:2] = []
    mailbox.mails.append([b"", mail("new", 80)])
    assert [content(one) for one in poll(Store(folder), mailbox)] == [mail("new", 80)]
    assert poll(Store(folder), mailbox, delete=True) == []
    mailbox.mails.append([b"", mail("newer", 90)])
    assert [content(one) for one in poll(Store(folder), mailbox, delete=True)] == [mail("newer", 90)]
    assert len(mailbox.mails) == 5


def test_with_neither_uidl_nor_top_the_error_says_what_to_do(folder):
    with pytest.raises(micropop.ServerError, match=r"no UIDL, and no TOP.*client\.retrieve\(\)"):
        poll(Store(folder), Mailbox(MAILS, commands=()))


@pytest.mark.parametrize("text", ["[SYS/TEMP] not now", "something is wrong"])
def test_a_uidl_that_fails_once_does_not_make_all_mails_new(folder, text):
    mailbox = Mailbox(MAILS)
    poll(Store(folder), mailbox)
    mailbox.refusing["UIDL"] = text
    with pytest.raises(micropop.ServerError):
        poll(Store(folder), mailbox)
    mailbox.refusing.clear()
    assert poll(Store(folder), mailbox) == []


def test_a_mail_that_the_server_refuses_holds_no_other_up(folder):
    mailbox = Mailbox(MAILS)
    mailbox.refusing["RETR 2"] = "[SYS/TEMP] locked"
    store = Store(folder)
    assert [one.number for one in poll(store, mailbox, delete=True)] == [1, 3, 4, 5]
    assert isinstance(store.refused, micropop.TemporaryFailure)
    assert mailbox.uids() == [b"uid-2"]
    mailbox.refusing.clear()
    assert [content(one) for one in poll(store, mailbox, delete=True)] == [MAILS[1][1]]
    assert store.refused is None


def test_a_deletion_that_the_server_refuses_is_tried_again(folder):
    mailbox = Mailbox(MAILS[:2])
    mailbox.refusing["DELE 1"] = "no"
    store = Store(folder)
    assert len(poll(store, mailbox, delete=True)) == 2
    assert store.refused.text == "no"
    mailbox.refusing.clear()
    assert poll(store, mailbox, delete=True) == []
    assert mailbox.mails == []


def test_parts_of_mails_are_marked_so_and_never_deleted(folder):
    mailbox = Mailbox([(b"long", mail("long", 5000)), (b"short", mail("short", 100))])
    stored = poll(Store(folder), mailbox, delete=True, limit=1000)
    assert [(one.whole, content(one)[:13]) for one in stored] == [(False, b"Subject: long"), (True, b"Subject: shor")]
    assert 300 < stored[0].size <= 1000
    assert verbs(mailbox) == ["TOP 1 10", "RETR 2", "DELE 2", "QUIT"]
    mailbox.mails.append([b"other", mail("other", 3000)])
    (other,) = poll(Store(folder), mailbox, delete=True, lines=2)
    assert not other.whole
    assert content(other) == b"Subject: other\r\n\r\n..\r\n.dot\r\n"
    assert mailbox.uids() == [b"long", b"other"]


def test_a_server_that_lies_about_a_size_cannot_fill_the_flash(folder):
    mailbox = Mailbox([(b"liar", mail("liar", 5000)), (b"honest", mail("honest", 100))])
    mailbox.answers["LIST"] = b"+OK\r\n1 10\r\n2 10\r\n.\r\n"
    mailbox.tells_sizes = False
    store = Store(folder)
    stored = poll(store, mailbox, limit=1000)
    assert [one.whole for one in stored] == [False, True]
    assert stored[0].size <= 1000


def test_only_the_newest_are_fetched_if_that_is_wanted(folder):
    mailbox = Mailbox(MAILS)
    store = Store(folder)
    assert [one.number for one in poll(store, mailbox, newest=2)] == [4, 5]
    mailbox.mails.append([b"uid-6", mail("six", 60)])
    assert [one.number for one in poll(store, mailbox, newest=2)] == [6]


def test_a_mail_can_be_forgotten_on_purpose(folder):
    mailbox = Mailbox(MAILS)
    store = Store(folder)
    poll(store, mailbox)
    assert store.forget(b"uid-5")
    assert not store.forget(b"uid-99")
    assert not store.seen(b"uid-5")
    assert [content(one) for one in poll(Store(folder), mailbox)] == [MAILS[4][1]]


def test_progress_is_told(folder):
    steps = []
    poll(Store(folder), Mailbox([MAILS[4]]), progress=lambda received, octets: steps.append((received, octets)))
    size = len(MAILS[4][1])
    assert len(steps) > 3
    assert steps[-1] == (size, size)


def test_files_of_others_in_the_folder_are_left_alone(folder):
    os.mkdir(folder)
    names = ["notes.tmp", "00000001.eml", "1234567-0123456789abcde.eml", "99999999-0123456789abcd.txt"]
    for name in names:
        with open(f"{folder}/{name}", "w") as file:
            file.write("mine")
    store = Store(folder)
    assert [one.serial for one in poll(store, Mailbox(MAILS[:1]))] == [1]
    list(store.pending())
    store.prune(0)
    for name in names:
        assert open(f"{folder}/{name}").read() == "mine"


def test_a_mail_that_is_whole_but_not_recorded_is_not_fetched_again(folder, monkeypatch):
    from micropop.store import fetching

    mailbox = Mailbox(MAILS)
    with monkeypatch.context() as patched:

        def no_power(*_):
            raise KeyboardInterrupt

        patched.setattr(fetching, "append", no_power)
        with pytest.raises(KeyboardInterrupt):
            poll(Store(folder), mailbox, delete=True)
    assert [one.serial for one in Store(folder).pending()] == [1]  # it is given all the same
    stored = poll(Store(folder), mailbox, delete=True)
    assert mailbox.retrieved == [uid for uid, _ in MAILS[1:]]
    assert [content(one) for one in stored] == [text for _, text in MAILS]
    assert mailbox.mails == []


def test_on_a_computer_each_step_is_on_the_disk_before_the_next(folder, monkeypatch):
    steps = []
    fsync, rename = os.fsync, os.rename
    mailbox = Mailbox(MAILS[:1])
    client = session(mailbox)
    delete = client.delete
    store = Store(folder)

    def synced(handle):
        steps.append("sync " + os.readlink(f"/proc/self/fd/{handle}").rsplit("/", 1)[1][-4:])
        fsync(handle)

    def renamed(old, new):
        steps.append("rename")
        rename(old, new)

    def deleted(number):
        steps.append("delete")
        delete(number)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "rename", renamed)
    monkeypatch.setattr(client, "delete", deleted)
    list(store.fetch(client, delete=True))
    assert steps == ["sync .tmp", "rename", "sync mail", "sync .log", "delete"]


def test_a_full_flash_is_told_before_it_is_written_full(folder, monkeypatch):
    from micropop.store import fetching

    mailbox = Mailbox(MAILS)
    store = Store(folder)
    with monkeypatch.context() as patched:
        patched.setattr(fetching, "free", lambda _, field=4: 8192 + len(MAILS[1][1]) if field == 4 else 1 << 20)
        with pytest.raises(micropop.Error, match=r"no room.*prune") as caught:
            poll(store, mailbox, delete=True)
    assert type(caught.value) is micropop.StoreFull
    assert len(mailbox.mails) == 5
    assert [one.serial for one in store.mails()] == [1, 2]
    assert not [name for name in os.listdir(folder) if name.endswith(".tmp")]
    assert [one.serial for one in poll(store, mailbox, delete=True)] == [3, 4, 5]
    assert mailbox.mails == []


@pytest.mark.parametrize(
    ("number", "name", "advice"),
    [(28, "StoreFull", "prune"), (30, "StoreError", "remount"), (5, "StoreError", "cannot use the files")],
)
def test_errors_of_the_file_system_say_what_to_do(folder, monkeypatch, number, name, advice):
    store = Store(folder)

    def failing(*_):
        raise OSError(number, "it")

    monkeypatch.setattr(os, "rename", failing)
    with pytest.raises(micropop.Error, match=advice) as caught:
        poll(store, Mailbox(MAILS))
    assert type(caught.value).__name__ == name
    assert list(store.mails()) == []


class CircuitPythonOs(types.ModuleType):
    """The functions of CircuitPython's ``os`` that concern files, and the count of ``sync`` calls."""

    def __init__(self):
        super().__init__("os")
        self.syncs = 0
        for name in ("chdir", "getcwd", "listdir", "mkdir", "remove", "rename", "rmdir", "stat", "statvfs", "urandom"):
            setattr(self, name, getattr(os, name))

    def sync(self):
        self.syncs += 1


def test_what_circuitpython_has_is_enough(folder, monkeypatch):
    """No ilistdir, no fsync, and of hashes only SHA-1 by its name; sectors are held back until sync()."""
    hashes = types.ModuleType("hashlib")
    hashes.new = lambda name, data=b"": {"sha1": hashlib.sha1}[name](data)
    files = CircuitPythonOs()
    names = [name for name in sys.modules if name.startswith("micropop.store")]
    with monkeypatch.context() as patched:
        patched.setattr(micropop, "store", micropop.store)  # which the import below sets, and the end puts back
        for name in names:
            patched.delitem(sys.modules, name)
        patched.setitem(sys.modules, "os", files)
        patched.setitem(sys.modules, "hashlib", hashes)
        mailbox = Mailbox(MAILS)
        store = importlib.import_module("micropop.store").Store(folder)
        stored = poll(store, mailbox, delete=True)
        assert files.syncs == 3 * len(MAILS)  # the mail, its name, its record
        assert [content(one) for one in stored] == [text for _, text in MAILS]
        assert poll(store, mailbox) == []
        assert len(list(store.pending())) == 5
        assert store.prune(1) == 4
        for name in [name for name in sys.modules if name.startswith("micropop.store")]:
            del sys.modules[name]


def test_what_micropython_has_is_enough(folder, monkeypatch):
    """Names come one at a time, each in a tuple; what was flushed is on flash, and a folder cannot be opened."""
    files = types.ModuleType("os")
    for name in ("mkdir", "remove", "rename", "stat", "statvfs", "urandom"):
        setattr(files, name, getattr(os, name))
    files.ilistdir = lambda path: iter([(name, 0x8000, 0, 0) for name in os.listdir(path)])
    with monkeypatch.context() as patched:
        patched.setattr(micropop, "store", micropop.store)  # which the import below sets, and the end puts back
        for name in [name for name in sys.modules if name.startswith("micropop.store")]:
            patched.delitem(sys.modules, name)
        patched.setitem(sys.modules, "os", files)
        mailbox = Mailbox(MAILS)
        store = importlib.import_module("micropop.store").Store(folder)
        assert [content(one) for one in poll(store, mailbox)] == [text for _, text in MAILS]
        assert poll(store, mailbox) == []
        assert len(list(store.pending())) == 5
        assert store.prune(1) == 4
        assert store.free() > 0
        for name in [name for name in sys.modules if name.startswith("micropop.store")]:
            del sys.modules[name]


def test_no_file_is_left_open(folder, monkeypatch):
    """A board has few of them at a time, and nothing else that would close one."""
    opened = []
    real = builtins.open

    def noted(*how, **named):
        opened.append(real(*how, **named))
        return opened[-1]

    monkeypatch.setattr(builtins, "open", noted)
    store = Store(folder)
    mailbox = Mailbox(MAILS)

    def poll_to_delete():
        with session(mailbox) as client:
            list(store.fetch(client, delete=True))  # no QUIT

    def damaged():
        with real(next(store.mails()).path, "r+b") as file:
            file.write(b"damaged")
        assert [one.whole for one in store.pending()][:1] == [False]

    def left():
        for _ in store.pending():
            break

    def refused():
        mailbox.mails += [[b"new", mail("new", 90)], [b"", mail("nameless", 90)]]
        mailbox.refusing = {"RETR 6": "no", "DELE 1": "no"}
        poll(store, mailbox, delete=True)
        mailbox.refusing = {}

    def by_header():
        mailbox.commands = ("TOP",)
        poll(store, mailbox, user="another")

    steps = (
        poll_to_delete,
        left,
        damaged,
        refused,
        poll_to_delete,
        lambda: poll(store, mailbox, newest=1),
        by_header,
        lambda: store.forget(b"uid-2"),
        lambda: store.seen(b"uid-3"),
        lambda: store.prune(0),
    )
    for step in steps:
        step()
        assert opened and [file.name for file in opened if not file.closed] == [], step
        opened.clear()


def test_the_store_takes_little_of_a_boards_heap():
    assert board().run("import_heap", "micropop", "micropop.store")["micropop.store"] <= 3072


@pytest.mark.parametrize("server", KINDS, indirect=True)
def test_real_servers_have_each_mail_stored_once_and_recognised_when_a_session_broke(folder, server):
    """Nothing is deleted: no session that deletes comes to its QUIT."""

    def stored():
        connection = micropop.connect("127.0.0.1", server.port, tls=False)
        with connection as client:
            client.login("mrose", "tanstaaf", cleartext=True)
            count = client.stat()[0]
            found = [(mail.number, hashlib.sha256(content(mail)).digest()) for mail in store.fetch(client, delete=True)]
            assert store.refused is None
            assert client.deleted == count
            return count, found

    store = Store(folder)
    count, first = stored()
    with micropop.connect("127.0.0.1", server.port, tls=False) as client:
        client.login("mrose", "tanstaaf", cleartext=True)
        expected = []
        for number in range(1, count + 1):
            digest = hashlib.sha256()
            with client.retrieve(number) as message:
                for packet in message:
                    digest.update(packet.data)
            expected.append((number, digest.digest()))
    assert first == expected
    assert stored() == (count, [])  # each is known to be the one on flash, and was to be deleted again


def test_a_poll_that_was_left_and_taken_up_again_behind_another_costs_no_mail(folder):
    """Two at a time would give two mails the same serial number, of which the program gets one."""
    mailbox = Mailbox(mails(4))
    for delete in (False, True):
        store = Store(f"{folder}{delete}")
        with session(mailbox) as one, session(mailbox) as other:
            left = store.fetch(one, delete=delete)
            assert next(left).serial == 1
            newer = store.fetch(other, delete=delete)
            assert next(newer).serial == 2
            with pytest.raises(micropop.InvalidState):
                next(left)
            left.close()
            assert [stored.serial for stored in newer] == [3, 4]
        assert sorted(given(store)) == sorted(text for _, text in mailbox.mails)


def test_a_poll_that_is_over_does_nothing(folder):
    store = Store(folder)
    with session(Mailbox(mails(1))) as client:
        poll = store.poll()
        poll.open()
        poll.close()
        for step in (poll.open, lambda: poll.look(client), poll.finish):
            with pytest.raises(micropop.InvalidState):
                step()


def test_a_poll_that_did_not_look_has_nothing_to_do(folder):
    poll = Store(folder).poll()
    poll.open()
    assert list(poll.mails()) == []
    poll.close()


def test_what_only_a_poll_needs_is_gone_behind_it(folder):
    mailbox = Mailbox(mails(40, 50))
    store = Store(folder)
    assert len(poll(store, mailbox, delete=True)) == 40
    names = [name for name in os.listdir(folder) if not name.endswith(".eml")]
    assert [name for name in names if not name[5:].split(".")[0].isdigit()] == []


@pytest.mark.parametrize(
    "call",
    [
        lambda store: list(store.mails()),
        lambda store: list(store.pending()),
        lambda store: store.prune(0),
        lambda store: store.seen(b"uid-1"),
        lambda store: store.forget(b"uid-1"),
        lambda store: Store(store.folder),
        lambda store: poll(store, Mailbox(MAILS)),
    ],
    ids=["mails", "pending", "prune", "seen", "forget", "Store", "fetch"],
)
def test_a_card_that_was_taken_out_is_told_by_every_call(folder, monkeypatch, call):
    store = Store(folder)
    poll(store, Mailbox(MAILS))

    def failing(*_):
        raise OSError(19, "No such device")

    for name in ("listdir", "mkdir"):
        monkeypatch.setattr(os, name, failing)
    with pytest.raises(micropop.StoreError, match="19"):
        call(store)


def test_a_full_flash_of_which_some_is_counted_twice_has_no_room(tmp_path, monkeypatch):
    """As littlefs does, whose number of free blocks may be less than nothing."""
    monkeypatch.setattr(os, "statvfs", lambda folder: (4096, 4096, 212, -21, -21))
    with pytest.raises(micropop.StoreFull, match=r"\(0 bytes free\)"):
        poll(Store(str(tmp_path)), Mailbox([(b"id-1", b"Subject: 1\r\n\r\nx\r\n")]))


def test_what_list_says_of_the_newest_mails_is_known(folder):
    mailbox = Mailbox([(b"uid-%d" % n, mail("m", 300 + 7 * n)) for n in range(1, 71)])
    client = session(mailbox)
    octets = [0] + [size for _, size in client.list()]
    poll = Store(folder).poll()
    try:
        poll.open()
        poll.look(client)
        assert [poll.size(number) for number in range(71)] == [0] * 7 + octets[7:]
        assert poll.size(71) == 0
    finally:
        poll.close()
    client.quit()


def test_where_what_was_given_cannot_be_noted_prune_makes_room_and_each_mail_is_given_once():
    """Not one more is given till then: after a power cut it would come twice."""
    place = flaky.folder()
    flash = flaky.Flash(place)
    store = Store(place + "/mail")
    poll(store, Mailbox(mails(4)))
    came = []
    for stored in store.pending():
        came.append(content(stored))
        if len(came) == 2:
            break  # the second is given again
    del came[1]
    flash.room = flash.used()
    with flash.running():
        for _ in range(3):
            with pytest.raises(micropop.StoreFull):
                came.extend(content(stored) for stored in store.pending())
        assert came == [text for _, text in mails(2)]
        assert store.prune(2) == 2
        came += given(store)
    assert came == [text for _, text in mails(4)]
    shutil.rmtree(place)
