"""A look at the files of the record: which of them count, and whether they are damaged.

The record has a table and a log: ``seen.12`` and ``seen.12.log``. When a poll has changed something, ``tidy.py`` makes
``seen.13`` of both, before the next poll, which needs to look into the table only. No byte of either is ever changed in
place, and nothing is renamed: littlefs would write anew all that follows, and FAT might lose both names. A table is
good if its last 24 bytes, written last, have the hash of the others. Of a damaged one, and of the log, each entry with
the right check sum counts.
"""

import os

from .files import MOST, checked, is_number, serial
from .flash import names
from .head import sha256

_ENTRY = 24  # bytes
_PAGE = 16 * _ENTRY  # bytes in memory at a time
LAST = b"micropop"  # what the last 24 bytes of a table begin with


class Survey:
    """What there is in ``folder``. Raises OSError.

    ``path``: of the table. ``count``: entries in it. ``serial``: the highest number of a mail that was ever recorded.
    ``before``: how many entries say BEFORE. ``newest``: the name of the newest mail on flash, or ``""``. ``untidy``:
    the table is to be made anew. ``litter``: names of files that nobody needs. ``next``: the path of the next table.
    """

    def __init__(self, folder):
        self.newest = ""
        self.litter = []
        numbers = []
        for name in names(folder):
            if name.startswith("seen."):
                number = self.number(name)
                if number is None:
                    self.litter.append(name)
                elif number not in numbers:
                    numbers.append(number)
            elif name > self.newest and serial(name):
                self.newest = name
        numbers.sort()
        whole = False
        while not whole:
            number = numbers.pop() if numbers else 0
            self.path = "%s/seen.%d" % (folder, number)
            whole = self.inspect()
            if not whole:
                if not numbers:
                    break
                self.litter.append("seen.%d" % number)  # the power went while it was written
        self.next = "%s/seen.%d" % (folder, number + 1)
        for number in numbers:
            self.litter.extend(("seen.%d" % number, "seen.%d.log" % number))
        self.untidy = not whole
        for data in entries(self.path + ".log"):
            self.serial = max(self.serial, int.from_bytes(data[10:13], "little"))
            self.untidy = True

    def number(self, name):
        # that of a table, or of its log; None for other files
        parts = name.split(".")
        if is_number(parts[1]) and len(parts[1]) < 9 and parts[2:] in ([], ["log"]):
            return int(parts[1])
        return None

    def inspect(self):
        # whether the table is as it was written; what its last bytes say
        self.count = self.serial = self.before = 0
        try:
            size = os.stat(self.path)[6]
        except OSError:
            return True  # there is none yet
        self.count = size // _ENTRY
        if size % _ENTRY or not size:
            return False
        found = sha256()
        with open(self.path, "rb") as file:
            for left in range(size - _ENTRY, 0, -_PAGE):
                found.update(file.read(min(left, _PAGE)))
            last = file.read(_ENTRY)
        found.update(last[:16])
        if last[:8] != LAST or last[16:] != found.digest()[:8]:
            return False
        self.count -= 1
        self.serial = int.from_bytes(last[8:12], "little")
        self.before = int.from_bytes(last[12:16], "little")
        return True


def entries(path):
    """Iterate over the entries of a file that are not damaged, as bytes. Raises OSError, but not if it is missing."""
    try:
        file = open(path, "rb")
    except OSError as error:
        if error.args[0] != 2:
            raise
        return
    with file:
        more = True
        while more:
            page = file.read(_PAGE)
            more = len(page) == _PAGE
            for at in range(0, len(page) - _ENTRY + 1, _ENTRY):
                data = page[at : at + _ENTRY]
                if data[22:] == checked(data[:22]) and data[12] < MOST >> 16:  # its serial number is one of a mail
                    yield data
