"""The steps from a connection to a mailbox: the greeting, STLS, the login. Their modules are forgotten behind them."""

import sys

from .client import Client
from .memory import forgetting


def greeted(transport, pool, timeout, idle, host, ssl_context, ca):
    """A Client over a transport, which belongs to it, or is closed.

    :param host: for STLS (RFC 2595), else None
    """
    try:
        client = Client(transport, pool, timeout, idle)
        if host is not None:
            from .session.stls import stls

            client._run(stls(client._session))
            transport.start_tls(host, ssl_context, ca)
            client._recv = transport.readinto
    except BaseException:
        transport.close()
        raise
    return client


def login(client, *how):
    """See ``Client.login()``."""
    # 30 KB, if somebody installed it; entered by hand, as a further call would take CircuitPython's stack
    library = sys.implementation.name == "circuitpython" and forgetting("adafruit_hashlib")
    if library:
        library.__enter__()
    try:
        with forgetting(also=__name__):
            from .login import login

            client._run(login(client._session, getattr(client.transport, "secure", False), *how))
    finally:
        if library:
            library.__exit__()
