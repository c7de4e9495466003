from collections.abc import Callable
from typing import Any

from ..packets import PacketPool
from .client import AsyncClient

async def connect(
    host: str,
    port: int | None = None,
    *,
    pool: PacketPool | None = None,
    tls: bool | str = True,
    ssl_context: Any = None,
    ca: Any = None,
    timeout: float = 30,
    radio: Any = None,
    idle: Callable[[], object] | None = None,
) -> AsyncClient: ...
