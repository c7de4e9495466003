"""A login over a client, whose modules are forgotten behind it."""

from .memory import forgetting


def login(client, *how):
    """See ``Client.login()``."""
    with forgetting(also=__name__), forgetting("adafruit_hashlib"):  # of 30 KB
        from .login import login

        client._run(login(client._session, getattr(client.transport, "secure", False), *how))
