"""What boards' file systems do differently, where files must outlive a power cut."""

import os


def names(folder):
    """Iterate over the names in ``folder``, one at a time where the firmware can: then without those that are no
    text."""
    if hasattr(os, "ilistdir"):
        entries = os.ilistdir(folder)
        while True:
            try:
                entry = next(entries, None)
            except UnicodeError:  # what comes next is another
                continue
            if not entry:
                return
            yield entry[0]
    else:
        yield from os.listdir(folder)


def flush(file):
    """Have what was written to ``file`` on flash."""
    file.flush()  # this is enough for littlefs and FAT ...
    if hasattr(os, "fsync"):
        os.fsync(file.fileno())
    elif hasattr(os, "sync"):  # ... but CircuitPython holds sectors back
        os.sync()


def rename(folder, old, new):
    """Rename a file in ``folder`` to a name that is free there, on flash."""
    os.rename(folder + "/" + old, folder + "/" + new)
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    elif hasattr(os, "sync"):
        os.sync()


def remove(path):
    """Remove a file, if it is there."""
    try:
        os.remove(path)
    except OSError as error:
        if error.args[0] != 2:
            raise


def free(folder, field=4):
    """Bytes free where ``folder`` is, or with ``field`` 2 bytes that there are; None where the platform cannot tell."""
    if hasattr(os, "statvfs"):
        found = os.statvfs(folder)
        return found[1] * found[field]
    return None
