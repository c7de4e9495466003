"""Files that hold secrets: whole or not at all, and nobody's but their owner's."""

import os
from pathlib import Path


def write(path: Path, data: bytes) -> None:
    """Write a file that its owner alone may read; an old one stays as it was until the new one is whole."""
    aside = path.with_name(path.name + ".new")
    aside.unlink(missing_ok=True)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
