"""STLS (RFC 2595): TLS on a connection that began in clear. Required means required."""


def stls(session):
    """The operation of STLS; the transport's handshake comes next.

    Raises TLSError if the server does not start TLS, and ProtocolError if anything stands behind its reply:
    somebody put it there. What was said in clear is forgotten, the greeting's timestamp too.
    """
    session.need("AUTHORIZATION")
    session.send("STLS")
    yield
    try:
        yield from session.reply()
    except Exception as error:
        if session.state == "CLOSED" or session.due:
            raise
        raise session.broken("no stls", error)
    if session.head < session.stop:
        raise session.broken("attack")
    session.caps = session.pipelining = None
    session.greeting = session.greeting.split(b"<")[0]
