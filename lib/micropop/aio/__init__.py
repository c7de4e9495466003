"""AsyncClient: the face of a session for asyncio, with the commands of ``micropop.Client``, each awaited.

::

    client = await micropop.aio.connect("mail.example.org")
    async with client:
        await client.login("mrose", "secret")
        async for number, uid in client.uidl():
            ...
        async with client.retrieve(1) as message:
            async for packet in message:
                ...
        await client.quit()

``retrieve``, ``top``, ``list``, ``uidl``, ``languages`` and ``retrieve_many`` are not awaited: what they give sends its
command with ``async with``, or with the first step that reads, and raises there what the blocking face raises at once.
``close()`` has nothing to wait for.

A task that is cancelled while its command's reply is due loses the session, which is closed. A mail or a listing can be
read on; leaving its ``async with`` by a cancellation closes, for reading on would take time. ``asyncio.wait_for`` and,
where there is one, ``asyncio.timeout`` cancel so. Nothing is deleted then that was not read.

While one task is inside a call, or a mail is in progress, the calls of another raise InvalidState: two tasks that read
mail have a client each. They may share a pool.

``connect`` and ``read``, for mail that people can read, are loaded when they are first asked for.
"""

from .client import AsyncClient as AsyncClient


def __getattr__(name):
    if name == "connect":
        from .connection import connect

        return connect
    if name == "read":
        from .mail import read

        return read
    raise AttributeError("module 'micropop.aio' has no attribute '" + name + "'")
