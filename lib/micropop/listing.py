"""Listing: the lines of LIST, UIDL or CAPA, one at a time."""


class Listing:
    """Iterate over it: what ``next`` gives is all that is in memory. Until it is read to its end or closed (which
    leaving ``with`` does too), no other command may be sent.
    """

    def __init__(self, client, verb, parse):
        self.client = client
        self.buf = None
        self.count = 0
        self._parse = parse
        if verb is None:  # its reply was read already
            client.select(self, 2)
        else:
            client._run(self._begin(verb))

    def _begin(self, verb):
        # an operation: it is open before anybody else can send a command
        yield from self.client.ask(None, verb)
        self.client.select(self, 2)

    def __iter__(self):
        return self

    def __next__(self):
        client = self.client
        if client.message is self:
            found = client._run(item(client, self._parse))
            if found is not None:
                return found
        raise StopIteration

    def close(self):
        """Discard the rest."""
        if self.client.message is self:
            from .leftover import discard

            discard(self.client)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def item(session, parse=bytes):
    """An operation: what ``parse`` makes of the next line of a listing, or None at its end; a stuffed dot is taken
    off."""
    while True:
        line = session.line()
        if line is not None:
            break
        yield
    if line == b".":
        session.select(None)
        return None
    if session.received > 0x1000000:  # octets, enough for 200,000 unique ids of the longest kind
        from .errors.problems import problem

        raise problem("protocol", "an endless list")
    return parse(line[1:] if line.startswith(b"..") else line)


def unique(line, number=None):
    """(number, unique id) of a line of UIDL: all that stands behind the number, whatever it is. Raises
    ProtocolError."""
    words = line.split(None, 1)
    if words and words[0].isdigit() and len(words[0]) < 20:
        found = int(words[0])
        if found < 0x40000000 if number is None else found == number:
            return found, words[1].strip() if len(words) > 1 else b""
    from .errors.problems import problem

    raise problem("line", line, None)
