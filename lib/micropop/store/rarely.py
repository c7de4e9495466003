"""What a reading of the list seldom comes to."""

from .asking import head_of
from .entry import BEFORE, STORED, Entry, count, is_old_enough, unpack
from .faults import is_fault, is_refusal, note_of
from .head import mark_of
from .log import append
from .upkeep import name_of

_EACH = 64  # mails of the newest and of the oldest
_MOST = 1024


def pass_by(poll, number, key, place, count):
    """Remember a mail that is not wanted.

    Of those from before this board began the newest and the oldest are remembered, and some between: mails that are
    listed before one of them are as old. Of those that come later all are, unless they are too many.

    :param int place: its place among the mails that are not wanted, from 1
    :param int count: how many of them there are
    """
    if count - place >= (_MOST if poll.entries else _EACH):
        step = 1
        while place > _EACH * step:
            step *= 2
        if place % step or poll.entries:
            return
    entry = Entry(key + poll.mailbox, BEFORE)
    entry.size = poll.mark(number)
    append(poll.path, entry.pack())


def double(poll, data):
    """Remember that a UID is that of several mails."""
    entry = unpack(data)
    entry.doubled = True
    append(poll.path, entry.pack())


def is_doomed(poll, data):
    """Whether the server is to delete a mail now."""
    return is_old_enough(poll, unpack(data))


def is_lost(poll, data):
    """Whether the file of a mail is no longer there."""
    return not name_of(poll.folder, unpack(data))


def is_another(poll, table, number, slot):
    """Whether the mail with this number has another header than the one that is known."""
    entry = unpack(table.entry(slot))
    if entry.state != STORED or entry.fails > 1:
        return False
    try:
        return mark_of(head_of(poll.client, number)) != entry.head
    except Exception as error:
        if is_refusal(error):
            return False
        if is_fault(error):
            count(poll, entry, error)
        raise


def has_no_uids(poll, table, error):
    """Whether a server that refused UIDL has none; no, if it has no mails either. Raises the error where it may only be
    out of order."""
    if not poll.client.stat()[0]:
        return False
    if error.retry:
        raise error
    for slot in range(table.count):
        data = table.entry(slot)
        if data[7:9] == poll.mailbox and data[9] & 7 in (STORED, BEFORE):
            raise error
    entry = note_of(poll, table, b"UIDL")
    append(poll.path, entry.pack())
    return True
