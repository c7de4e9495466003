"""The operations of the commands that have one reply (RFC 1939). All raise InvalidState, InvalidIndex and
PayloadTooSmall before anything is sent, ServerError, and ProtocolError."""


def greet(session):
    """The greeting."""
    session.due = 1
    session.greeting = b"+OK " + (yield from session.reply())


def stat(session):
    """STAT: (number of mails, their octets, None where the server does not tell)."""
    return counted(session, (yield from session.ask("STAT")))


def counted(session, text):
    """What STAT's reply says."""
    words = text.split(None, 2)
    if not words or not words[0].isdigit() or len(words[0]) > 9:
        raise session.broken("line", text, session.secret)
    count = int(words[0])
    session.max = count + session.deleted
    known = len(words) > 1 and words[1].isdigit() and len(words[1]) < 20
    return count, int(words[1]) if known else None


def size(session, number):
    """LIST n: the mail's octets."""
    from .listing import octets

    return octets(session, (yield from session.ask("LIST", number)), number)[1]


def uid(session, number):
    """UIDL n: the mail's unique id."""
    from .listing import unique

    return unique(session, (yield from session.ask("UIDL", number)), number)[1]


def delete(session, number):
    """DELE n."""
    session.need("TRANSACTION", number)
    yield from look(session)  # what follows a mail unasked shows that it ended too early
    yield from session.ask("DELE", number)
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
    yield from session.ask("RSET")
    session.deleted = 0


def noop(session):
    """NOOP."""
    yield from session.ask("NOOP")


def quit(session):
    """QUIT: the session is over with its reply."""
    session.need()
    session.send("QUIT")
    session.state = "UPDATE"
    yield
    yield from session.reply()


def utf8(session):
    """UTF8 (RFC 6856), which goes before the login."""
    session.need("AUTHORIZATION")
    session.send("UTF8")
    yield
    yield from session.reply()


def language(session, tag):
    """LANG with a tag (RFC 6856). Raises InvalidArgument too."""
    for c in tag if isinstance(tag, str) and tag else " ":
        if not (c.isalpha() or c.isdigit() or c in "-*"):
            from ..errors.problems import problem

            raise problem("language", tag)
    session.need()
    session.send("LANG " + tag)
    yield
    yield from session.reply()


def capabilities(session):
    """CAPA (RFC 2449)."""
    from .capabilities import capabilities

    return (yield from capabilities(session))
