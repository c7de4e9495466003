"""micropop: a POP3 client for MicroPython and CircuitPython that holds a whole session in a few fixed packets."""

from .client import Client
from .packet import PacketPool


def __getattr__(name):
    # the exceptions, connect and the optional modules are loaded when they are first asked for
    if name == "connect":
        module = "micropop.connection"
    elif name[0].isupper():
        module = "micropop.errors"
    else:
        try:
            return __import__("micropop." + name, None, None, (name,))
        except ImportError:
            raise AttributeError(name)
    return getattr(__import__(module, None, None, (name,)), name)
