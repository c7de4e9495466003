"""What micropop raises.

Those of the connection are here; those of a server's answers (``server.py``), of calls (``calls.py``) and of the store
(``files.py``) are found here too, and loaded by need. Once loaded they stay, so that an ``except`` with an imported
name works for months. ``status`` is the NetX POP3 Client's code for the same situation (B1 to B8, 01, 1A, 38).
``problems.py`` makes an exception with a message that says what to do.
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
    """The server let the deadline pass (NX_WAIT_ABORTED); or a stream did that a mail is saved to, which is not
    fatal."""

    status = 0x1A
    fatal = True
    retry = True


# most programs meet but a few of the others: they take no memory until then
_ELSEWHERE = (
    "server:ServerError:AuthenticationError:InUse:LoginDelay:TemporaryFailure:PermanentFailure:",
    "calls:PoolEmpty:PayloadTooSmall:InvalidState:InvalidIndex:InvalidArgument:CleartextRefused:LimitExceeded:",
    "files:StoreError:StoreFull:",
)


def __getattr__(name):
    for names in _ELSEWHERE:
        if ":" + name + ":" in names:
            module = "micropop.errors." + names.split(":", 1)[0]
            return getattr(__import__(module, None, None, (name,)), name)
    raise AttributeError(name)
