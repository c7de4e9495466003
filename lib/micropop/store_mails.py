"""The mails that are on flash already: no network needed."""

import os

from .flash import flush, names
from .store_files import Mail, serial

_NAMES = 8  # in memory at a time


def mails(folder, after=0):
    """Iterate over the mails behind the serial number ``after``, oldest first."""
    while True:
        found = []
        for name in names(folder):
            if serial(name) > after and (len(found) < _NAMES or name < found[-1]):
                found.append(name)
                found.sort()
                if len(found) > _NAMES:
                    found.pop()
        if not found:
            return
        for name in found:
            yield Mail(folder, name)
        after = serial(name)


def pending(store):
    """See ``Store.pending()``."""
    for mail in mails(store.folder, store.given()):
        yield mail
        path = store.folder + "/given"
        try:
            try:
                file = open(path, "r+b")  # in place, so that FAT never has it empty
            except OSError:
                file = open(path, "wb")
            with file:
                file.write(b"%08d" % mail.serial)
                flush(file)
        except OSError as error:
            store.failed(error)


def prune(store, keep):
    """See ``Store.prune()``."""
    surplus = sum(1 for name in names(store.folder) if serial(name)) - keep
    gone = 0
    for mail in mails(store.folder):
        if gone >= surplus or mail.serial > store.given():
            break
        os.remove(mail.path)
        gone += 1
    return gone
