STAYS: bool

class Error(Exception):
    status: int
    fatal: bool
    retry: bool

class ProtocolError(Error): ...
class ConnectionLost(Error): ...

class TLSError(ConnectionLost):
    reason: str

class Timeout(Error): ...
