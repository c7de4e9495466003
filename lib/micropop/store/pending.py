"""Mails that are on flash: given to the program, and removed. No network needed."""

import os
from binascii import unhexlify

from .entries import entries
from .files import serial
from .flash import names
from .mails import mails
from .record import unpack
from .survey import survey
from .upkeep import give, given, sum_of


def pending(store):
    """See ``Store.pending()``."""
    folder = store.folder
    last = given(folder)
    if store.given > last:  # the flash was full when that was to be noted
        give(folder, store.given)
        last = store.given
    record = None
    try:
        for mail in mails(folder, last):
            if mail.whole:
                record = record or survey(folder)
                entry = entry_of(record, mail)
                if entry and entry.sum != sum_of(mail.path):
                    mail.whole = False
                    if not store.polling:
                        record.drop(entry)  # it comes again if it is still on the server
                        store.untidy = True
            yield mail
            store.given = mail.serial
            give(folder, mail.serial)
    finally:
        if record:
            record.close()
    if store.untidy and not store.polling:
        store.untidy = False
        tidy_up(folder)


def tidy_up(folder):
    # what else the next poll would do, when memory may be shorter
    record = survey(folder)
    if record.untidy or record.litter:
        from .tidy import tidy

        tidy(record)
    record.close()


def entry_of(record, mail):
    # what the record has of a mail on flash, or None
    key = unhexlify(mail.id)
    slot = record.find(key)
    while record.is_at(key, slot):
        entry = record.entry(slot)
        if entry and entry.serial == mail.serial:
            return entry
        slot += 1
    for data in entries(record.path + ".log"):
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
