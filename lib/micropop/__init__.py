"""micropop: a POP3 client for MicroPython and CircuitPython that holds a whole session in a few fixed packets."""

import sys


def unload(*names):
    """Forget modules whose work is done: a board has their memory for the mail. Needed again, they are loaded again."""
    for name in names:
        sys.modules.pop("micropop." + name, None)
        globals().pop(name, None)


from .client import Client  # noqa: E402  behind unload, which clock.py replaces on CPython
from .packet import PacketPool  # noqa: E402


def __getattr__(name):
    # the exceptions, connect and the optional modules are loaded when they are first asked for
    if name == "connect":
        module = "connection"
    elif name[0].isupper():
        module = "errors"
    else:
        module = name
    try:
        found = __import__("micropop." + module, None, None, (name,))
    except ImportError:
        raise AttributeError(name)
    return found if module == name else getattr(found, name)
