"""The opening of a store, and of its record: what a power cut or damage left is put in order."""

import os
import time

from .files import serial
from .survey import survey
from .upkeep import given, settle


def prepare(folder):
    """Make ``folder`` if it is missing; put in order what a power cut left half done there."""
    try:
        os.mkdir(folder)
    except OSError as error:
        if error.args[0] != 17:
            raise
    settle(folder)


def opened(poll):
    """Open a poll's record: then its log is empty, and every mail on flash has an entry. Raises OSError."""
    record = survey(poll.folder)
    if serial(record.newest) > record.serial:
        from .recovery import adopt

        adopt(record)
    if record.untidy or record.litter:
        from .tidy import tidy

        tidy(record)
        record = survey(poll.folder)
    poll.record = record
    poll.given = given(poll.folder)
    poll.serial = max(serial(record.newest), poll.given, record.serial)
    poll.today = today()


def today():
    """The days since the beginning of 2020, or 0 where the clock was never set."""
    now = time.time()
    if time.localtime(now)[0] < 2024:
        return 0
    return int(now - time.mktime((2020, 1, 1, 0, 0, 0, 0, 0, 0))) // 86400
