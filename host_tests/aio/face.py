"""The asynchronous client in the blocking one's clothes: so the behaviour suite runs over both.

``Client`` has the blocking client's methods, and runs those of an AsyncClient, each to its end, on a loop of four
lines, in which nobody else takes part. Waiting is the transport's own ``wait()``, in virtual time.
"""

import micropop.aio


class Waiting:
    """What waits for a transport, see ``micropop.aio.waiting()``; each wait gives way once, as on a real loop.

    :param transport: with ``wait(writing, ms)``
    :param clock: virtual time
    """

    def __init__(self, transport, clock):
        self._transport = transport
        self._clock = clock
        self._closing = False

    def wait(self, writing, ms):
        return Gap(lambda: self._closing or self._transport.wait(writing, ms))

    def sleep(self, ms):
        return Gap(lambda: self._clock.sleep(ms / 1000))

    def pause(self):
        pass

    def wake(self):
        self._closing = True


class Gap:
    """Awaited, it gives way once.

    :param then: called behind that
    """

    def __init__(self, then):
        self._then = then
        self._given = False

    def __iter__(self):
        return self

    __await__ = __iter__

    def __next__(self):
        if self._given:
            self._then()
            raise StopIteration
        self._given = True


def run(task):
    """What comes of a coroutine."""
    try:
        while True:
            task.send(None)
    except StopIteration as done:
        return done.value


class Client:
    """A blocking client.

    :param transport: with ``waiting``
    The other parameters are those of ``micropop.Client``.
    """

    def __init__(self, transport, pool, timeout=30, idle=None):
        client = micropop.aio.AsyncClient(transport, pool, timeout, idle)
        object.__setattr__(self, "_client", client)
        run(client.__aenter__())

    def __getattr__(self, name):
        found = getattr(self._client, name)
        return found if name[0] == "_" or name == "idle" or not callable(found) else Call(found)

    def __setattr__(self, name, value):
        setattr(self._client, name, value)

    def __enter__(self):
        return self

    def __exit__(self, *why):
        run(self._client.__aexit__(*why))


class Call:
    """A method that is run to its end."""

    def __init__(self, method):
        self._method = method

    def __call__(self, *arguments, **options):
        return whole(self._method(*arguments, **options))


def whole(found):
    """What a call gave, run to its end."""
    if hasattr(found, "send"):
        found = run(found)
    if isinstance(found, tuple):
        return tuple([whole(one) for one in found])
    if hasattr(found, "__aenter__"):
        return Stream(found)
    return found


class Stream:
    """A message, a listing or a batch, whose command was sent."""

    def __init__(self, stream):
        self._stream = stream
        run(stream.__aenter__())

    def __getattr__(self, name):
        found = getattr(self._stream, name)
        return Call(found) if callable(found) and name[0] != "_" else found

    def __iter__(self):
        self._stream.__aiter__()
        return self

    def __next__(self):
        try:
            return whole(run(self._next()))
        except StopAsyncIteration:
            raise StopIteration from None

    async def _next(self):
        return await self._stream.__anext__()

    def __enter__(self):
        return self

    def __exit__(self, *why):
        run(self._stream.__aexit__(*why))
