"""Whatever is damaged, missing or left over in a store: the worst is that a mail comes once more."""

import os
import random
import shutil

import pytest

from host_tests.store.polls import Mailbox, Store, content, given, mails, poll, record, texts


@pytest.fixture
def folder(tmp_path) -> str:
    return str(tmp_path / "mail")


@pytest.mark.parametrize("how", ["remove", "cut", "flip"])
@pytest.mark.parametrize("file_system", ["littlefs", "fat"])
def test_every_file_damaged_at_every_place(run, file_system, how):
    times, again, at_once = run("damage", file_system, how)
    assert times >= {"remove": 5, "cut": 100, "flip": 1000}[how]
    assert 0 < again < times
    assert at_once <= 2  # the two that the record is about; what was given is noted twice


def store_with(folder: str, count: int, box: Mailbox) -> None:
    store = Store(folder)
    poll(store, box)
    given(store)
    assert len(texts(store)) == count


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("commands", [("UIDL", "TOP"), ("UIDL",)], ids=["TOP", "no TOP"])
def test_rubbish_in_every_file_but_the_mails(folder, commands, seed):
    dice = random.Random(seed)
    box = Mailbox(mails(4), commands)
    store_with(folder, 4, box)
    for name in os.listdir(folder):
        if not name.endswith(".eml"):
            with open(f"{folder}/{name}", "wb") as file:
                file.write(dice.randbytes(dice.choice((0, 8, 24, 40, 400, 4000))))
    box.mails += [list(one) for one in mails(5)[4:]]
    got = []
    for _ in range(4):
        store = Store(folder)
        poll(store, box, delete=True)
        got += given(store)
    assert {text for _, text in mails(5)} <= set(texts(store))
    assert box.mails == []
    assert all(got.count(one) == 1 for one in got)


def test_files_of_an_earlier_life_are_cleared_away(folder):
    box = Mailbox(mails(3))
    store_with(folder, 3, box)
    for other in ("seen.queue", "seen.doomed", "seen.sort3", "seen.999999999999", "seen.x.log", "seen.12.log.1"):
        with open(f"{folder}/{other}", "wb") as file:
            file.write(b"left by a power cut" * 9)
    box.mails += [list(one) for one in mails(4)[3:]]
    store = Store(folder)
    assert len(poll(store, box)) == 1
    given(store)
    assert len(record(folder)[0]) == 1


def test_a_newer_table_that_is_not_whole_gives_way_to_the_older(folder):
    box = Mailbox(mails(3))
    store_with(folder, 3, box)
    (name,) = record(folder)[0]
    number = int(name.split(".")[1])
    whole = open(f"{folder}/{name}", "rb").read()
    for size in range(len(whole)):
        with open(f"{folder}/seen.{number + 1}", "wb") as file:
            file.write(whole[:size])
        store = Store(folder)
        assert poll(store, box) == []


def test_what_is_damaged_in_a_large_table_costs_no_more_than_that(folder):
    box = Mailbox(mails(300, 40))
    store_with(folder, 300, box)
    (name,) = record(folder)[0]
    size = os.path.getsize(f"{folder}/{name}")
    for place in range(5, size, 997):
        shutil.rmtree(folder + "2", ignore_errors=True)
        shutil.copytree(folder, folder + "2")
        for one in Store(folder + "2").mails():
            os.remove(one.path)  # so that nothing else tells what was there
        with open(f"{folder}2/{name}", "r+b") as file:
            file.seek(place)
            byte = file.read(1)
            file.seek(place)
            file.write(bytes((byte[0] ^ 64,)))
        assert len(poll(Store(folder + "2"), box)) <= 1


def test_a_mail_whose_file_is_gone_before_it_was_given_comes_again(folder):
    box = Mailbox(mails(4))
    store = Store(folder)
    poll(store, box)
    for one in store.pending():
        if one.serial == 2:
            break  # given is the first
    os.remove([one.path for one in store.mails()][2])
    assert [content(one) for one in poll(Store(folder), box)] == [mails(4)[2][1]]
    assert sorted(given(Store(folder))) == sorted(text for _, text in mails(4)[1:])


def test_a_program_that_never_asks_what_is_pending_may_remove_what_it_likes(folder):
    box = Mailbox(mails(4))
    store = Store(folder)
    for one in poll(store, box):
        os.remove(one.path)
    for _ in range(3):
        assert poll(Store(folder), box) == []
