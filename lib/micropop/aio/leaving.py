"""Reading on in what nobody wants any more, so that the next command finds the session in order."""

from ..leaving import Once, over, under_way


async def drop(client, stream, limit):
    """Read a message or listing to its end, and forget it. Returns how many octets that were.

    :param int limit: octets that may be left: where there are more the client is closed, and LimitExceeded says so
    All of it has the time of one reply.
    """
    session = client._session
    if over(session, stream):
        return 0
    session.begin(None, stream)
    stream.limit = None
    start = stream.received
    client._mark = 0
    client._time = client.timeout
    try:
        while not stream.ended:
            if stream.take() is None:
                await client._fill(Once)
            if stream.received - start > limit:
                raise session.broken("leftover", limit)
    except BaseException as error:
        client._failed(error)
    stream.left()
    session.leave()
    return stream.received - start


async def discard(client, limit):
    """See ``Commands.discard()``."""
    stream = under_way(client._session)
    if stream is None:
        return 0
    if limit is None:
        limit = client.leftover
    return await (stream.close(limit) if hasattr(stream, "coming") else drop(client, stream, limit))


async def leave(client, stream, close, kind):
    """Leave a stream's ``async with`` block, by an exception if ``kind`` is one: nothing may hide that. What else
    happened is told by the next command.

    :param close: reads on; where the task was cancelled there is no time for that
    """
    session = client._session
    if kind is not None and not issubclass(kind, Exception):
        if stream.open if hasattr(stream, "coming") else session.op is stream:
            session.end("interrupted")
            client.close()
        else:
            over(session, stream)
        return
    try:
        await close()
    except Exception as error:
        if kind is None:
            raise
        session.why = error
