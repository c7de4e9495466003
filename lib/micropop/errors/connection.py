"""The root of all errors, and those of the connection."""

STAYS = True  # see memory.py


class Error(Exception):
    """Everything that micropop raises.

    ``status``: the NetX code. ``fatal``: the client was closed, its packets are back in the pool; connect again.
    ``retry``: the same may work later.
    """

    status = 0xB4
    fatal = False
    retry = False


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
