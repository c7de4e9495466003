"""What goes wrong with the files of tokens."""

from ..errors import StoreError, StoreFull


def trouble(path, error):
    """The typed error for an OSError of the flash."""
    if error.args[0] in (28, 122):
        return StoreFull("no room on the flash for %s, which takes some 10,000 bytes: remove files there" % path)
    return StoreError("cannot use %s (%r)" % (path, error))
