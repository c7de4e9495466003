from types import TracebackType

FORGETS: bool

class forgetting:
    package: str | None
    inside: str | None
    also: str | None
    before: list[str] | None
    def __init__(self, package: str | None = "micropop", also: str | None = None) -> None: ...
    def holds(self, name: str) -> bool: ...
    def __enter__(self) -> None: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

def forget(name: str) -> None: ...
