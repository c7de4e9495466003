"""A look at the files of the record: which of them count, and whether they are damaged."""

import os

from .entries import LAST, entries
from .files import serial
from .flash import names
from .record import Record, sha256

_ENTRY = 24
_PAGE = 16 * _ENTRY  # bytes in memory at a time


def survey(folder):
    """The Record in a folder as it is. Raises OSError."""
    record = Record(folder, "")
    tables = []
    logs = []
    for name in names(folder):
        if name.startswith("seen."):
            sort_out(record, name, tables, logs)
        elif name > record.newest and serial(name):
            record.newest = name
    tables.sort()
    logs.sort()
    whole = False
    while not whole:
        record.generation = tables.pop() if tables else logs[-1] if logs else 0
        record.path = "%s/seen.%d" % (folder, record.generation)
        whole = inspect(record)
        if not whole:
            if not tables:
                break
            record.litter.append("seen.%d" % record.generation)  # the power went while it was written
    record.litter.extend(["seen.%d" % number for number in tables])
    record.litter.extend(["seen.%d.log" % number for number in logs if number != record.generation])
    record.untidy = not whole
    for data in entries(record.path + ".log"):
        record.serial = max(record.serial, int.from_bytes(data[10:13], "little"))
        record.untidy = True
    return record


def sort_out(record, name, tables, logs):
    # what a file is, by its name: seen.12 is a table, and seen.12.log its log
    parts = name.split(".")
    if not parts[1].isdigit() or len(parts[1]) > 8 or len(parts) > 3 or parts[2:] not in ([], ["log"]):
        record.litter.append(name)
    elif len(parts) == 2:
        tables.append(int(parts[1]))
    else:
        logs.append(int(parts[1]))


def inspect(record):
    # whether the table is as it was written; what its last bytes say
    record.count = record.serial = record.before = 0
    try:
        size = os.stat(record.path)[6]
    except OSError:
        return True  # there is none yet
    record.count = size // _ENTRY
    if size % _ENTRY or not size:
        return False
    found = sha256()
    with open(record.path, "rb") as file:
        for left in range(size - _ENTRY, 0, -_PAGE):
            found.update(file.read(min(left, _PAGE)))
        last = file.read(_ENTRY)
    found.update(last[:16])
    if last[:8] != LAST or last[16:] != found.digest()[:8]:
        return False
    record.count -= 1
    record.serial = int.from_bytes(last[8:12], "little")
    record.before = int.from_bytes(last[12:16], "little")
    return True
