"""The table of the record, made anew of the old one and the log: in a stretch, with some entries in memory.

A log that does not fit into memory is sorted in pieces, which are merged two at a time.
"""

from .entry import BEFORE, GONE
from .flash import flush, remove
from .head import sha256
from .survey import LAST, entries

_PIECE = 32  # entries that are sorted in memory
_SORTED_BY = 9  # bytes: the key and the mailbox
_UNSTORED = b"\0\0\0"  # the serial number of what is not stored


def tidy(folder, found):
    """Make a new table, if that is needed, and remove the files that are needed no more. Raises OSError.

    Wherever the power goes, the old table is there with its log, or the new one.

    :param Survey found: what there is in ``folder``
    """
    for name in found.litter:
        remove(folder + "/" + name)
    if found.untidy:
        pieces = Pieces(folder + "/seen.sort%d")
        try:
            changes = pieces.sort(found.path + ".log")
            write(found.next, settled(merged(entries(found.path), changes)), found.serial)
        except OSError:
            remove(found.next)
            raise
        finally:
            pieces.clear()
        remove(found.path + ".log")
        remove(found.path)


def write(path, source, serial):
    """Write a table."""
    found = sha256()
    before = 0
    with open(path, "wb") as file:
        for data in source:
            before += data[9] & 7 == BEFORE
            found.update(data)
            file.write(data)
        last = LAST + serial.to_bytes(4, "little") + before.to_bytes(4, "little")
        found.update(last)
        file.write(last + found.digest()[:8])
        flush(file)


def merged(older, newer):
    """Two iterators over sorted entries as one; of those with equal keys the older come first."""
    one = next(older, None)
    other = next(newer, None)
    while one or other:
        if not other or (one and one[:_SORTED_BY] <= other[:_SORTED_BY]):
            yield one
            one = next(older, None)
        else:
            yield other
            other = next(newer, None)


def settled(source):
    """Of sorted entries, each as it became in the end."""
    group = []
    for data in source:
        if group and group[0][:_SORTED_BY] != data[:_SORTED_BY]:
            yield from group
            group = []
        settle(group, data)
    yield from group


def settle(group, data):
    # an entry takes the place of an earlier one of the same mail; that of a stored mail also of what was known before
    gone = data[9] & 7 == GONE
    at = -1
    for i in range(len(group)):
        if group[i][10:13] == data[10:13]:
            at = i
            break
        if group[i][10:13] == _UNSTORED and not gone:
            at = i
    if at >= 0:
        group.pop(at)
    if not gone:
        group.append(data)


class Pieces:
    """The log's entries, sorted, in files if they are many.

    :param str path: of the files, with a place for a number
    """

    def __init__(self, path):
        self.path = path
        self.made = 0
        self.files = []

    def sort(self, path):
        """Iterate over the entries of the log, sorted; what has the same key stays in the log's order."""
        piece = []
        lengths = []
        for data in entries(path):
            piece.append(data[:_SORTED_BY] + bytes((len(piece),)) + data[_SORTED_BY:])
            if len(piece) == _PIECE:
                self.keep(in_order(piece))
                piece = []
                lengths.append(1)
                while len(lengths) > 1 and lengths[-1] == lengths[-2]:
                    self.join()
                    lengths.append(lengths.pop() + lengths.pop())
        if not self.files:
            return in_order(piece)
        self.keep(in_order(piece))
        while len(self.files) > 1:
            self.join()
        return entries(self.files[0])

    def keep(self, source):
        # write a file
        self.files.append(self.path % self.made)
        self.made += 1
        with open(self.files[-1], "wb") as file:
            for data in source:
                file.write(data)

    def join(self):
        # merge the last two files
        self.keep(merged(entries(self.files[-2]), entries(self.files[-1])))
        made = self.files.pop()
        for _ in range(2):
            remove(self.files.pop())
        self.files.append(made)

    def clear(self):
        """Remove the files."""
        while self.files:
            remove(self.files.pop())


def in_order(piece):
    # the entries of a piece, in each of which its place in the log stands behind what it is sorted by
    piece.sort()
    for data in piece:
        yield data[:_SORTED_BY] + data[_SORTED_BY + 1 :]
