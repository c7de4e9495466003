"""A mail of which something is known: its header tells whether it is the one."""

from .asking import head_of
from .entry import GONE, STORED, is_old_enough, unpack
from .faults import drop_half, is_refusal
from .files import Mail
from .flash import remove
from .head import hashed, mark_of
from .log import append
from .queue import AGAIN, COMPARE, NAMELESS, WAITS
from .table import NOBODY, WINDOW, Table, key_of
from .upkeep import given, name_of, sum_of


def deal(poll, number, key, kind, fetch, keep):
    """Do what there is to do with a mail. Returns a Mail if it was stored.

    :param fetch, keep: how to do that
    """
    table = Table(poll.path, poll.entries, poll.base, poll.met)
    copy = None
    try:
        head = header(poll.client, number) if kind != AGAIN else None
        if head is None and kind != WAITS:  # it is to be fetched, or the server has no TOP
            copy = fetch(poll, number, key)
            head = hashed(copy.start)
        if kind == NAMELESS:
            key = head[:7]
        slot = match(poll, table, number, key, mark_of(head), kind) if head else None
        if slot is None and kind == WAITS:
            poll.blind = True
            return None
        useless = ""
        if slot is not None:
            drop_half(poll)
            copy = None
            if slot < 0:
                return None
            entry = unpack(table.entry(slot))
            for other in table.group(entry.name[:7] + poll.mailbox):
                if unpack(table.entry(other)).serial == entry.serial:
                    table.meet(other)  # the same mail, from before a power cut
            if not is_needed(poll, entry):
                return know(poll, number, key, slot, entry)
            useless = name_of(poll.folder, entry)
        poll.stranger = slot is None and kind == COMPARE
        mail = keep(poll, number, key, copy or fetch(poll, number, key))
        if kind != NAMELESS:
            replace(poll, table, key)
        if useless:
            remove(poll.folder + "/" + useless)
        return mail
    finally:
        table.close()


def header(client, number):
    # the hash of a mail's header; None where the server has no TOP
    try:
        return head_of(client, number)
    except Exception as error:
        if not is_refusal(error):
            raise
    return None


def match(poll, table, number, key, head, kind):
    # the slot of a mail that was not met, by its header; or None. -1: of a UID that is listed twice one mail is known,
    # and the next poll tells which
    own = table.group(key + poll.mailbox)
    moves = key == key_of(b"%d" % number)  # its UID is its number: it may be known under another
    size = poll.mark(number) if moves else 0
    if kind != AGAIN:
        for slot in own:
            if is_mail(poll, table, slot, head, size):
                if not table.is_met(slot):
                    table.meet(slot)
                    return slot
                if kind == COMPARE and len(own) == 1 and not unpack(table.entry(slot)).doubled:
                    return -1
    if moves:
        for slot in range(table.count):
            if slot not in own and not table.is_met(slot) and is_mail(poll, table, slot, head, size):
                table.meet(slot)
                return slot
    return None


def is_mail(poll, table, slot, head, size):
    # whether an entry is that of a mail with this header, and this size, where both are known
    entry = unpack(table.entry(slot))
    if size and entry.size and size != entry.size:
        return False
    return entry.state == STORED and entry.head == head and entry.name[7:] in (poll.mailbox, NOBODY)


def replace(poll, table, key):
    # a mail was fetched: what was known under its UID is forgotten, unless that is another and the end of the poll
    # tells whether it is listed, too
    slots = table.group(key + poll.mailbox)
    if len(slots) == 1:
        entry = unpack(table.entry(slots[0]))
        if entry.serial and not entry.doubled and entry.name[7:] == poll.mailbox:
            if poll.stranger and table.is_met(slots[0]):
                entry.doubled = True
            elif poll.stranger and 0 <= slots[0] - poll.base < WINDOW:
                return
            else:
                entry.state = GONE
            append(poll.path, entry.pack())


def know(poll, number, key, slot, entry):
    # a mail is the one that is known. Returns a Mail if nobody knew whose it was
    before = entry.pack()
    name = ""
    if entry.name[7:] == NOBODY:
        name = name_of(poll.folder, entry)
        entry.delete = poll.delete and name.endswith(".eml")
        entry.day = poll.today
    doomed = entry.delete and poll.delete and is_old_enough(poll, entry)
    if not doomed:
        entry.fails = 0
    entry.name = key + poll.mailbox
    entry.size = poll.mark(number) or entry.size
    if entry.pack() != before:
        slot = append(poll.path, entry.pack())
        if before[:9] != entry.name:
            entry.name = before[:9]
            entry.state = GONE
            append(poll.path, entry.pack())
    if doomed and (entry.fails < 2 or poll.is_due(before)):
        poll.doomed.doom(number, slot)
    return Mail(poll.folder, name, number) if name else None


def is_needed(poll, entry):
    # whether a mail is to be deleted that the program was not given, and is not whole on flash
    if not (entry.delete and poll.delete and is_old_enough(poll, entry)) or entry.serial <= given(poll.folder):
        return False
    name = name_of(poll.folder, entry)
    return not name.endswith(".eml") or sum_of(poll.folder + "/" + name) != entry.sum
