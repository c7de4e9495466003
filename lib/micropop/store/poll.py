"""One poll: what it was told, and what it found out.

``open()`` puts the record in order; ``look()`` finds out what there is to do, by the server's lists; ``mails()`` does
it, mail by mail; ``finish()`` has the server delete what it is to, and forgets the mails that are gone. Each step has
modules of its own, so that a program may forget them behind it. What a power cut, a lost reply or a refusal leads to in
each is a table in ``lib/README.md``.
"""

from .queue import Queue

_RAREST = 6  # what fails again and again is tried in every 64th poll


class Poll:
    """One poll, in steps: see ``Store.poll()``.

    ``path``, ``entries``: of the record's table, and how many there are in it; ``before``: those of mails that were
    there before this board began. ``mailbox``: two bytes that stand for it in the record. ``serial``: the number of the
    last mail that was stored; ``given``: of the last that the program was given. ``today``: a number that grows by one
    a day; 0 where the clock was never set. ``sizes``, ``listed``: what LIST says of the newest mails. ``queue``: what
    there is to do with which mail; ``late``: the same of mails that were set aside; ``doomed``: what the server is to
    delete. ``base``, ``met``: the first of the entries of which the poll finds out whether they are listed, and a bit
    for each. ``blind``: it cannot be told which mails are gone. ``by_header``: the server has no UIDs. ``last``: of the
    last mail that is known and whose UID is its number, or of one that is suspect: number, slot, and whether it is.
    ``stranger``: the UID of a mail was another's. ``half``: the name of a mail that is being fetched, without its
    ending. ``full``: the error of a mail for which there is no room. ``lost``: that which ended the session behind a
    mail's first part.
    """

    client = half = full = lost = last = None
    by_header = blind = stranger = False

    def __init__(self, store, delete, lines, limit, newest, progress, days, account):
        self.store = store
        self.folder = store.folder
        self.delete = delete
        self.lines = lines
        self.limit = limit
        self.newest = newest
        self.progress = progress
        self.days = days
        self.mailbox = account
        self.sizes = bytearray(256)  # four bytes of LIST for each of the newest 64 mails
        self.listed = 0  # the highest number that LIST had
        self.queue = Queue(self.folder + "/seen.queue")
        self.doomed = Queue(self.folder + "/seen.doomed") if delete else ()
        self.late = []
        store.refused = None
        store.polling = self
        store.looks += 1

    def open(self):
        """Put the record in order, which needs no network. Raises StoreFull, StoreError."""
        from .opening import opened

        self.need()
        self.store.run(opened, self)

    def look(self, client):
        """Find out what there is to do. Raises what the client raises, StoreFull, StoreError."""
        from .listing import look

        self.need()
        self.client = client
        self.store.run(look, self)

    def mails(self):
        """Do it: iterate over the mails that are stored. Raises what the client raises, StoreFull, StoreError."""
        from .fetching import mails

        try:
            yield from mails(self)
        except OSError as error:
            self.store.failed(error)

    def finish(self):
        """Have the server delete what it is to. Raises what the client raises, StoreFull, StoreError."""
        from .finishing import finish

        self.need()
        self.store.run(finish, self)

    def close(self):
        """Remove the files that only it needs. Raises StoreError."""
        if self.store.polling is self:
            self.store.polling = None
            self.store.untidy = True
            self.store.run(self.clear)

    def need(self):
        """Raise InvalidState where another poll began: two at a time would give two mails the same number."""
        if self.store.polling is not self:
            from ..errors import InvalidState

            raise InvalidState("this poll is over: it was closed, or another one of the same store began")

    def clear(self):
        self.queue.close()
        if self.delete:
            self.doomed.close()

    def is_due(self, data):
        """Whether it is time to try again what failed with the mail of an entry."""
        every = 1 << min(max((data[9] >> 4 & 7) - 1, 0), _RAREST)
        return self.store.revived or (self.store.looks + data[0]) % every == 0

    def size(self, number):
        """The octets that LIST has for a mail; 0 where unknown."""
        if not 0 <= self.listed - number < 64:
            return 0
        at = number % 64 * 4
        return int.from_bytes(self.sizes[at : at + 4], "little")

    def mark(self, number):
        """What an entry says of this size."""
        octets = self.size(number)
        return octets % 0xFFFF + 1 if octets else 0
