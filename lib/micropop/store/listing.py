"""What the server lists: LIST, for the sizes of the newest mails, and UIDL, for what there is to do.

Entries are looked at as bytes here, which spares a class: see entry.py.
"""

from random import getrandbits

from .queue import AGAIN, COMPARE, NAMELESS, NEW, WAITS
from .table import NOBODY, WINDOW, Table, key_of

try:
    from micropython import const
except ImportError:
    const = int

_LATE = const(8)  # mails set aside that one poll tries
_HOPELESS = const(6)  # failures after which a mail's header is asked for in its turn only: that may fail, too
_RARELY = const(4)  # failures: LIST that ended a session is tried again in the 16th poll
_STORED = const(1)  # see entry.py
_FAILED = const(2)
_BEFORE = const(3)
_DELETE = const(8)
_DOUBLED = const(128)
_UNREAD = const(7 | 128)  # of one that failed, DOUBLED says that its header cannot be had either


def look(poll):
    """Put what there is to do into a poll's queue."""
    client = poll.client
    poll.blind = hasattr(client, "_polled")  # what was deleted in this session is not listed
    client._polled = True
    name = poll.mailbox or getattr(client, "user", None) or b""
    mailbox = key_of(name.encode() if isinstance(name, str) else name)
    poll.mailbox = bytes((mailbox[0] | 1, mailbox[1]))  # not NOBODY's
    table = Table(poll.path, poll.entries)
    try:
        poll.by_header = table.note(b"UIDL", poll.mailbox) is not None
        sizes(poll, table)
        newest = poll.newest
        fresh, floor = scan(poll, table, newest is None, 0, 0, False)
        skip = fresh - newest if newest is not None and fresh > newest else 0
        suspect = False
        if poll.last:
            from .rarely import is_another

            number, slot, suspect = poll.last
            suspect = suspect or is_another(poll, table, number, slot)
        if skip or suspect or poll.queue.lost:
            scan(poll, table, True, floor, skip, suspect)
        if poll.late:  # who is first takes turns, for one that ends the session keeps the others from theirs
            first = poll.store.looks // 64 % len(poll.late)
            poll.late = poll.late[first:] + poll.late[:first]
    finally:
        table.close()


def sizes(poll, table):
    """Keep the sizes that LIST has for the newest mails. They are of use, but can be done without."""
    data = table.note(b"LIST", poll.mailbox)
    if data and not poll.is_due(data):
        return
    try:
        listing = poll.client.list()
        try:
            for number, octets in listing:
                at = number % 64 * 4
                poll.sizes[at : at + 4] = min(octets, 0x3FFFFFFF).to_bytes(4, "little")
                poll.listed = max(poll.listed, number)
        finally:
            listing.close()
        if data and data[9] >> 4 & 7:
            from .entry import enter
            from .faults import note_of

            entry = note_of(poll, table, b"LIST")
            entry.fails = 0
            enter(poll, entry)
    except Exception as error:
        if hasattr(error, "code"):  # a refusal
            return
        from .entry import count
        from .faults import is_fault, note_of

        if is_fault(error):
            entry = note_of(poll, table, b"LIST")
            entry.fails = max(entry.fails, _RARELY)
            count(poll, entry, error)
        raise


