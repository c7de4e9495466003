"""One poll: what it was told, and what it knows.

``open()`` puts the record in order; ``look()`` finds out what there is to do, by the server's lists; ``mails()`` does
it: mail by mail to flash, then deletions. The steps, and what a power cut, a lost reply or a refusal leads to in each,
are a table in ``lib/README.md``.
"""

from .queue import Queue
from .record import NOTE, Entry, key_of

try:
    from micropython import const
except ImportError:
    const = int

_SIZES = const(64)  # the newest mails, whose sizes are known
_WINDOW = const(2048)  # entries of which one poll finds out whether they are still listed
_RAREST = const(6)  # what fails again and again is tried in every 64th poll
_MOST = const(7)  # failures that are counted


class Poll:
    """One poll, in steps: see ``Store.poll()``.

    ``record``: the Record. ``mailbox``: two bytes that stand for it there. ``serial``: the number of the last mail that
    was stored; ``given``: of the last that the program was given. ``today``: a number that grows by one a day; 0 where
    the clock was never set. ``queue``: what there is to do with which mail; ``late``: the same of mails that were set
    aside; ``doomed``: what the server is to delete. ``by_header``: the server has no UIDs. ``last``: number and slot of
    the mail that is listed last, if its UID is its number. ``blind``: which mails are gone cannot be told. ``half``:
    the name of a mail that is being fetched, without its ending. ``full``: the error of a mail for which there is no
    room. ``lost``: that which ended the session behind a mail's first part.
    """

    record = client = half = full = lost = last = None
    by_header = blind = False

    def __init__(self, store, delete, lines, limit, newest, progress, days, account):
        self.store = store
        self.folder = store.folder
        self.delete = delete
        self.lines = lines
        self.limit = limit
        self.newest = newest
        self.progress = progress
        self.days = days
        self.account = account
        self.sizes = bytearray(4 * _SIZES)
        self.listed = 0  # the highest number that LIST had
        self.queue = Queue(self.folder + "/seen.queue")
        self.doomed = Queue(self.folder + "/seen.doomed") if delete else ()
        self.late = []
        store.refused = None
        store.polling = True
        store.looks += 1

    def open(self):
        """Put the record in order, which needs no network. Raises StoreFull, StoreError."""
        from .opening import opened

        try:
            opened(self)
        except OSError as error:
            self.store.failed(error)

    def look(self, client):
        """Find out what there is to do. Raises what the client raises, StoreFull, StoreError."""
        from .listing import look

        self.blind = self.store.session == id(client)  # mails that it has deleted are not listed
        self.store.session = id(client)
        self.client = client
        mailbox = key_of((self.account or getattr(client, "user", None) or "").encode())
        self.mailbox = bytes((mailbox[0] | 1, mailbox[1]))  # not NOBODY's
        try:
            look(self)
        except OSError as error:
            self.store.failed(error)

    def mails(self):
        """Do it: iterate over the mails that are stored. Raises what the client raises, StoreFull, StoreError."""
        from .work import mails

        try:
            yield from mails(self)
        except OSError as error:
            self.store.failed(error)

    def close(self):
        """Close its files, and remove those that only it needs. Raises StoreError."""
        self.store.polling = False
        self.store.untidy = True
        try:
            if self.record:
                self.record.close()
            self.queue.close()
            if self.delete:
                self.doomed.close()
        except OSError as error:
            self.store.failed(error)

    # -- which of the mails that are known are listed

    def begin(self, base):
        """Begin a reading of the list: no mail was met yet.

        :param int base: the first slot of those of which the poll finds it out
        """
        self.base = base
        self.met = bytearray(min(self.record.count, _WINDOW) // 8 + 1)

    def is_met(self, slot):
        """Whether a mail was met; no, where the poll does not find out."""
        slot -= self.base
        return 0 <= slot < _WINDOW and self.met[slot >> 3] & 1 << (slot & 7)

    def meet(self, slot):
        """The mail in this slot is listed."""
        slot -= self.base
        if 0 <= slot < _WINDOW:
            self.met[slot >> 3] |= 1 << (slot & 7)

    # -- what is known of a mail

    def note(self, name):
        """What is known of the server under this name: an Entry, which may be new."""
        name = key_of(b"\0" + name) + self.mailbox
        slots = self.record.group(name)
        return self.record.entry(slots[0]) if slots else Entry(name, NOTE)

    def is_due(self, entry):
        """Whether it is time to try again what failed with a mail."""
        every = 1 << min(max(entry.fails - 1, 0), _RAREST)
        return self.store.revived or (self.store.looks + entry.name[0]) % every == 0

    def count(self, entry, error):
        """Note that something failed once more, and report it."""
        self.store.refused = error
        entry.fails = min(entry.fails + 1, _MOST)
        try:
            self.record.add(entry)
        except OSError:
            pass  # the flash has troubles of its own

    def size(self, number):
        """The octets that LIST has for a mail; 0 where unknown."""
        if not 0 <= self.listed - number < _SIZES:
            return 0
        at = number % _SIZES * 4
        return int.from_bytes(self.sizes[at : at + 4], "little")

    def mark(self, number):
        """What an entry says of this size."""
        octets = self.size(number)
        return octets % 0xFFFF + 1 if octets else 0

    def is_old_enough(self, entry):
        """Whether the server may delete a mail now."""
        if not self.days:
            return True
        if not entry.day and self.today:
            entry.day = self.today
            self.record.add(entry)
        return 0 < entry.day < self.today - self.days
