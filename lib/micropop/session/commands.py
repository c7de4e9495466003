"""The operations of the commands that have one reply (RFC 1939). All raise InvalidState, InvalidIndex and
PayloadTooSmall before anything is sent, ServerError, and ProtocolError."""


def ask(session, command, *numbers):
    """A command of the TRANSACTION state: the text of its reply.

    :param str command: with ``%d`` for a mail's number, if it takes one
    """
    session.need("TRANSACTION", *numbers)
    session.send(command % numbers)
    text = None
    while text is None:
        yield
        text = session.answer()
    return text


def stat(session):
    """STAT: (number of mails, their octets, None where the server does not tell)."""
    return counted(session, (yield from ask(session, "STAT")))


def counted(session, text):
    """What STAT's reply says."""
    words = text.split(None, 2)
    if not words or not words[0].isdigit() or len(words[0]) > 9:
        raise session.broken("line", text, session.secret)
    count = int(words[0])
    session.max = max(count + session.deleted, session.listed)
    known = len(words) > 1 and words[1].isdigit() and len(words[1]) < 20
    return count, int(words[1]) if known else None


def size(session, number):
    """LIST n: the mail's octets."""
    from .listing import octets

    return octets(session, (yield from ask(session, "LIST %d", number)), number)[1]


def uid(session, number):
    """UIDL n: the mail's unique id."""
    from .listing import unique

    return unique(session, (yield from ask(session, "UIDL %d", number)), number)[1]


def delete(session, number):
    """DELE n."""
    session.need("TRANSACTION", number)
    yield from look(session)  # what follows a mail unasked shows that it ended too early
    yield from ask(session, "DELE %d", number)
    session.deleted += 1


def look(session):
    """Read what is there already, without waiting. Raises ProtocolError if that is anything."""
    if session.head == session.stop:
        session.glance = True
        yield
    if session.head != session.stop:
        raise session.broken("unasked")


def reset(session):
    """RSET."""
    yield from ask(session, "RSET")
    session.deleted = 0


def noop(session):
    """NOOP."""
    yield from ask(session, "NOOP")
