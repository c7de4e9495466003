"""The mails that are on flash already: no network needed."""

import os
from binascii import unhexlify

from .flash import flush, names
from .store_files import Mail, given, serial

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


def pending(folder):
    """See ``Store.pending()``."""
    for mail in mails(folder, given(folder)):
        yield mail
        path = folder + "/given"
        try:
            file = open(path, "r+b")  # in place, so that FAT never has it empty
        except OSError:
            file = open(path, "wb")
        with file:
            file.write(b"%08d" % mail.serial)
            flush(file)


def prune(folder, keep):
    """See ``Store.prune()``."""
    surplus = sum([1 for name in names(folder) if serial(name)]) - keep
    if surplus <= 0:
        return 0
    from .seen import DELETE, Seen

    last = given(folder)
    gone = 0
    seen = Seen(folder + "/seen")
    try:
        for mail in mails(folder):
            if gone == surplus or mail.serial > last:
                break
            slot = seen.find(unhexlify(mail.id))
            if slot < 0 or not seen.load(slot) & DELETE:
                os.remove(mail.path)
                gone += 1
    finally:
        seen.file.close()
    return gone
