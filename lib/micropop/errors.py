"""What micropop raises. Loaded when something goes wrong, or when a name of it is first asked for.

Those of the connection are here; those of a server's answers (``errors_server.py``), of calls (``errors_use.py``) and
of the store (``store_errors.py``) are found here too, and loaded by need. ``status`` is the NetX POP3 Client's code for
the same situation (B1 to B8, 01, 1A, 38). The messages are in ``advice_*.py``.
"""


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
    """The server let the deadline pass (NX_WAIT_ABORTED)."""

    status = 0x1A
    fatal = True
    retry = True


def __getattr__(name):
    # most programs meet but a few of them: the others take no memory
    if name in ("ServerError", "AuthenticationError", "InUse", "LoginDelay", "TemporaryFailure", "PermanentFailure"):
        module = "micropop.errors_server"
    elif name.startswith("Store"):
        module = "micropop.store_errors"
    else:
        module = "micropop.errors_use"
    return getattr(__import__(module, None, None, (name,)), name)


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
