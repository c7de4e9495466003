"""UTF8 and LANG (RFC 6856): header fields in UTF-8, and the server's texts in a language of choice."""


def utf8(session):
    """UTF8 (RFC 6856), which goes before the login."""
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
    """LANG with a tag (RFC 6856). Raises InvalidArgument too."""
    for c in tag if isinstance(tag, str) and tag else " ":
        if not (c.isalpha() or c.isdigit() or c in "-*"):
            from ..errors.problems import problem

            raise problem("language", tag)
    session.need()
    session.send("LANG " + tag)
    yield
    yield from session.reply()


def languages(lines):
    """The operation of LANG without a tag: the listing that answers it. Raises ServerError."""
    session = lines.session
    session.need()
    session.send("LANG")
    yield
    yield from session.reply()
    return lines.begin()


def tag_and_description(session, line):
    """What a line of LANG's list says."""
    words = line.split(None, 1)
    tag = "".join([chr(c) for c in words[0] if 32 < c < 127]) if words else ""
    return tag, words[1] if len(words) > 1 else b""
