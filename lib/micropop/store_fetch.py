"""One poll: notes of what is new, from UIDL; then mail by mail to flash."""

from binascii import hexlify, unhexlify

from .flash import flush, free, rename
from .seen import DELETE, HEADER, SEEN, Seen, key
from .store_files import Mail, drop, given, newest, serial

try:
    from micropython import const
except ImportError:
    const = int

_NOTES = const(384)  # bytes of the notes that one pass over UIDL takes
_NOTE = const(12)  # bytes of one: a mail's number, its key, its flags
_STORED = const(8)  # a flag of notes only: the mail is on flash, it seems, but not recorded
_SPARE = const(8192)  # bytes of flash that mails leave free, for all else
_TIE = const(4096)  # bytes after which a mail's blocks are tied to its name, lest a power cut lose them on FAT


def fetch(store, client, delete, lines, limit, newest, progress):
    """See ``Store.fetch()``."""
    poll = Poll(store.folder, client, limit, progress)
    try:
        yield from poll.run(store, delete, lines, newest)
    finally:
        poll.seen.file.close()


class Poll:
    """One look at the server.

    ``stray``: the name of a mail on flash that is not recorded, or ``""``. ``serial``: the last serial number.
    """

    by_header = False

    def __init__(self, folder, client, limit, progress):
        self.folder = folder
        self.client = client
        self.limit = limit
        self.progress = progress
        self.stray = newest(folder)
        self.serial = max(serial(self.stray), given(folder))
        self.seen = Seen(folder + "/seen")
        if self.stray and self.seen.recorded(unhexlify(self.stray[9:23]), serial(self.stray)):
            self.stray = ""

    def run(self, store, delete, lines, first):
        """Iterate over the mails that are stored then."""
        client = self.client
        seen = self.seen
        oldest = client.stat()[0] - first + 1 if first is not None else 0
        number = 0
        notes = None
        while notes is None or len(notes) == _NOTES:
            notes = self.look(oldest, number)
            for at in range(0, len(notes or ""), _NOTE):
                number = int.from_bytes(notes[at : at + 4], "little")
                digest = bytes(notes[at + 4 : at + 11])
                flags = notes[at + 11]
                name = None
                try:
                    here = flags and self.here(number, digest)
                    if not here:
                        name = self.save(number, digest, lines)
                    elif here == self.stray:
                        name = here
                    over = delete and (name is None or name.endswith(".eml"))
                    if name:
                        flags = SEEN | (DELETE if over else 0) | (HEADER if self.by_header else 0)
                        seen.add(digest, flags, serial(name))
                    if over:
                        client.delete(number)
                except Exception as error:
                    if isinstance(error, OSError) or not self.refusal(error):
                        raise
                    store.refused = error
                if name:
                    yield Mail(self.folder, name, number)

    def look(self, oldest, number):
        """Notes of the first few mails behind ``number`` that there is something to do with; None: look again."""
        notes = bytearray()
        seen = self.seen
        stray = self.stray
        seen.begin()
        listing = self.uids()
        try:
            for at, uid in listing:
                if at == 1 and not uid and not seen.live and not self.by_header:
                    self.by_header = True  # a server that has UIDL, but no UIDs
                    return None
                digest = key(uid)
                flags = seen.meet(digest)
                if flags:
                    if not flags & DELETE:
                        continue
                elif stray and stray[9:23] == hexlify(digest).decode():
                    stray = ""
                    flags = _STORED
                elif at < oldest:
                    continue
                if at > number:
                    if len(notes) == _NOTES:
                        return notes
                    notes.extend(at.to_bytes(4, "little") + digest + bytes((flags,)))
        finally:
            listing.close()
        if not self.client.deleted:  # these mails are not listed, but are back if the session breaks
            seen.forget_rest()
        return notes

    def uids(self):
        """Iterate over (number, UID) of all mails."""
        if not self.by_header and not self.seen.flags & HEADER:
            try:
                return self.client.uidl()
            except Exception as error:
                if self.seen.live or not self.refusal(error) or error.retry:
                    raise
        from .headers import uids

        self.by_header = True
        return uids(self.client)

    def refusal(self, error):
        """Whether the server refused one thing, and the session goes on."""
        from .errors import ServerError

        return isinstance(error, ServerError)

    def here(self, number, digest):
        """The name of a mail on flash that is the same, or ``""``."""
        from .store_same import same

        return same(self.client, number, self.folder, digest)

    def save(self, number, digest, lines):
        """Fetch a mail; returns its file's name."""
        client = self.client
        stem = "%08d-%s" % (self.serial + 1, hexlify(digest).decode())
        if lines is None and self.limit is not None and client.size(number) > self.limit:
            lines = self.limit // 100
        message = client.retrieve(number) if lines is None else client.top(number, lines)
        try:
            with message:
                space = free(self.folder)
                octets = message.octets or 0  # as the server says
                if self.limit is not None:
                    octets = min(octets, self.limit)
                if lines is None and octets and space is not None and octets + _SPARE > space:
                    raise OSError(28)
                whole = self.write(message, self.folder + "/" + stem + ".tmp")
            name = stem + (".eml" if whole and lines is None else ".cut")
            rename(self.folder, stem + ".tmp", name)
        except BaseException:
            drop(self.folder, stem)
            raise
        self.serial += 1
        return name

    def write(self, message, path):
        """Write a message to a file; returns whether it was all."""
        tied = False

        def each(received, octets):
            nonlocal tied
            if received > _TIE and not tied:
                tied = True
                file.flush()
            if self.progress:
                self.progress(received, octets)

        with open(path, "wb") as file:
            try:
                message.save(file, each, self.limit)
            except Exception as error:
                from .errors import LimitExceeded

                if not isinstance(error, LimitExceeded):
                    raise
            flush(file)
        return message.complete
