"""What is known of one UID, whosever mailbox it is from."""

from .entry import GONE, STORED, unpack
from .log import append
from .survey import Survey, entries
from .table import Table, key_of
from .tidy import settle


def known(folder, uid, forget=False):
    """Whether a mail with this UID was stored; and then, or if it is known otherwise, ``forget`` it."""
    key = key_of(uid)
    found = Survey(folder)
    table = Table(found.path, found.count)
    groups = {}  # by mailbox
    stored = False
    try:
        slot = table.find(key)
        while table.is_at(key, slot):
            take(unpack(table.entry(slot)), groups)
            slot += 1
        for data in entries(found.path + ".log"):
            if data[:7] == key:
                take(unpack(data), groups)
    finally:
        table.close()
    for group in groups.values():
        for data in group:
            entry = unpack(data)
            stored = stored or entry.state == STORED
            if forget:
                entry.state = GONE
                append(found.path, entry.pack())
    return stored


def take(entry, groups):
    if entry:
        settle(groups.setdefault(entry.name, []), entry.pack())
