"""What takes more than a reply: a login, a mail, a listing, many mails. Loaded when the first of it is asked for."""


def login(client, *how):
    """A login, whose modules are forgotten behind it."""
    from .memory import forgetting

    with forgetting():
        from .login import login

        return client._run(login(client._session, getattr(client.transport, "secure", False), *how))


def retrieve(client, number, limit):
    """RETR: a Message."""
    return fetch(client, limit, "RETR", number)


def top(client, number, lines, limit):
    """TOP: a Message."""
    if not isinstance(lines, int) or lines is True or lines < 0:
        from .errors.problems import problem

        raise problem("lines", lines)
    return fetch(client, limit, "TOP", number, lines)


def fetch(client, limit, verb, *numbers):
    """Send a command that a mail answers."""
    from .message import Message
    from .session.body import fetch

    return client._run(fetch(Message(client, numbers[0], limit), verb, *numbers))


def list(client):
    """LIST: a Listing."""
    from .session.listing import listed, octets

    return listing(client, octets, listed, "LIST")


def uidl(client):
    """UIDL: a Listing."""
    from .session.listing import listed, unique

    return listing(client, unique, listed, "UIDL")


def check(client):
    """STAT and UIDL: (mails, octets, Listing)."""
    from .session.batch import check
    from .session.listing import unique

    return listing(client, unique, check)


def languages(client):
    """LANG: a Listing."""
    from .session.listing import languages, tag_and_description

    return listing(client, tag_and_description, languages)


def listing(client, parse, operation, *what):
    """Run an operation on a new Listing; returns what that returns."""
    from .listing import Listing

    return client._run(operation(Listing(client, parse), *what))


def retrieve_many(client, numbers, delete, limit):
    """RETR of many: a Batch."""
    from .batch import Batch

    return Batch(client, numbers, delete, limit)


def discard(client, limit):
    """Read what is left of it, and forget it."""
    from .leaving import discard

    return discard(client, limit)
