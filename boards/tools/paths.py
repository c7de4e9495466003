"""Where things lie: the repository, and the git-ignored folder for everything fetched or generated."""

import contextlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIB = ROOT / "lib"
PRIVATE = ROOT / ".private"
KNOWN = ROOT / "boards" / "known"


def keep_private() -> None:
    """Make the private folder, or make it its owner's only: passwords and mails lie there, in settings and images."""
    PRIVATE.mkdir(mode=0o700, exist_ok=True)
    with contextlib.suppress(OSError):  # another's folder: what is in it has modes of its own
        PRIVATE.chmod(0o700)
