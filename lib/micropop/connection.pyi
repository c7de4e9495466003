from collections.abc import Callable, Iterable
from ssl import SSLContext
from typing import Literal

from .client import Client
from .packets import PacketPool

_Roots = str | bytes | Iterable[bytes]

def connect(
    host: str,
    port: int | None = None,
    *,
    pool: PacketPool | None = None,
    tls: bool | Literal["stls"] = True,
    ssl_context: SSLContext | None = None,
    ca: _Roots | None = None,
    timeout: float = 30,
    radio: object = None,
    idle: Callable[[], object] | None = None,
) -> Client: ...
