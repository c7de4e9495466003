"""What the server lists: LIST, for the sizes of the newest mails, and UIDL, for what there is to do."""

from random import getrandbits

from .queue import AGAIN, COMPARE, NAMELESS, NEW
from .record import BEFORE, FAILED, NOBODY, NOTE, STORED, Entry, key_of

try:
    from micropython import const
except ImportError:
    const = int

_FENCE = const(64)  # mails from before this board began that are remembered: the newest
_SKIPPED = const(1024)  # ... and of those that come later, but more of them at once than are wanted
_LATE = const(8)  # mails set aside that one poll tries
_RARELY = const(4)  # failures: LIST that ended a session is tried again in the 16th poll
_WINDOW = const(2048)  # see poll.py
_SIZES = const(64)
_NO_KEY = b"\0\0\0\0\0\0\0"


def look(poll):
    """Put what there is to do into a poll's queue."""
    poll.begin(0)
    poll.by_header = poll.note(b"UIDL").fails > 0
    sizes(poll)
    newest = poll.newest
    fenced = newest is not None and poll.record.before > 0
    fresh = scan(poll, newest is None, 0, fenced)
    if fresh is None:  # nothing of what was known is listed
        fenced = False
        fresh = scan(poll, False, 0, False)
    skip = fresh - newest if newest is not None and fresh > newest else 0
    if skip or poll.queue.lost:
        scan(poll, True, skip, fenced)
    if poll.last and is_another(poll, *poll.last):
        scan(poll, True, skip, fenced, True)


def sizes(poll):
    """Keep the sizes that LIST has for the newest mails. A server that does not say does without."""
    note = poll.note(b"LIST")
    if note.fails and not poll.is_due(note):
        return
    try:
        listing = poll.client.list()
        try:
            for number, octets in listing:
                at = number % _SIZES * 4
                poll.sizes[at : at + 4] = min(octets, 0x3FFFFFFF).to_bytes(4, "little")
                poll.listed = max(poll.listed, number)
        finally:
            listing.close()
    except Exception as error:
        from .faults import is_fault, is_refusal

        if is_refusal(error):
            return
        if is_fault(error):
            note.fails = max(note.fails, _RARELY)  # it is of use, but can be done without
            poll.count(note, error)
        raise


def scan(poll, spill, skip, fenced, suspect=False):
    """Read UIDL. Returns how many mails are new; None where that cannot be told because of ``fenced``.

    :param bool spill: put all notes into the queue, those too that do not fit into memory
    :param int skip: so many of the new mails are not wanted, the first
    :param bool fenced: what is listed before all that is known was there before this board began
    :param bool suspect: a UID that is the mail's number is not to be trusted
    """
    queue = poll.queue
    record = poll.record
    remember = _SKIPPED if record.count else _FENCE
    fresh = held = 0
    queue.clear(spill)
    poll.late = []
    windows = (record.count + _WINDOW - 1) // _WINDOW
    poll.begin(getrandbits(16) % windows * _WINDOW if windows else 0)
    listing = uids(poll)
    try:
        for number, uid in listing:
            key = uid[:7] if poll.by_header else key_of(uid) if uid else _NO_KEY
            slots = record.group(key + poll.mailbox) if uid else ()
            weak = uid == b"%d" % number
            poll.last = (number, slots[0]) if weak and slots else None
            entry = None
            kind = NEW
            if not uid:
                kind = NAMELESS
                entry = poll.note(b"%d" % number)
            elif slots:
                fenced = False
                entry = record.entry(slots[0])
                kind = wanted(poll, entry, number, slots, weak and suspect)
                if kind is None:
                    continue
            elif fenced:
                held += 1
                continue
            if kind == NEW:
                fresh += 1
                if fresh <= skip:
                    if fresh + remember > skip:
                        entry = Entry(key + poll.mailbox, BEFORE)
                        entry.size = poll.mark(number)
                        record.add(entry, False)
                    continue
            if not entry or entry.fails < 2:
                queue.append(number, key, kind)
            elif poll.is_due(entry) and len(poll.late) < _LATE:
                poll.late.append((number, key, kind))
            elif uid:
                for slot in slots:
                    poll.meet(slot)
            else:
                poll.blind = True
    finally:
        listing.close()
    record.sync()
    return None if fenced and held else fresh


def wanted(poll, entry, number, slots, suspect):
    """What there is to do with a mail that is known; None: nothing.

    :param Entry entry: the first of ``slots``, all that have its key
    :param bool suspect: its UID is not to be trusted
    """
    slot = slots[0]
    if len(slots) > 1 or entry.doubled:
        return COMPARE
    if poll.is_met(slot):  # its UID is listed twice: from the next poll on it does not count
        entry.doubled = True
        poll.record.add(entry)
        return None
    mark = poll.mark(number)
    changed = mark and entry.size and mark != entry.size
    if entry.state == STORED:
        if (
            suspect
            or changed
            or entry.name[7:] == NOBODY
            or (entry.delete and poll.delete and poll.is_old_enough(entry))
        ):
            return COMPARE
    poll.meet(slot)
    if entry.state == FAILED or (entry.serial > poll.given > 0 and is_lost(poll, entry)):
        return AGAIN
    if entry.state == BEFORE and (changed or poll.newest is None):
        return NEW
    return None


def uids(poll):
    """Iterate over (number, UID) of all mails; ``close()`` it. Where the server has no UIDs, headers' hashes."""
    if not poll.by_header:
        try:
            return poll.client.uidl()
        except Exception as error:
            from .faults import is_refusal

            if not is_refusal(error):
                raise
            if poll.client.stat()[0]:
                if error.retry or is_known(poll):
                    raise
                poll.by_header = True
                note = poll.note(b"UIDL")
                note.fails = 1
                poll.record.add(note)
    from .uidless import uids

    return uids(poll)


def is_known(poll):
    # whether any mail of the mailbox is known
    for slot in range(poll.record.count):
        entry = poll.record.entry(slot)
        if entry and entry.name[7:] == poll.mailbox and entry.state != NOTE:
            return True
    return False


def is_lost(poll, entry):
    # whether the file of a mail that the program was not given yet is no longer there
    from .upkeep import name_of

    return not name_of(poll.folder, entry)


def is_another(poll, number, slot):
    # whether the mail with this number has another header than the one that is known
    from .copy import head_of, mark_of
    from .faults import is_fault, is_refusal

    entry = poll.record.entry(slot)
    if entry.state != STORED or entry.fails > 1:
        return False
    try:
        return mark_of(head_of(poll.client, number)) != entry.head
    except Exception as error:
        if is_refusal(error):
            return False
        if is_fault(error):
            poll.count(entry, error)
        raise
