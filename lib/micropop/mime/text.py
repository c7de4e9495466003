"""The texts of parts and mails, as generators that yield where the reader wants to be fed."""

from .charsets import decoder

_ALTERNATIVE = 1  # among a reader's kinds


def of_part(part, limit, readable=False):
    """The next characters of a part's text.

    :param Leaf part: its reader's current one
    :param int limit: how many at the most
    :param bool readable: HTML is made plain
    """
    if part.decoder is None:
        part.decoder = decoder(part.charset)
        if readable and part.type == "text/html":
            from .html import Html

            part.stage = Html()
        elif part.flowed and part.type == "text/plain":
            from .flowed import Flowed

            part.stage = Flowed(part.flowed > 1)
    found = []
    text = part.rest
    part.rest = ""
    final = part.over
    while True:
        if text:
            if len(text) > limit:
                found.append(text[:limit])
                part.rest = text[limit:]
                break
            found.append(text)
            limit -= len(text)
        if final:
            break
        data = part.left or part.reader.take()
        while data is None:
            yield
            data = part.reader.take()
        part.left = b""
        final = part.over = not data
        text = part.decoder.decode(data, final)
        if part.stage is not None:
            text = part.stage.feed(text, final)
    return "".join(found)


def of_mail(reader, limit):
    """What a person would read first: the text, at most ``limit`` characters; "" where there is none.

    Of the kinds of a multipart/alternative that is plain text, else HTML, made plain, else another text; one that is
    blank does not count. The reader stands behind that multipart then: ``ahead`` if its part is still to be given
    out.
    """
    best = ""
    rank = 0
    around = None  # the multipart/alternative
    while True:
        more = reader.advance()
        while more is None:
            yield
            more = reader.advance()
        if not more:
            return best
        part = reader.part
        if around is not None and around not in reader.bounds:
            reader.ahead = True
            return best
        if around is None and _ALTERNATIVE in reader.kinds:
            around = reader.bounds[reader.kinds.index(_ALTERNATIVE)]
        kind = 0
        if part.disposition != "attachment" and part.type.startswith("text/"):
            kind = 3 if part.type == "text/plain" else 2 if part.type == "text/html" else 1
        if kind > rank:
            text = yield from of_part(part, limit, True)
            if text.strip():
                best = text
                rank = kind
                if around is None and kind > 1:
                    return best
