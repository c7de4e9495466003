"""The files of a store beside its record: which mail was given last, what is left of half a mail, what a file has.

``given`` has the serial number of the last mail that the program was given, twice: when one of them is damaged, the
other is of the mail before.
"""

import os
from binascii import crc32, hexlify

from .files import MOST, checked, fold, serial, stem
from .flash import flush, names, remove

_NOTE = 12  # bytes: eight digits and a check sum


def given(folder):
    """The serial number of the last mail that was given to the program; 0 where none was, or nobody knows."""
    found = 0
    try:
        with open(folder + "/given", "rb") as file:
            for _ in range(2):
                note = file.read(_NOTE)
                digits = note[:8]
                if note[8:] == hexlify(checked(digits)) and digits.isdigit() and int(digits) < MOST:
                    found = max(found, int(digits))
    except OSError:
        pass
    return found


def give(folder, number):
    """Note that the mail with this serial number was given. Raises OSError."""
    path = folder + "/given"
    note = b"%08d" % number
    note += hexlify(checked(note))
    try:
        there = os.stat(path)[6] == 2 * _NOTE
    except OSError:
        there = False
    with open(path, "r+b" if there else "wb") as file:
        if not there:
            file.write(note)
        elif number & 1:  # in place, so that FAT never has the file empty
            file.seek(_NOTE)
        file.write(note)
        flush(file)


def drop(folder, stem):
    """Remove a mail that is not recorded, by the later one of its names first."""
    for ending in (".eml", ".cut", ".tmp"):
        remove(folder + "/" + stem + ending)


def settle(folder):
    """Put in order what a power cut left half done."""
    for name in [name for name in names(folder) if serial(name, True)]:
        drop(folder, name[:-4])


def name_of(folder, entry):
    """The name of the file of a mail that is recorded, or ``""``."""
    name = stem(entry.serial, entry.name[:7])
    for ending in (".eml", ".cut"):
        try:
            os.stat(folder + "/" + name + ending)
            return name + ending
        except OSError:
            pass
    for name in names(folder):
        if serial(name) == entry.serial:
            return name  # its UID was another when it was stored
    return ""


def sum_of(path):
    """The check sum of a file, as a number. Raises OSError."""
    found = 0
    with open(path, "rb") as file:
        while True:
            data = file.read(256)
            if not data:
                return fold(found)
            found = crc32(data, found)
