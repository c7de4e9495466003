"""Seen: which UIDs were met before, in a file of 8 bytes for each.

An entry is a key, the first 7 bytes of the UID's hash, and a byte of flags; one that is not in use still says what it
was, until it is used again. No entry lies across two sectors, so FAT writes it whole or not at all, as littlefs writes
whatever is flushed. The file has as many entries as mails were ever listed at one time; it is never written anew.

Equal keys are counted, not merged: of two mails listed with the same UID both are met, and so are two whose keys
collide. A collision hides a mail only if the one it collides with vanishes between the same two polls between which
it comes: one chance in 2**56 for each such pair.

A key is looked for from where the last one was found: servers list mails in the order in which they came, so a poll
reads the file once.
"""

import os

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

_ENTRY = const(8)  # bytes
_KEY = const(7)
_CHUNK = const(32)  # entries in memory at a time

# flags; above them stand the lowest bits of the mail's serial number
SEEN = const(1)  # in use
DELETE = const(2)  # the server was to delete the mail
HEADER = const(4)  # the key is of the mail's header: the server has no UIDs


def key(uid):
    """The key of a UID."""
    return sha256(uid).digest()[:_KEY]


class Seen:
    """The entries in the file ``path``, which is made if it is missing; close ``file`` in the end.

    ``slots``: entries that the file has; ``live``: those in use; ``flags``: all flags that one of them has. Methods may
    raise OSError.
    """

    def __init__(self, path):
        try:
            self.slots = os.stat(path)[6] // _ENTRY
        except OSError:
            self.slots = 0
            open(path, "ab").close()
        self.file = open(path, "r+b")
        self.buf = bytearray(_CHUNK * _ENTRY)
        self.base = -_CHUNK  # the first slot in `buf`
        self.live = self.flags = 0
        for slot in range(self.slots):
            self.count(self.load(slot))
        self.begin()

    def count(self, flags):
        if flags & SEEN:
            self.live += 1
            self.flags |= flags

    def begin(self):
        """Start a pass over what the server lists."""
        self.met = bytearray(self.slots // 8 + 1)  # a bit for each slot
        self.hits = self.next = 0

    def load(self, slot):
        """Have a slot in ``buf``; returns its flags."""
        if not 0 <= slot - self.base < _CHUNK:
            self.base = slot - slot % _CHUNK
            self.file.seek(self.base * _ENTRY)
            self.file.readinto(self.buf)
        return self.buf[(slot - self.base) * _ENTRY + _KEY]

    def find(self, key, free=False):
        """The slot of an entry with ``key`` that was not met in this pass, or -1; with ``free`` a free one will do."""
        slot = self.next
        for _ in range(self.slots // _CHUNK + 2):
            if slot >= self.slots:
                slot = 0
                if not self.slots:
                    break
            self.load(slot)
            stop = min(self.base + _CHUNK, self.slots)
            at = (slot - self.base) * _ENTRY - 1
            while True:
                at = self.buf.find(key, at + 1, (stop - self.base) * _ENTRY)
                if at < 0:
                    break
                slot = self.base + at // _ENTRY
                if at % _ENTRY == 0 and (free or self.buf[at + _KEY] & SEEN) and not self.was_met(slot):
                    return slot
            slot = stop
        return -1

    def was_met(self, slot):
        return self.met[slot >> 3] & 1 << (slot & 7)

    def meet(self, key):
        """The flags of an entry with ``key`` that this pass did not meet before; 0 if there is none."""
        slot = self.find(key)
        if slot < 0:
            return 0
        self.met[slot >> 3] |= 1 << (slot & 7)
        self.next = slot + 1
        self.hits += 1
        return self.load(slot) & 7

    def recorded(self, key, serial):
        """Whether there is an entry for this one mail, in use or not. Begin a pass then."""
        while True:
            slot = self.find(key, True)
            if slot < 0 or self.load(slot) >> 3 == serial & 31:
                return slot >= 0
            self.met[slot >> 3] |= 1 << (slot & 7)

    def write(self, slot, entry):
        """Write the last bytes of an entry."""
        self.file.seek((slot + 1) * _ENTRY - len(entry))
        self.file.write(entry)
        flush(self.file)
        self.base = -_CHUNK

    def add(self, key, flags, serial):
        """Remember ``key``, that of the mail with this serial number."""
        slot = 0
        while slot < self.slots and (self.live == self.slots or self.load(slot) & SEEN):
            slot += 1
        self.write(slot, key + bytes((flags | (serial & 31) << 3,)))
        self.slots = max(self.slots, slot + 1)
        self.count(flags)

    def forget_rest(self):
        """Forget the entries that this pass did not meet."""
        if self.hits == self.live:
            return
        self.live = self.flags = 0
        for base in range(0, self.slots, _CHUNK):
            changed = False
            stop = min(base + _CHUNK, self.slots)
            for slot in range(base, stop):
                if self.load(slot) & SEEN and not self.was_met(slot):
                    self.buf[(slot - base) * _ENTRY + _KEY] -= SEEN
                    changed = True
                self.count(self.load(slot))
            if changed:
                self.write(stop - 1, memoryview(self.buf)[: (stop - base) * _ENTRY])


def known(folder, uid, forget=False):
    """Whether the UID is remembered; and then ``forget`` it."""
    seen = Seen(folder + "/seen")
    try:
        slot = seen.find(key(uid))
        if slot >= 0 and forget:
            seen.write(slot, bytes((seen.load(slot) - SEEN,)))
    finally:
        seen.file.close()
    return slot >= 0
