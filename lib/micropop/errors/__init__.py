"""What micropop raises.

The root of them all is loaded at once; those of the connection (``connection.py``), of a server's answers
(``server.py``), of calls (``calls.py``) and of the store (``files.py``) are found here too, and loaded by need. Once
loaded they stay, so that an ``except`` with an imported name works for months. ``status`` is the NetX POP3 Client's
code for the same situation (B1 to B8, 01, 1A, 38). ``problems.py`` makes an exception with a message that says
what to do.
"""

from .root import Error

__all__ = ["Error"]

STAYS = True  # see memory.py

# most programs meet but a few of the others: they take no memory until then
_ELSEWHERE = (
    "connection:ProtocolError:ConnectionLost:TLSError:Timeout:",
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
