from typing import Self

class Packet:
    pool: PacketPool
    start: int
    end: int
    final: bool
    index: int
    room: memoryview
    tail: memoryview
    secret: bool
    holder: object
    def __init__(self, pool: PacketPool, index: int) -> None: ...
    @property
    def data(self) -> memoryview: ...
    @property
    def length(self) -> int: ...
    def append(self, data: bytes | bytearray | memoryview | str) -> None: ...
    def span(self, start: int, end: int) -> None: ...
    def keep(self) -> Self: ...
    def release(self) -> None: ...
    def clear(self) -> None: ...

class PacketPool:
    memory: bytearray
    view: memoryview
    payload_size: int
    total: int
    free: int
    low_water: int
    empty_requests: int
    invalid_releases: int
    def __init__(
        self, payload_size: int = 512, packets: int | None = None, memory: bytearray | None = None
    ) -> None: ...
    def allocate(self, timeout: float = 0) -> Packet: ...
    def append(self, packet: Packet) -> None: ...
