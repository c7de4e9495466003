"""Whose fault an exception is, and whether a poll goes on."""

from .entry import BEFORE, FAILED, NOTE, Entry, count, enter, unpack
from .queue import COMPARE, NAMELESS, WAITS
from .table import Table, key_of
from .upkeep import drop

_NO_ROOM = (28, 122)  # error numbers
_CALLS = (0x01, 0xB6, 0xB7)  # status of PoolEmpty, PayloadTooSmall, InvalidState


def is_refusal(error):
    """Whether the server refused one thing, and the session goes on."""
    return hasattr(error, "code") and not getattr(error, "fatal", True)


def is_fault(error):
    """Whether an exception may be the fault of a mail or the server, and not of the program or the flash."""
    if isinstance(error, MemoryError):
        return True
    return hasattr(error, "fatal") and error.status not in _CALLS


def note_of(poll, table, name):
    """What is known of the server under this name: an Entry, which may be new."""
    data = table.note(name, poll.mailbox)
    return unpack(data) if data else Entry(key_of(b"\0" + name) + poll.mailbox, NOTE)


def passes_over(poll, number, key, kind, error):
    """Whether a poll goes on without a mail; then, and if it may be the mail's fault, that is noted."""
    if isinstance(error, OSError):
        if error.args[0] not in _NO_ROOM:
            return False
        poll.full = error  # for this mail; others may be shorter
    elif not isinstance(error, Exception) or not is_fault(error):
        return False
    unread = kind in (COMPARE, WAITS) and not poll.stranger  # it may be one of those that are known, or none
    if unread or kind == NAMELESS or key == key_of(b"%d" % number):
        poll.blind = True
    table = Table(poll.path, poll.entries, poll.base, poll.met)
    try:
        entry = None
        slots = table.group(key + poll.mailbox) if kind != NAMELESS else ()
        for slot in slots:
            data = table.entry(slot)
            if data[9] & 7 == FAILED or not (unread or poll.stranger):
                table.meet(slot)
                entry = entry or unpack(data)
        if kind == NAMELESS:
            entry = note_of(poll, table, b"%d" % number)
        elif unread and len(slots) == 1 and not table.is_met(slots[0]):
            known = unpack(data)
            if not known.doubled:  # of several mails each would forget the failures of the others
                entry = known
        if not entry or entry.state == BEFORE:
            entry = Entry(key + poll.mailbox, FAILED)
            entry.doubled = unread and len(slots) > 0
            if error is poll.full and not entry.doubled:
                enter(poll, entry)  # lest it pass for older than those behind it that come
    finally:
        table.close()
    if error is not poll.full:
        count(poll, entry, error)
    return poll.client.state != "CLOSED" and not isinstance(error, MemoryError)


def drop_half(poll):
    """Remove what there is of a mail that is not recorded."""
    half, poll.half = poll.half, None
    if half:
        try:
            drop(poll.folder, half)
        except OSError:
            pass  # whoever opens the store next will
