from collections.abc import Callable, Iterable
from ssl import SSLContext
from typing import Any

from ..packets import PacketPool

class Token:
    path: str
    provider: str
    client_id: str
    client_secret: str | None
    scope: str | None
    pool: PacketPool | None
    ssl_context: SSLContext | None
    ca: str | bytes | Iterable[bytes] | None
    timeout: float
    radio: object
    renewed: bool
    place: Any
    numbers: Any
    def __init__(
        self,
        path: str,
        provider: str,
        client_id: str,
        client_secret: str | None = None,
        *,
        scope: str | None = None,
        pool: PacketPool | None = None,
        ssl_context: SSLContext | None = None,
        ca: str | bytes | Iterable[bytes] | None = None,
        timeout: float = 30,
        radio: object = None,
    ) -> None: ...
    @property
    def fresh(self) -> bool | None: ...
    def get(self, idle: Callable[[], object] | None = None, stale: bool = False) -> bytes: ...
    def renew(self, idle: Callable[[], object] | None = None) -> None: ...
