"""What is known of a mail: an entry of the record, 24 bytes with a check sum.

Entries with the same key are kept apart by the serial numbers of their mails: of two mails listed with the same UID
both are known.
"""

import struct

from .files import checked
from .log import append, packed

# what is known of a mail
GONE = 0  # it is no longer listed: forget it
STORED = 1  # it was stored, whole or its first part
FAILED = 2  # it could not be had
BEFORE = 3  # it was there before this board began, or is not among the newest: it is not wanted
NOTE = 4  # this is no mail, but something that is known of the server

_MOST = 7  # failures that are counted


class Entry:
    """What is known of a mail.

    ``name``: the key of its UID, and two bytes that stand for the mailbox. ``state``: one of those above. ``serial``:
    its number on flash, 0 if it is not stored. ``size``: what is left of its size in LIST; 0 where unknown. ``head``:
    what is left of its header's hash. ``sum``: the check sum of its file. ``day``: on which it was stored, 0 where
    unknown. ``fails``: how often in a row what is to be done with it could not be done, up to 7. ``delete``: the server
    is to delete it. ``doubled``: its UID is that of several mails.
    """

    def __init__(self, name, state):
        self.name = name
        self.state = state
        self.serial = self.size = self.head = self.sum = self.day = self.fails = 0
        self.delete = self.doubled = False

    def pack(self):
        """Its bytes."""
        flags = self.state | self.delete << 3 | self.fails << 4 | self.doubled << 7
        return packed(self.name, flags, self.serial, self.size, self.head, self.sum, self.day)


def unpack(data):
    """The Entry that 24 bytes are, or None if they are damaged."""
    if data[22:] != checked(data[:22]):
        return None
    name, flags, low, high, size, head, rest, sum, day = struct.unpack("<9sBHBHHBHH", data[:22])
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


def entry_at(table, slot):
    """The Entry in a slot of the table, or below 0 of the log, where -1 is the first."""
    if slot >= 0:
        return unpack(table.entry(slot))
    with open(table.path + ".log", "rb") as file:
        file.seek(~slot * 24)
        return unpack(file.read(24))


def count(poll, entry, error):
    """Note that something failed once more, and report it."""
    poll.store.refused = error
    poll.store.revived = False
    entry.fails = min(entry.fails + 1, _MOST)
    enter(poll, entry)


def enter(poll, entry):
    """Write an entry, if there is room."""
    try:
        append(poll.path, entry.pack())
    except OSError:
        pass  # the flash has troubles of its own


def is_old_enough(poll, entry):
    """Whether the server may delete a mail now."""
    if not poll.days:
        return True
    if poll.today and not 0 < entry.day <= poll.today:
        entry.day = 0 if entry.day else poll.today  # of two clocks one was wrong: the next poll sets the day anew
        append(poll.path, entry.pack())
    return 0 < entry.day < poll.today - poll.days
