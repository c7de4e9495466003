from .root import Error

STAYS: bool

class ProtocolError(Error): ...
class ConnectionLost(Error): ...

class TLSError(ConnectionLost):
    reason: str

class Timeout(Error): ...
