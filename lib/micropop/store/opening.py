"""The opening of a store, and of its record: what a power cut or damage left is put in order."""

import os
import time

from .files import serial
from .survey import Survey
from .upkeep import given, settle


def prepare(folder):
    """Make ``folder`` if it is missing; put in order what a power cut left half done there. Raises OSError."""
    try:
        os.mkdir(folder)
    except OSError as error:
        if error.args[0] != 17:
            raise
    settle(folder)


def tidied(folder):
    """The Survey of a folder whose record is in order: its log is empty, and every mail on flash has an entry."""
    found = Survey(folder)
    if serial(found.newest) > found.serial:
        from .recovery import adopt

        adopt(folder, found)
    if found.untidy or found.litter:
        from .tidy import tidy

        tidy(folder, found)
        found = Survey(folder)
    return found


def opened(poll):
    """Have the record in order, and let a poll know what it needs of it. Raises OSError."""
    found = tidied(poll.folder)
    poll.path = found.path
    poll.entries = found.count
    poll.before = found.before
    poll.given = given(poll.folder)
    poll.serial = max(serial(found.newest), poll.given, found.serial)
    poll.today = today()


def today():
    """The days since the beginning of 2020, or 0 where the clock was never set, or is so far ahead that an entry has no
    room for them."""
    now = time.time()
    if time.localtime(now)[0] < 2024:
        return 0
    days = int(now - time.mktime((2020, 1, 1, 0, 0, 0, 0, 0, 0))) // 86400
    return days if days <= 0xFFFF else 0
