"""STLS (RFC 2595): TLS on a connection that began in clear. Required means required."""


def stls(session):
    """Ask for TLS; the transport's handshake comes next. Raises TLSError if the server does not start it, and
    ProtocolError if anything stands behind its reply: somebody put it there."""
    from .errors import ServerError
    from .errors.problems import problem

    session.need("AUTHORIZATION")
    session.send("STLS")
    yield
    try:
        yield from session.reply()
    except ServerError as error:
        raise problem("no stls", error)
    if session.head < session.stop:
        raise problem("attack")
    session.caps = session.pipelining = None  # whatever was said in clear is forgotten
