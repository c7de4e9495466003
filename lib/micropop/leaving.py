"""Reading on in what nobody wants any more, so that the next command finds the session in order."""


class Once:
    received = 0  # never more: the time does not begin anew


def drop(client, stream, limit):
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
                client._fill(Once)
            if stream.received - start > limit:
                raise session.broken("leftover", limit)
    except BaseException as error:
        client._failed(error)
    stream.left()
    session.leave()
    return stream.received - start


def over(session, stream):
    """Whether nothing of a stream is left to be read; then it is forgotten."""
    if session.op is stream or session.busy:
        return False
    if session.last is stream:
        session.last = None
        session.flush()
    return True


def under_way(session):
    """What a discard throws away: a message, a listing or, if a message is of one, its batch; None if there is nothing.
    Raises InvalidState while somebody is inside."""
    if session.busy:
        from .session.refusing import refuse

        refuse(session)
    stream = session.op
    if stream is None:
        session.last = None
        session.flush()
        return None
    return getattr(stream, "batch", None) or stream


def discard(client, limit):
    """See ``Client.discard()``."""
    stream = under_way(client._session)
    if stream is None:
        return 0
    if limit is None:
        limit = client.leftover
    return stream.close(limit) if hasattr(stream, "coming") else drop(client, stream, limit)


def leave(session, close, kind):
    """Leave a ``with`` block, by an exception if ``kind`` is one: nothing may hide that. What else happened is told by
    the next command."""
    try:
        close()
    except Exception as error:
        if kind is None:
            raise
        session.why = error
