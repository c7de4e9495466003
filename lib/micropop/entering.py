"""A login over a client, whose modules are forgotten behind it."""

import gc

from .memory import forgetting


def login(client, *how):
    """See ``Client.login()``."""
    with forgetting(__name__):
        from .login import login

        client._run(login(client._session, getattr(client.transport, "secure", False), *how))
    gc.collect()  # what a login took comes back in one piece
