"""How a session begins and ends: the operations of the greeting and of QUIT (RFC 1939)."""


def greet(session):
    """The greeting."""
    session.due = 1
    session.greeting = b"+OK " + (yield from session.reply())


def quit(session):
    """QUIT: the session is over with its reply."""
    session.need()
    session.send("QUIT")
    session.state = "UPDATE"
    yield
    yield from session.reply()
