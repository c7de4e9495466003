"""The texts of parts and mails, as generators that yield where the reader is to be fed."""

try:
    from micropython import const
except ImportError:
    const = int

_ENOUGH = const(64)  # characters


class State:
    """What decodes the text of a part."""

    over = False  # the octets came to their end

    def __init__(self, part, readable):
        from .charsets import decoder

        self.rest = []  # texts that are not given out yet
        self.decoder = decoder(part.charset)
        self.stage = None
        if readable and part.type == "text/html":
            from .html import Html

            self.stage = Html()
        elif part.flowed and part.type == "text/plain":
            from .flowed import Flowed

            self.stage = Flowed(part.flowed > 1)


def of_part(part, limit, readable=False):
    """The next characters of a part's text.

    :param part: its reader's current one
    :param int limit: how many at the most
    :param bool readable: HTML is made plain
    """
    if part.mail.part is not part:
        from .wrong import problem

        raise problem("part")
    state = part.state
    if state is None:
        state = part.state = State(part, readable)
    found = []
    few = []  # small texts are joined some at a time, for a list of them all would be larger than they are
    size = 0
    while True:
        if state.rest:
            text = state.rest.pop(0)
            if len(text) > limit:
                state.rest.insert(0, text[limit:])
                text = text[:limit]
            few.append(text)
            size += len(text)
            if size >= _ENOUGH:
                found.append("".join(few))
                few.clear()
                size = 0
            limit -= len(text)
            if limit or not state.rest:
                continue
        elif not state.over:
            data = part.left or part.mail.take()
            while data is None:
                yield
                data = part.mail.take()
            part.left = b""
            state.over = not data
            text = state.decoder.decode(data, state.over)
            if state.stage is not None:
                text = state.stage.feed(text, state.over)
            if text:
                state.rest.append(text)
            continue
        break
    found.append("".join(few))
    whole = None
    while whole is None:
        try:
            whole = "".join(found) if len(found) > 1 else found[0]
        except MemoryError:  # there is no room for it in one piece: then for less of it
            state.rest.insert(0, found.pop())
    part.truncated = bool(state.rest)
    part.guessed = state.decoder.guessed
    if state.over and not state.rest:
        part.state = None
    return whole


def of_mail(mail, limit):
    """What a person would read first: the text, at most ``limit`` characters; "" where there is none.

    Of the kinds of a multipart/alternative that is plain text, else HTML, made plain, else another text; one that is
    blank does not count. The reader stands behind that multipart then: ``ahead`` if its part is still to be given out.
    """
    best = ""
    rank = 0
    around = None  # the multipart/alternative's delimiter
    while True:
        more = mail.ahead or mail.advance()
        mail.ahead = False
        while more is None:
            yield
            more = mail.advance()
        if not more:
            return best
        part = mail.part
        if around is not None and around not in mail.bounds:
            mail.ahead = True
            return best
        if around is None and "alternative" in mail.kinds:
            around = mail.bounds[mail.kinds.index("alternative")]
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
