from collections.abc import Sequence
from typing import Any

from .mail import Mail

folders: list[str]

def read(source: Any, fields: Sequence[str] = (), size: int | None = None) -> Mail: ...
