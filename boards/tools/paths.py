"""Where things lie: the repository, and the git-ignored folder for everything fetched or generated."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIB = ROOT / "lib"
PRIVATE = ROOT / ".private"
KNOWN = ROOT / "boards" / "known"
