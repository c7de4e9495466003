"""The mails that are on flash."""

from .files import Mail, serial
from .flash import names

_NAMES = 16  # in memory at a time


def mails(folder, after=0):
    """Iterate over the mails behind the serial number ``after``, oldest first."""
    while True:
        found = []
        for name in names(folder):
            if serial(name) > after and (len(found) < _NAMES or name < found[-1]):
                found.append(name)
                found.sort()
                if len(found) > _NAMES:
                    found.pop()
        if not found:
            return
        for name in found:
            yield Mail(folder, name)
        after = serial(name)
