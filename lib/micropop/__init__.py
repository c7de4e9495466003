"""micropop: a POP3 client for MicroPython and CircuitPython that holds a whole session in a few fixed packets.

``connect()`` gives a Client. Here are ``Client``, ``PacketPool`` and the exceptions too; and modules, each loaded when
it is first asked for: ``aio`` (the same for asyncio), ``mime`` (a mail's header, parts and text), ``store`` (mails on
flash), ``oauth`` (tokens that renew themselves), ``poplib`` and ``netx`` (the faces of other clients).
``micropop.memory`` forgets loaded modules, ``micropop.errors`` has the exceptions too.
"""

from .client import Client
from .packets import PacketPool

__version__ = "0.2.0"

# MicroPython's dir() and TAB ask for each of some 960 names in the firmware: one that is not here must cost next to
# nothing.
_NAMES = (
    " aio mime netx oauth poplib store  connect Error ProtocolError ConnectionLost TLSError Timeout"
    " ServerError AuthenticationError InUse LoginDelay TemporaryFailure PermanentFailure PoolEmpty PayloadTooSmall"
    " InvalidState InvalidIndex InvalidArgument CleartextRefused LimitExceeded StoreError StoreFull "
)
_MODULES = 34  # where the names of modules end


def __getattr__(name):
    at = _NAMES.find(" " + name + " ")
    if at < 0:
        raise AttributeError("module 'micropop' has no attribute '" + name + "'")
    if at < _MODULES:
        return __import__("micropop." + name, None, None, (name,))
    module = "micropop.connection" if name == "connect" else "micropop.errors"
    return getattr(__import__(module, None, None, (name,)), name)


def __dir__():
    return ["Client", "PacketPool", "__version__"] + _NAMES.split()
