from collections.abc import Callable, Iterator

from ..client import Client
from . import Store
from .files import Mail

class Poll:
    client: Client | None
    half: str | None
    full: Exception | None
    lost: Exception | None
    last: tuple[int, int, bool] | None
    by_header: bool
    blind: bool
    stranger: bool
    def __init__(
        self,
        store: Store,
        delete: bool,
        lines: int | None,
        limit: int | None,
        newest: int | None,
        progress: Callable[[int, int | None], object] | None,
        days: int,
        account: str | None,
    ) -> None: ...
    def open(self) -> None: ...
    def look(self, client: Client) -> None: ...
    def mails(self) -> Iterator[Mail]: ...
    def finish(self) -> None: ...
    def close(self) -> None: ...
    def clear(self) -> None: ...
    def is_due(self, data: bytes) -> bool: ...
    def size(self, number: int) -> int: ...
    def mark(self, number: int) -> int: ...
