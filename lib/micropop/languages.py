"""UTF8 and LANG (RFC 6856): header fields in UTF-8, and the server's texts in a language of choice."""

from .listing import Listing


def utf8(session):
    """UTF8, which goes before the login. Raises ServerError."""
    session.need("AUTHORIZATION")
    session.send("UTF8")
    yield
    yield from session.reply()


def utf8_if_known(session):
    """UTF8 if the server lists it: for a name or a password that is not ASCII."""
    from .capabilities import capabilities

    if "UTF8" in (yield from capabilities(session)):
        yield from utf8(session)


def language(session, tag):
    """LANG with a tag. Raises InvalidArgument, ServerError."""
    for c in tag if isinstance(tag, str) and tag else " ":
        if not (c.isalpha() or c.isdigit() or c in "-*"):
            from .errors.problems import problem

            raise problem("language", tag)
    session.need()
    session.send("LANG " + tag)
    yield
    yield from session.reply()


def languages(client):
    """A Listing of what LANG lists. Raises ServerError."""
    return client._run(listed(client))


def listed(client):
    """LANG without a tag."""
    client.need("AUTHORIZATION" if client.state == "AUTHORIZATION" else "TRANSACTION")
    client.send("LANG")
    yield
    yield from client.reply()
    return Listing(client, None, tag_and_description)


def tag_and_description(line):
    """What a line of LANG's list says."""
    words = line.split(None, 1)
    tag = "".join([chr(c) for c in words[0] if 32 < c < 127]) if words else ""
    return tag, words[1] if len(words) > 1 else b""
