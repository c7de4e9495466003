"""A mail of which something is known: its header tells whether it is the one."""

from .copy import head_of, mark_of
from .faults import drop_half, is_refusal
from .fetching import FIRST, fetch, keep
from .files import Mail
from .queue import AGAIN, COMPARE, NAMELESS
from .record import NOBODY, STORED, unpack
from .upkeep import given, name_of, sum_of


def deal(poll, number, key, kind):
    """Do what there is to do with a mail. Returns a Mail if it was stored."""
    slot = head = copy = None
    if kind != AGAIN:
        head = header(poll.client, number)
        if head is None:  # the server has no TOP
            copy = fetch(poll, number, key)
            head = copy.head
        if kind == NAMELESS:
            key = head[:7]
        slot = match(poll, key, mark_of(head), kind == COMPARE)
    if slot is not None:
        drop_half(poll)
        return know(poll, number, key, slot)
    return replace(poll, number, key, copy, kind != NAMELESS)


def header(client, number):
    # the hash of a mail's header; None where the server has no TOP
    try:
        return head_of(client, number)
    except Exception as error:
        if not is_refusal(error):
            raise
    return None


def match(poll, key, head, anywhere):
    # the slot of a mail that was not met, by its header; with `anywhere` under another key as well, as UIDs may be
    # numbers that move on
    record = poll.record
    for slots in (record.group(key + poll.mailbox), range(record.count) if anywhere else ()):
        for slot in slots:
            entry = record.entry(slot)
            if (
                entry
                and entry.state == STORED
                and entry.head == head
                and entry.name[7:] in (poll.mailbox, NOBODY)
                and not poll.is_met(slot)
            ):
                poll.meet(slot)
                return slot
    return None


def replace(poll, number, key, copy, named):
    # fetch a mail; what was known under its UID is forgotten
    mail = keep(poll, number, key, copy or fetch(poll, number, key))
    slots = poll.record.group(key + poll.mailbox) if named else ()
    if len(slots) == 1:
        entry = poll.record.entry(slots[0])
        if entry.serial and not entry.doubled:
            poll.record.drop(entry)
    return mail


def know(poll, number, key, slot):
    # a mail is one that is known. Returns a Mail if nobody knew whose it was
    entry = poll.record.entry(slot)
    before = entry.pack()
    name = ""
    if entry.name[7:] == NOBODY:
        name = name_of(poll.folder, entry)
        entry.delete = poll.delete and name.endswith(".eml")
        entry.day = poll.today
    doomed = entry.delete and poll.delete and poll.is_old_enough(entry)
    if doomed and not is_safe(poll, entry):
        return replace(poll, number, key, None, True)
    if not doomed:
        entry.fails = 0
    entry.name = key + poll.mailbox
    entry.size = poll.mark(number) or entry.size
    if entry.pack() != before:
        slot = poll.record.add(entry)
        if before[:9] != entry.name:
            poll.record.drop(unpack(before))
    if doomed:
        poll.doomed.append(number, (slot + FIRST).to_bytes(7, "little"), 0)
    return Mail(poll.folder, name, number) if name else None


def is_safe(poll, entry):
    # whether the program was given a mail, or it is whole on flash
    if entry.serial <= given(poll.folder):
        return True
    name = name_of(poll.folder, entry)
    return name.endswith(".eml") and sum_of(poll.folder + "/" + name) == entry.sum
