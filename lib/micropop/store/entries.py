"""The entries in a file of the record, one after the other."""

from .files import checked

_ENTRY = 24
_PAGE = 16 * _ENTRY  # bytes in memory at a time
LAST = b"micropop"  # what the last 24 bytes of a table begin with


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
                if data[22:] == checked(data[:22]):
                    yield data
