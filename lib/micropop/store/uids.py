"""What is known of one UID, whosever mailbox it is from."""

from .entries import entries
from .record import STORED, key_of, unpack
from .survey import survey
from .tidy import settle


def known(folder, uid, forget=False):
    """Whether a mail with this UID was stored; and then, or if it is known otherwise, ``forget`` it."""
    key = key_of(uid)
    record = survey(folder)
    groups = {}  # by mailbox
    try:
        slot = record.find(key)
        while record.is_at(key, slot):
            take(record.entry(slot), groups)
            slot += 1
        for data in entries(record.path + ".log"):
            if data[:7] == key:
                take(unpack(data), groups)
        stored = False
        for group in groups.values():
            for data in group:
                entry = unpack(data)
                stored = stored or entry.state == STORED
                if forget:
                    record.drop(entry)
    finally:
        record.close()
    return stored


def take(entry, groups):
    if entry:
        settle(groups.setdefault(entry.name, []), entry.pack())
