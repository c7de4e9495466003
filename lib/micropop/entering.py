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
    digests = "adafruit_hashlib" if sys.implementation.name == "circuitpython" else None  # 30 KB, if it is installed
    with forgetting(digests), forgetting(also=__name__):
        from .login import login

        client._run(login(client._session, getattr(client.transport, "secure", False), *how))
