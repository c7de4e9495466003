from collections.abc import Callable, Iterator
from typing import Any

from ..client import Client
from ..errors import Error
from . import Store
from .files import Mail

class Poll:
    store: Store
    folder: str
    delete: bool
    lines: int | None
    limit: int | None
    newest: int | None
    progress: Callable[[int, int | None], object] | None
    days: int
    mailbox: Any
    client: Client | None
    half: str | None
    full: Error | None
    lost: Error | None
    last: Any
    by_header: bool
    blind: bool
    sizes: bytearray
    listed: int
    queue: Any
    doomed: Any
    late: list[Any]
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
    def run(self, step: Callable[[Poll], object]) -> None: ...
    def is_due(self, data: bytes | bytearray) -> bool: ...
    def size(self, number: int) -> int: ...
    def mark(self, number: int) -> int: ...
