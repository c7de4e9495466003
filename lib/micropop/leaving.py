"""Reading on in what nobody wants any more, so that the next command finds the session in order."""

class _Once:
    received = 0  # never more: the time does not begin anew


def drop(client, stream, limit):
    """Read a message or listing to its end, and forget it. Returns how many octets that were.

    :param int limit: octets that may be left: where there are more the client is closed, and LimitExceeded says so
    All of it has the time of one reply.
    """
    session = client._session
    if session.op is not stream and not session.busy:
        if session.last is stream:
            session.last = None
            session.flush()
        return 0
    session.begin(None, stream)
    stream.limit = None
    start = stream.received
    client._mark = 0
    client._time = client.timeout
    try:
        while not stream.ended:
            if stream.take() is None:
                client._fill(_Once)
            if stream.received - start > limit:
                raise session.broken("leftover", limit)
    except BaseException as error:
        client._failed(error)
    stream.left()
    session.leave()
    return stream.received - start


def discard(client, limit):
    """See ``Client.discard()``."""
    session = client._session
    if session.busy:
        from .session.refusing import refuse

        refuse(session)
    stream = session.op
    if stream is None:
        session.last = None
        session.flush()
        return 0
    if limit is None:
        limit = client.leftover
    batch = stream if hasattr(stream, "coming") else getattr(stream, "batch", None)
    return drop(client, stream, limit) if batch is None else batch.close(limit)


def leave(session, close, kind):
    """Leave a ``with`` block, by an exception if ``kind`` is one: nothing may hide that. What else happened is told by
    the next command."""
    try:
        close()
    except Exception as error:
        if kind is None:
            raise
        session.why = error
