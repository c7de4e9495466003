"""The record: what is known of each mail, 24 bytes in a file, whatever is damaged there.

It has two files. The *table* is sorted by key, so that the entry of a mail is found with a read or two in whatever
order the server lists. The *log* has what changed since; ``tidy.py`` makes a new table of both before the next poll,
which needs to look into the table only. No byte of either is ever changed in place, and nothing is renamed: littlefs
would write anew all that follows, and FAT might lose both names. A table is good if its last 24 bytes have the hash of
the others (``survey.py`` looks); of a damaged one, and of the log, each entry with the right check sum counts.

Entries with the same key are kept apart by the serial numbers of their mails: of two mails listed with the same UID
both are known.
"""

import os
import struct

from .files import checked
from .flash import flush

try:
    from hashlib import sha256
except ImportError:  # CircuitPython has only this one everywhere
    from hashlib import new

    def sha256(data=b""):
        return new("sha1", data)


try:
    from micropython import const
except ImportError:
    const = int

_ENTRY = const(24)  # bytes
_PAGE = const(8)  # entries in memory at a time
_FORM = "<9sBHBHHBHH"

# what is known of a mail
GONE = 0  # it is no longer listed: forget it
STORED = 1  # it was stored, whole or its first part
FAILED = 2  # it could not be had
BEFORE = 3  # it was there before this board began, or is not among the newest: it is not wanted
NOTE = 4  # this is no mail, but something that is known of the server

NOBODY = b"\0\0"  # the mailbox of an entry that was made from a mail on flash


def key_of(uid):
    """The key of a UID: 7 bytes of its hash."""
    return sha256(uid).digest()[:7]


class Entry:
    """What is known of a mail.

    ``name``: the key, and two bytes that stand for the mailbox. ``state``: one of those above. ``serial``: its number
    on flash, 0 if it is not stored. ``size``: what is left of its size in LIST; 0 where unknown. ``head``: what is left
    of its header's hash. ``sum``: the check sum of its file. ``day``: on which it was stored, 0 where unknown.
    ``fails``: how often in a row what is to be done with it could not be done, up to 7. ``delete``: the server is to
    delete it. ``doubled``: its UID is that of several mails.
    """

    def __init__(self, name, state):
        self.name = name
        self.state = state
        self.serial = self.size = self.head = self.sum = self.day = self.fails = 0
        self.delete = self.doubled = False

    def pack(self):
        """Its bytes."""
        data = struct.pack(
            _FORM,
            self.name,
            self.state | self.delete << 3 | self.fails << 4 | self.doubled << 7,
            self.serial & 0xFFFF,
            self.serial >> 16,
            self.size,
            self.head & 0xFFFF,
            self.head >> 16,
            self.sum,
            self.day,
        )
        return data + checked(data)


def unpack(data):
    """The Entry that 24 bytes are, or None if they are damaged."""
    if data[22:] != checked(data[:22]):
        return None
    name, flags, low, high, size, head, rest, sum, day = struct.unpack(_FORM, data[:22])
    entry = Entry(name, flags & 7)
    entry.delete = flags & 8 != 0
    entry.fails = flags >> 4 & 7
    entry.doubled = flags & 128 != 0
    entry.serial = low | high << 16
    entry.size = size
    entry.head = head | rest << 16
    entry.sum = sum
    entry.day = day
    return entry


class Record:
    """The record in a folder; ``survey()`` makes it, and ``close()`` ends it. Methods may raise OSError.

    ``count``: entries in the table. ``serial``: the highest number of a mail that was ever recorded. ``before``: how
    many entries say BEFORE. ``newest``: the name of the newest mail on flash, or ``""``. ``path``: of the table.
    ``untidy``: the table is to be made anew. ``litter``: names of files that nobody needs.
    """

    def __init__(self, folder, newest):
        self.folder = folder
        self.newest = newest
        self.litter = []
        self.path = self.file = self.log = None
        self.untidy = False
        self.generation = self.count = self.serial = self.before = self.added = 0
        self.buf = bytearray(_PAGE * _ENTRY)
        self.base = -_PAGE  # the first slot in it

    def load(self, slot):
        # where the entry in this slot is in `buf`
        if not 0 <= slot - self.base < _PAGE:
            if self.file is None:
                self.file = open(self.path, "rb")
            self.base = slot - slot % _PAGE
            self.file.seek(self.base * _ENTRY)
            self.file.readinto(self.buf)
        return (slot - self.base) * _ENTRY

    def entry(self, slot):
        """The Entry in a slot of the table, or None if it is damaged. Below 0: in the log, -1 is its first."""
        if slot >= 0:
            at = self.load(slot)
            return unpack(bytes(self.buf[at : at + _ENTRY]))
        with open(self.path + ".log", "rb") as file:
            file.seek(~slot * _ENTRY)
            return unpack(file.read(_ENTRY))

    def start(self, slot):
        # what the key in a slot starts with, as a number
        at = self.load(slot)
        return int.from_bytes(self.buf[at : at + 3], "big")

    def find(self, key):
        """The first slot with ``key``, or -1."""
        low = 0
        high = self.count  # it is in low ... high - 1, if anywhere
        wanted = int.from_bytes(key[:3], "big")
        slot = (wanted >> 8) * high >> 16  # keys are hashes, so they are spread evenly
        while low < high:
            self.load(min(max(slot, low), high - 1))
            base = self.base
            stop = min(base + _PAGE, self.count)
            first = self.start(base)
            last = self.start(stop - 1)
            if first <= wanted <= last:
                slot = base
                while slot < stop:
                    if self.is_at(key, slot):
                        while self.is_at(key, slot - 1):
                            slot -= 1
                        return slot
                    slot += 1
            if wanted <= first:
                high = base
                slot = base - 1 - ((first - wanted >> 8) * self.count >> 16)
            elif wanted >= last:
                low = stop
                slot = stop + ((wanted - last >> 8) * self.count >> 16)
            else:
                break
        return -1

    def is_at(self, key, slot):
        """Whether the entry in a slot, if there is one, has ``key``."""
        if not 0 <= slot < self.count:
            return False
        at = self.load(slot)
        return self.buf[at : at + 7] == key

    def group(self, name):
        """The slots with a mailbox' key, in a list; also of mails of which nobody knows the mailbox."""
        found = []
        key = name[:7]
        slot = self.find(key)
        while self.is_at(key, slot):
            entry = self.entry(slot)
            if entry and entry.name in (name, key + NOBODY):
                found.append(slot)
            slot += 1
        return found

    def add(self, entry, sync=True):
        """Write an entry to the log; returns its slot. Without ``sync`` it is on flash after the next ``sync()``."""
        if self.log is None:
            path = self.path + ".log"
            self.log = open(path, "ab")
            size = os.stat(path)[6]
            self.log.write(bytes(-size % _ENTRY))  # behind what a power cut left there
            self.added = (size + _ENTRY - 1) // _ENTRY
        try:
            self.log.write(entry.pack())
        finally:
            if sync:
                self.sync()
        self.added += 1
        self.untidy = True
        self.serial = max(self.serial, entry.serial)
        return -self.added

    def drop(self, entry, sync=True):
        """Forget what an entry says."""
        entry.state = GONE
        self.add(entry, sync)

    def sync(self):
        """Have the log on flash. It is not left open: others may write to it."""
        log, self.log = self.log, None
        if log:
            with log:
                flush(log)

    def close(self):
        """Close its files."""
        self.sync()
        if self.file:
            self.file.close()
            self.file = None
