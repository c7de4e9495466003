"""Listing: the lines of LIST, UIDL or CAPA, one at a time; and passing over what nobody wants to read."""


class Listing:
    """Iterate over it: what ``next`` gives is all that is in memory. Until it is read to its end or closed (which leaving
    ``with`` does too), no other command may be sent.
    """

    room = None

    def __init__(self, client, verb, parse):
        self._client = client
        self._parse = parse
        client._ask(verb)
        client.read_by(self, 2)

    def __iter__(self):
        return self

    def __next__(self):
        client = self._client
        if client.reader is self:
            found = client._run(item(client, self._parse))
            if found is not None:
                return found
        raise StopIteration

    def close(self):
        """Discard the rest."""
        if self._client.reader is self:
            self._client.discard()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def item(session, parse=bytes):
    """An operation: what ``parse`` makes of the next line of a listing, or None at its end; a stuffed dot is taken off."""
    while True:
        line = session.line()
        if line is not None:
            break
        yield
    if line == b".":
        session.read_by(None)
        return None
    return parse(line[1:] if line.startswith(b"..") else line)


def unique(line, number=None):
    """(number, unique id) of a line of UIDL: all that stands behind the number, whatever it is. Raises ProtocolError."""
    words = line.split(None, 1)
    if words and words[0].isdigit():
        found = int(words[0])
        if number is None or number == found:
            return found, words[1].strip() if len(words) > 1 else b""
    from .errors import protocol

    raise protocol("not a line of UIDL", line)


def discard(client, limit):
    """Read what is left of the open message or listing; more than ``limit`` bytes close the client."""
    reader = client.reader
    client.received = client.stop - client.at
    try:
        while client.open:
            if client.received > limit:
                client.close()
            elif client.open == 1:
                if client.part() is None:
                    client._fill()
            else:
                line = client.line()
                if line is None:
                    client._fill()
                elif line == b".":
                    client.open = 0
    except BaseException as error:
        client._failed(error)
    if reader is not None:
        client.read_by(None)
        client.rest()


def readinto(message, buf):
    """Copy the next bytes of a message into ``buf``; returns how many, 0 at the end."""
    packet = message.rest
    if packet is None or not packet.length:
        message.rest = None
        for packet in message:
            if packet.length:
                break
        else:
            return 0
    n = min(len(buf), packet.length)
    buf[:n] = packet.data[:n]
    packet.start += n
    message.rest = packet
    message.room = None
    return n
