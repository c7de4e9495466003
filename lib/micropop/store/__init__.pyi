from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from ..client import Client
from ..errors import Error
from .files import Mail
from .poll import Poll

class Store:
    folder: str
    refused: Error | None
    looks: int
    given: int
    polling: Poll | None
    revived: bool
    untidy: bool
    def __init__(self, folder: str = "mail") -> None: ...
    def fetch(
        self,
        client: Client,
        delete: bool = False,
        lines: int | None = None,
        limit: int | None = None,
        newest: int | None = None,
        progress: Callable[[int, int | None], object] | None = None,
        days: int = 0,
        account: str | None = None,
    ) -> Iterator[Mail]: ...
    def poll(
        self,
        delete: bool = False,
        lines: int | None = None,
        limit: int | None = None,
        newest: int | None = None,
        progress: Callable[[int, int | None], object] | None = None,
        days: int = 0,
        account: str | None = None,
    ) -> Poll: ...
    def pending(self) -> Iterator[Mail]: ...
    def mails(self, after: int = 0) -> Iterator[Mail]: ...
    def prune(self, keep: int) -> int: ...
    def free(self) -> int | None: ...
    def seen(self, uid: bytes) -> bool: ...
    def forget(self, uid: bytes) -> bool: ...
    def run(self, step: Callable[..., Any], *arguments: object) -> Any: ...
    def failed(self, error: OSError) -> NoReturn: ...
