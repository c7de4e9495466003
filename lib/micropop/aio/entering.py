"""A login over an asynchronous client, whose modules are forgotten behind it."""

from ..memory import forgetting


async def login(client, *how):
    """See ``Commands.login()``."""
    with forgetting("micropop.login", also=__name__):  # and no other, for other tasks may be loading theirs
        from ..login import login

        await client._run(login(client._session, getattr(client.transport, "secure", False), *how))
