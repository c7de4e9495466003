"""The table of the record: entries sorted by their keys. The entry of a mail is found with a read or two, in whatever
order the server lists.
"""

from .head import sha256

try:
    from micropython import const
except ImportError:
    const = int

_ENTRY = const(24)  # bytes: see entry.py
_PAGE = const(8)  # entries in memory at a time
WINDOW = 2048  # entries of which one poll finds out whether their mails are listed
NOBODY = b"\0\0"  # the mailbox of an entry that was made from a mail on flash


def key_of(uid):
    """The key of a UID: 7 bytes of its hash."""
    return sha256(uid).digest()[:7]


class Table:
    """The table in the file ``path``, with ``count`` entries; ``close()`` it. Methods may raise OSError.

    :param int base: the first slot of the ``WINDOW``
    :param bytearray met: a bit for each slot there: whether its mail is listed
    """

    def __init__(self, path, count, base=0, met=b"\0"):
        self.path = path
        self.count = count
        self.base = base
        self.met = met
        self.file = None
        self.buf = bytearray(_PAGE * _ENTRY)
        self.page = -_PAGE  # the first slot in it

    def close(self):
        if self.file:
            self.file.close()
            self.file = None

    def load(self, slot):
        # where the entry in this slot is in `buf`
        if not 0 <= slot - self.page < _PAGE:
            if self.file is None:
                self.file = open(self.path, "rb")
            self.page = slot - slot % _PAGE
            self.file.seek(self.page * _ENTRY)
            self.file.readinto(self.buf)
        return (slot - self.page) * _ENTRY

    def entry(self, slot):
        """The bytes of an entry."""
        at = self.load(slot)
        return bytes(self.buf[at : at + _ENTRY])

    def is_at(self, key, slot):
        """Whether the entry in a slot, if there is one, has ``key``."""
        if not 0 <= slot < self.count:
            return False
        at = self.load(slot)
        return self.buf[at : at + 7] == key

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
            page = self.page
            stop = min(page + _PAGE, self.count)
            first = self.start(page)
            last = self.start(stop - 1)
            if first <= wanted <= last:
                slot = page
                while slot < stop:
                    if self.is_at(key, slot):
                        while self.is_at(key, slot - 1):
                            slot -= 1
                        return slot
                    slot += 1
            if wanted <= first:
                high = page
                slot = page - 1 - ((first - wanted >> 8) * self.count >> 16)
            elif wanted >= last:
                low = stop
                slot = stop + ((wanted - last >> 8) * self.count >> 16)
            else:
                break
        return -1

    def group(self, name):
        """The slots with a mailbox' key, in a list; also of mails of which nobody knows the mailbox."""
        found = []
        key = name[:7]
        slot = self.find(key)
        while self.is_at(key, slot):
            if self.entry(slot)[7:9] in (name[7:], NOBODY):
                found.append(slot)
            slot += 1
        return found

    def note(self, name, mailbox):
        """The bytes of what is known of the server under this name, or None."""
        slots = self.group(key_of(b"\0" + name) + mailbox)
        return self.entry(slots[0]) if slots else None

    def is_met(self, slot):
        """Whether the mail of an entry is listed; no, where the poll does not find out."""
        slot -= self.base
        return 0 <= slot < WINDOW and self.met[slot >> 3] & 1 << (slot & 7)

    def meet(self, slot):
        """The mail of an entry is listed."""
        slot -= self.base
        if 0 <= slot < WINDOW:
            self.met[slot >> 3] |= 1 << (slot & 7)
