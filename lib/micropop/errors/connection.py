"""The errors of the connection."""

from .root import Error

STAYS = True  # see memory.py


class ProtocolError(Error):
    """The server does not speak POP3, or attacks."""

    fatal = True


class ConnectionLost(Error):
    """The connection could not be made or broke (NX_NOT_CONNECTED)."""

    status = 0x38
    fatal = True
    retry = True


class TLSError(ConnectionLost):
    """TLS failed; the message says why. ``reason``: unknown-ca, wrong-host, dates, memory, handshake, ..."""

    retry = False
    reason = "handshake"


class Timeout(Error):
    """The server let the deadline pass (NX_WAIT_ABORTED); or a stream did that a mail is saved to, which is not
    fatal."""

    status = 0x1A
    fatal = True
    retry = True
