from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Any, Self

from ..mime.mail import Mail, Part

async def read(source: Any, fields: Sequence[str] = (), size: int | None = None) -> AsyncMail: ...
async def opened(mail: AsyncMail) -> AsyncMail: ...

class AsyncPart(Part):
    __iter__: None  # type: ignore[assignment]
    def __aiter__(self) -> Self: ...
    async def __anext__(self) -> bytes: ...
    async def piece(self) -> bytes: ...  # type: ignore[override]
    async def text(self, limit: int = 4096) -> str: ...  # type: ignore[override]
    async def readinto(self, buf: Any) -> int: ...  # type: ignore[override]
    async def save(  # type: ignore[override]
        self, stream: Any, progress: Callable[[int, None], object] | None = None, limit: int | None = None
    ) -> int: ...
    async def open(self, fields: Sequence[str] = ()) -> AsyncMail: ...  # type: ignore[override]

class AsyncMail(Mail):
    leaf: type[AsyncPart]  # type: ignore[assignment]
    packets: Any
    __iter__: None  # type: ignore[assignment]
    __next__: None  # type: ignore[assignment]
    __enter__: None  # type: ignore[assignment]
    __exit__: None  # type: ignore[assignment]
    def __init__(self, source: Any, fields: Sequence[str], size: int | None) -> None: ...
    async def packet(self) -> Any: ...
    async def fill(self) -> None: ...  # type: ignore[override]
    def __aiter__(self) -> Self: ...
    async def __anext__(self) -> AsyncPart: ...
    async def text(self, limit: int = 4096) -> str: ...  # type: ignore[override]
    async def run(self, steps: Any) -> Any: ...  # type: ignore[override]
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

class Stream:
    start: int
    end: int
    memory: bytearray
    pool: Stream
    stream: Any
    def __init__(self, stream: Any, size: int) -> None: ...
    async def __anext__(self) -> Stream: ...

def sleep(ms: int) -> Awaitable[None]: ...
