"""micropop: a POP3 client for MicroPython and CircuitPython that holds a whole session in a few fixed packets.

``connect()`` gives a Client. Here are ``Client``, ``PacketPool`` and the exceptions too; and modules, each loaded when
it is first asked for: ``aio`` (the same for asyncio), ``mime`` (a mail's header, parts and text), ``store`` (mails on
flash), ``oauth`` (tokens that renew themselves), ``poplib`` and ``netx`` (the faces of other clients), ``memory``
(forgetting loaded modules).
"""

from .client import Client
from .packets import PacketPool

__version__ = "0.2.0"

# MicroPython's dir() and TAB ask for each of some 960 names in the firmware: one that is not here must cost next to
# nothing.
_MODULES = ("aio", "errors", "memory", "mime", "netx", "oauth", "poplib", "store")
_ERRORS = (
    " Error ProtocolError ConnectionLost TLSError Timeout ServerError AuthenticationError InUse LoginDelay"
    " TemporaryFailure PermanentFailure PoolEmpty PayloadTooSmall InvalidState InvalidIndex InvalidArgument"
    " CleartextRefused LimitExceeded StoreError StoreFull "
)


def __getattr__(name):
    if name == "connect":
        module = "micropop.connection"
    elif name in _MODULES:
        return __import__("micropop." + name, None, None, (name,))
    elif "A" <= name[0] <= "Z" and " " + name + " " in _ERRORS:
        module = "micropop.errors"
    else:
        raise AttributeError("module 'micropop' has no attribute '" + name + "'")
    return getattr(__import__(module, None, None, (name,)), name)


def __dir__():
    return ["Client", "PacketPool", "__version__", "connect"] + list(_MODULES) + _ERRORS.split()
