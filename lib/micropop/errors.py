"""What micropop raises. Loaded when something goes wrong, or when a name of it is first asked for.

``status`` is the NetX POP3 Client's code for the same situation (B1 to B8, 01, 1A, 38). The messages are in
``advice_*.py``.
"""


class Error(Exception):
    """Everything that micropop raises.

    ``status``: the NetX code. ``fatal``: the client was closed, its packets are back in the pool; connect again.
    ``retry``: the same may work later.
    """

    status = 0xB4
    fatal = False
    retry = False


class PoolEmpty(Error):
    """No packet is free (NX_NO_PACKET)."""

    status = 0x01
    retry = True


class PayloadTooSmall(Error):
    """It does not fit into a packet (NX_POP3_INSUFFICIENT_PACKET_PAYLOAD)."""

    status = 0xB6


class InvalidState(Error):
    """Not now: the wrong state of RFC 1939, or a reply is still being read (NX_POP3_CLIENT_INVALID_STATE)."""

    status = 0xB7


class InvalidIndex(Error):
    """No mail can have that number (NX_POP3_CLIENT_INVALID_INDEX, NX_POP3_INVALID_MAIL_ITEM)."""

    status = 0xB8


class InvalidArgument(Error):
    """An argument that must not or cannot be sent (NX_POP3_PARAM_ERROR)."""

    status = 0xB1


class CleartextRefused(Error):
    """Only a password in clear would get in, and that was not allowed."""

    status = 0xB3


class LimitExceeded(Error):
    """The mail is longer than the caller allowed (NX_POP3_MAIL_BUFFER_OVERFLOW)."""

    status = 0xB5


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
    """The server let the deadline pass (NX_WAIT_ABORTED)."""

    status = 0x1A
    fatal = True
    retry = True


class ServerError(Error):
    """The server answered -ERR.

    ``code``: its response code (RFC 2449, 3206), such as ``"SYS/TEMP"``, or ``""``. ``text``: its words.
    ``retry_after``: seconds to wait before the next try, or None where unknown.
    """

    retry_after = None

    def __init__(self, code, text):
        self.code = code
        self.text = text
        super().__init__(("[" + code + "] " if code else "") + text + self.advice)

    advice = ""


class AuthenticationError(ServerError):
    """Name or password refused (NX_POP3_APOP_FAILED_MD5_DIGEST)."""

    status = 0xB3
    advice = " (check name and password; many providers want an app password or a token)"


class InUse(ServerError):
    """[IN-USE]: another session holds the maildrop."""

    retry = True
    retry_after = 60
    advice = " (another client reads this mailbox; try again in a minute)"


class LoginDelay(ServerError):
    """[LOGIN-DELAY]: the last login was too short a time ago."""

    retry = True
    advice = " (the server wants fewer logins; poll less often)"


class TemporaryFailure(ServerError):
    """[SYS/TEMP]: the server's trouble, likely to pass."""

    retry = True
    advice = " (the server's own trouble; try again later)"


class PermanentFailure(ServerError):
    """[SYS/PERM]: the server's trouble, which a person must mend."""

    advice = " (the mail provider must mend this)"


def problem(situation, *details):
    """The exception for a situation named in ``advice.py``, with a message that says what to do."""
    from . import unload
    from .advice import exception

    made = exception(situation, details)
    unload("advice", "advice_reply")
    return made


def explain(error, transport):
    """The typed error for the OSError, or ValueError, that a transport raised, which may know better; others as they
    are."""
    if not isinstance(error, (OSError, ValueError)):
        return error
    situation = transport.explain(error) if hasattr(transport, "explain") else None
    if situation is None:
        if not isinstance(error, OSError):
            return error
        situation = "os"
    return problem(situation, error)
