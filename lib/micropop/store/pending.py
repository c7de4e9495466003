"""Mails that are on flash: given to the program, and removed. No network needed."""

import os
from binascii import unhexlify

from .entry import GONE, unpack
from .files import serial
from .flash import names
from .log import append
from .mails import mails
from .survey import Survey, entries
from .table import Table
from .upkeep import give, given, sum_of


def pending(store):
    """See ``Store.pending()``."""
    folder = store.folder
    if store.untidy and not store.polling:
        tidy_up(store)
    last = given(folder)
    if store.given > last:  # the flash was full when that was to be noted
        give(folder, store.given)
        last = store.given
    table = None
    try:
        for mail in mails(folder, last):
            if mail.whole:
                if not table:
                    found = Survey(folder)
                    table = Table(found.path, found.count)
                entry = entry_of(table, mail)
                if entry and entry.sum != sum_of(mail.path):
                    mail.whole = False
                    entry.state = GONE  # so that it comes again, if it is still on the server
                    append(table.path, entry.pack())
                    store.untidy = True
            yield mail
            store.given = mail.serial
            give(folder, mail.serial)
    finally:
        if table:
            table.close()


def tidy_up(store):
    # every mail must have an entry before the program may remove it; and the next poll finds its work done
    from .opening import tidied

    store.untidy = False
    try:
        tidied(store.folder)
    except OSError:
        pass  # the flash is full: the poll will say so


def entry_of(table, mail):
    # what the record has of a mail on flash, or None
    key = unhexlify(mail.id)
    slot = table.find(key)
    while table.is_at(key, slot):
        entry = unpack(table.entry(slot))
        if entry and entry.serial == mail.serial:
            return entry
        slot += 1
    for data in entries(table.path + ".log"):
        if data[:7] == key and int.from_bytes(data[10:13], "little") == mail.serial:
            return unpack(data)
    return None


def prune(store, keep):
    """See ``Store.prune()``."""
    folder = store.folder
    surplus = sum([1 for name in names(folder) if serial(name)]) - keep
    if surplus <= 0:
        return 0
    last = max(given(folder), store.given)
    gone = 0
    for mail in mails(folder):
        if gone == surplus or mail.serial > last:
            break
        os.remove(mail.path)
        gone += 1
    return gone
