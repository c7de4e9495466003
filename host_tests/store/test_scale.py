"""A mailbox of ten thousand mails takes as much memory as one of ten, and reads that grow in a straight line."""

import builtins
import os
import random

import pytest
from micropop.store.log import STORED, packed
from micropop.store.table import Table, key_of
from micropop.store.tidy import Pieces, write

from host_tests.store.polls import Mailbox, Store, poll

KINDS = ("first", "nothing new", "one new")


def test_on_a_board_ten_thousand_mails_in_any_order_take_the_memory_of_ten(run):
    """UIDs of 70 octets, which every session lists in another order; counted on a real littlefs."""
    few, many, most = (run("scale", count, lines=3) for count in (10, 1000, 10_000))
    heaps = [most[::4]]
    while any(found > other + 128 for found, other in zip(least(heaps), many[::4], strict=True)) and len(heaps) < 3:
        # a word on the stack that looks like an address keeps what lies there; what is needed is so in every run
        heaps.append(run("scale", 10_000, lines=3)[::4])
    for kind, heap in enumerate(least(heaps)):
        octets, commands, read = range(4 * kind + 1, 4 * kind + 4)
        assert heap <= few[4 * kind] + 1536, KINDS[kind]
        assert heap <= many[4 * kind] + 128, KINDS[kind]
        assert most[octets] <= 10.5 * many[octets], KINDS[kind]
        assert most[read] <= 14 * many[read], KINDS[kind]
        assert most[commands] <= (11 * many[commands] if kind == 0 else 6), KINDS[kind]


def test_a_uid_that_is_used_again_among_thousands_costs_no_header_later(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: None)
    box = Mailbox([(b"uid-%d" % n, b"Subject: %d\r\n\r\nx\r\n" % n) for n in range(2100)])
    store = Store(str(tmp_path / "mail"))
    poll(store, box)
    for n in range(4):  # a poll finds out only of a part of them, at random, whether they are listed
        box.mails[-1 - 10 * n][1] = b"Subject: another\r\n\r\nlonger\r\n"
        assert len(poll(store, box)) == 1
        poll(store, box)
        assert not [line for line in box.asked if line.startswith("TOP")]


def least(runs):
    """The least of each figure."""
    return [min(figures) for figures in zip(*runs, strict=True)]


class Counted:
    """A file whose reads are counted."""

    def __init__(self, file, counts):
        self._file, self._counts = file, counts

    def __getattr__(self, name):
        if name in ("read", "readinto"):
            self._counts["reads"] += 1
        if name == "write":
            self._counts["writes"] += 1
        return getattr(self._file, name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()


@pytest.fixture
def counts(monkeypatch, tmp_path):
    found = {"reads": 0, "writes": 0}
    real = builtins.open

    def opened(path, *rest, **named):
        file = real(path, *rest, **named)
        return Counted(file, found) if str(path).startswith(str(tmp_path)) else file

    monkeypatch.setattr(builtins, "open", opened)
    monkeypatch.setattr(os, "fsync", lambda _: None)
    return found


def cost(folder, counts, count, deleted=0):
    """(octets, reads, writes) of a first fetch, of a poll that finds nothing new, and of one that finds one more and
    some fewer."""
    box = Mailbox([(b"%016x" % (n * 7919), b"Subject: %d\r\n\r\nx\r\n" % n) for n in range(count)])
    found = []
    for turn in range(3):
        if turn == 2:
            box.mails.append([b"new", b"Subject: new\r\n\r\nx\r\n"])
            box.mails = box.mails[::-1]  # in another order
            del box.mails[: deleted * count // 100]
        box.sent = counts["reads"] = counts["writes"] = 0
        store = Store(folder)
        poll(store, box)
        found.append((box.sent, counts["reads"], counts["writes"]))
        for _ in store.pending():
            pass
    return found


@pytest.mark.parametrize("deleted", [0, 50], ids=["", "half of them gone elsewhere"])
def test_four_times_as_many_mails_take_four_times_as_much_of_everything(tmp_path, counts, deleted):
    small = cost(str(tmp_path / "small"), counts, 300, deleted)
    large = cost(str(tmp_path / "large"), counts, 1200, deleted)
    for kind, few, many in zip(KINDS, small, large, strict=True):
        for what, one, other in zip(("octets", "reads", "writes"), few, many, strict=True):
            assert other <= 5 * max(one, 50), f"{kind}: {what}"


def test_a_first_fetch_reads_the_list_once_or_twice(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: None)
    for newest in (None, 50):
        box = Mailbox([(b"%d" % (n * 31), b"Subject: %d\r\n\r\nx\r\n" % n) for n in range(500)])
        poll(Store(str(tmp_path / f"{newest}")), box, newest=newest)
        assert box.asked.count("UIDL") == (1 if newest is None else 2)


def test_an_entry_is_found_with_two_or_three_reads_whether_it_is_there_or_not(tmp_path, counts):
    many, few = 20_000, 500
    for turn in range(3):  # keys that are denser than expected here, or there
        path = str(tmp_path / f"table{turn}")
        known = [packed(key_of(b"%d %d" % (turn, n)) + b"me", STORED, n + 1, 0, 0, 0, 0) for n in range(many)]
        write(path, sorted(known), 0)
        table = Table(path, many)
        for words in (random.Random(turn).sample(known, few), [key_of(b"no %d" % n) for n in range(few)]):
            counts["reads"] = 0
            for word in words:
                slot = table.find(word[:7])
                assert (table.entry(slot) == word) if len(word) > 7 else slot == -1
            assert counts["reads"] <= 3 * few
        table.close()


def test_a_log_that_does_not_fit_into_memory_is_sorted_with_few_writes(tmp_path, counts):
    keys = [key_of(b"%d" % n) for n in range(2048)]
    log = [packed(key + b"me", STORED, n + 1, 0, 0, 0, 0) for n, key in enumerate(keys)]
    path = str(tmp_path / "log")
    with open(path, "wb") as file:
        file.write(b"".join(log))
    counts["writes"] = 0
    pieces = Pieces(str(tmp_path / "sort%d"))
    assert list(pieces.sort(path)) == sorted(log)
    assert counts["writes"] <= 8 * len(log)  # it doubles what is sorted each time
    pieces.clear()
    assert os.listdir(tmp_path) == ["log"]
