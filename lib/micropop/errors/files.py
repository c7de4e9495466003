"""The errors of a store. Loaded when something goes wrong with it."""

from .root import Error

STAYS = True  # see memory.py


class StoreError(Error):
    """The files of a store cannot be read or written."""


class StoreFull(StoreError):
    """No room on the flash for a mail or its record; the mail stays on the server."""


def trouble(error, folder, space):
    """The typed error for an OSError at the files of ``folder``.

    :param int space: bytes free there, or None where nobody knows
    """
    code = error.args[0] if error.args else 0
    # FAT says EACCES where a folder cannot grow
    if code in (28, 122) or (code == 13 and space is not None and space < 4096):
        return StoreFull(
            "no room for the mail in %s (%s bytes free): remove mails there, store.prune(), or set limit=;"
            " nothing was lost: the mail is still on the server" % (folder, space and max(space, 0))
        )
    if code == 30:
        return StoreError(
            "%s is read-only: on CircuitPython call storage.remount('/', readonly=False) in boot.py" % folder
        )
    if code == 34:  # see fetching.py
        return StoreError("the numbers in names of files in %s are used up: use another folder" % folder)
    return StoreError("cannot use the files in %s (%r)" % (folder, error))