def scan(poll, table, spill, floor, skip, suspect):
    """Read UIDL. Returns how many mails are new, and the number of the last mail from before this board began.

    :param bool spill: put all notes into the queue, those too that do not fit into memory
    :param int floor: what has a lower number was there before
    :param int skip: so many of the new mails are not wanted, the first
    :param bool suspect: a UID that is the mail's number is not to be trusted
    """
    queue = poll.queue
    queue.clear(spill)
    mark = queue.mark()
    fresh = 0
    begun = spill or not poll.before  # what comes now is not older than all that is known
    poll.late = []
    poll.last = None
    windows = (table.count + WINDOW - 1) // WINDOW
    poll.base = table.base = getrandbits(16) % windows * WINDOW if windows else 0
    poll.met = table.met = bytearray(min(table.count, WINDOW) // 8 + 1)
    listing = uids(poll, table)
    try:
        for number, uid in listing:
            slots = ()
            data = None  # what is known
            doubt = False  # its UID is not to be trusted
            kind = NEW
            weak = uid == b"%d" % number
            if not uid:
                kind = NAMELESS
                key = b"\0\0\0\0\0\0\0"
                data = table.note(b"%d" % number, poll.mailbox)
            else:
                key = uid[:7] if poll.by_header else key_of(uid)
                slots = table.group(key + poll.mailbox)
                if slots:
                    data = table.entry(slots[0])
                    state = data[9] & 7
                    doubt = weak and suspect
                    kind = wanted(poll, table, data, number, slots, doubt)
                    if not begun and state in (_BEFORE, _STORED):
                        begun = state == _STORED
                        fresh = 0  # what was listed till now is older
                        floor = number
                        queue.rewind(mark)
                    if weak and state == _STORED and not (poll.last and poll.last[2]):
                        poll.last = number, slots[0], kind == COMPARE
                    if kind is None:
                        continue
                    if len(slots) > 1:  # one that failed may have the UID of one that is known
                        for slot in slots:
                            other = table.entry(slot)
                            if other[9] & 112 > data[9] & 112:
                                data = other
                elif number < floor:
                    continue
            if kind == NEW:
                fresh += 1
                if fresh <= skip:
                    from .rarely import pass_by

                    pass_by(poll, number, key, fresh, skip)
                    continue
            fails = data[9] >> 4 & 7 if data else 0  # in a row
            late = fails > 1
            due = late and poll.is_due(data)
            if due and len(poll.late) < _LATE:
                poll.late.append((number, key, kind))
            elif not late or (fails < _HOPELESS and (doubt or (len(slots) > 1 and data[9] & _UNREAD == _FAILED))):
                if late:
                    kind = WAITS
                if kind != NEW:
                    queue.append(number, key, kind)
                    mark = queue.mark()
                else:  # where the number is the UID, it may be known under another
                    queue.append(number, key, COMPARE if weak and table.count else NEW)
            elif weak or not uid or (due and len(slots) > 1):  # which of those that are known it is nobody knows
                poll.blind = True
            else:
                for slot in slots:
                    table.meet(slot)
    finally:
        listing.close()
    return fresh, floor


def wanted(poll, table, data, number, slots, suspect):
    """What there is to do with a mail that is known; None: nothing.

    :param bytes data: what is known: the first of the entries in ``slots``, which have its key
    :param bool suspect: its UID is not to be trusted
    """
    slot = slots[0]
    flags = data[9]
    state = flags & 7
    if len(slots) > 1 or flags & _DOUBLED:
        return COMPARE
    if table.is_met(slot):  # its UID is listed twice: from the next poll on it does not count
        from .rarely import double

        double(poll, data)
        return COMPARE
    mark = poll.mark(number)
    size = data[13] | data[14] << 8
    changed = mark and size and mark != size
    if state == _STORED:
        if suspect or changed or data[7:9] == NOBODY:
            return COMPARE
        if flags & _DELETE and poll.delete:
            from .rarely import is_doomed

            if is_doomed(poll, data):
                return COMPARE
    table.meet(slot)
    if state == _FAILED:
        return AGAIN
    if state == _STORED and poll.given and int.from_bytes(data[10:13], "little") > poll.given:
        from .rarely import is_lost

        if is_lost(poll, data):
            return AGAIN
    if state == _BEFORE and (changed or poll.newest is None):
        return NEW
    return None


def uids(poll, table):
    """Iterate over (number, UID) of all mails; ``close()`` it. Where the server has no UIDs, headers' hashes."""
    if not poll.by_header:
        try:
            return poll.client.uidl()
        except Exception as error:
            if not hasattr(error, "code"):
                raise
            from .rarely import has_no_uids

            poll.by_header = has_no_uids(poll, table, error)
    from .uidless import uids

    return uids(poll, table)
