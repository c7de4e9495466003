"""The commands that fewer sessions need: methods of Client, loaded when the first of them is asked for."""


class Commands:
    """What ``Client`` takes its further methods from."""

    def size(self, number):
        """LIST n: the octets that the server says mail ``number`` has. Raises InvalidIndex, ServerError."""
        return self._ask(self.unpack, "LIST", number)[1]

    def uid(self, number):
        """UIDL n: the unique id of mail ``number``, as bytes. Raises InvalidIndex, ServerError."""
        from .listing import unique

        return self._ask(unique, "UIDL", number)[1]

    def list(self):
        """LIST: iterate over (number, octets) of every mail; streamed. Raises ServerError."""
        from .listing import Listing

        return Listing(self, "LIST", self.unpack)

    def uidl(self):
        """UIDL: iterate over (number, unique id as bytes) of every mail; streamed. Raises ServerError."""
        from .listing import Listing, unique

        return Listing(self, "UIDL", unique)

    def top(self, number, lines=0, limit=None):
        """TOP n lines: the header and the first lines of the body, as a Message. Optional in servers.

        Raises InvalidIndex, InvalidArgument, ServerError.
        """
        from .message import fetch

        return self._run(fetch(self, limit, "TOP", number, natural(lines)))

    def noop(self):
        """NOOP: keep the session alive."""
        self._ask(None, "NOOP")

    def reset(self):
        """RSET: take all deletion marks back."""
        self._ask(None, "RSET")
        self.deleted = 0

    def capabilities(self):
        """CAPA (RFC 2449): a dict of names in capitals and lists of arguments; remembered while it holds."""
        from .capabilities import capabilities

        return self._run(capabilities(self))

    def utf8(self):
        """UTF8 (RFC 6856), before login: header fields may come as UTF-8. Raises ServerError."""
        from .languages import utf8

        self._run(utf8(self))

    def language(self, tag="*"):
        """LANG (RFC 6856): have the server's texts in a language, such as "de"; "*" lets it choose. Raises ServerError.

        Raises InvalidArgument if that is no language tag.
        """
        from .languages import language

        self._run(language(self, tag))

    def languages(self):
        """LANG (RFC 6856): iterate over the (tag, description as bytes) of the server's languages. Raises
        ServerError."""
        from .languages import languages

        return languages(self)

    def check(self):
        """STAT and UIDL, in one round trip where the server allows it: (mails, octets, iterable like that of
        ``uidl()``).

        Raises ServerError; where the server has no UIDL too.
        """
        from .pipeline import check

        return check(self)

    def retrieve_many(self, numbers, delete=False, limit=None):
        """RETR of many mails, with several commands in flight where the server allows it: a Batch to iterate over.

        :param numbers: an iterable of the mails' numbers
        :param bool delete: send DELE for each mail that was read to its end, behind the last packet, by its loop,
        ``save()`` or ``readinto()``
        :param int limit: as for ``retrieve``, for each mail
        Nothing is lost by leaving early: mails that were not read to their end stay as they were.
        """
        from .pipeline import Batch

        return Batch(self, numbers, delete, limit)

    def discard(self, limit=0x40000):
        """Read what is left of an open message, listing or batch and forget it; past ``limit`` bytes, close instead."""
        discard(self, limit)
        if self.flight is not None:
            self.flight.close(limit)


class Nobody:
    """Takes what nobody wants to read."""

    poll = None


def discard(client, limit=0x40000):
    """Read what is left of the open message or listing; more than ``limit`` bytes close the client.

    Returns how many bytes that were.
    """
    if client.open:
        mode = client.mode
        client.select(Nobody(), client.open)
        client.mode = mode
    try:
        while client.open:
            if client.received > limit:
                client.close()
            elif client.open == 1:
                if client.decode() is None:
                    client._fill()
            else:
                line = client.line()
                if line is None:
                    client._fill()
                elif line == b".":
                    client.open = 0
    except BaseException as error:
        client._failed(error)
    found = client.received
    client.select(None)
    client.flush()
    return found


def readinto(message, buf):
    """Copy the next bytes of a message into ``buf``; returns how many, 0 at the end."""
    packet = message.input
    if packet is None:
        for packet in message:
            if packet.length:
                break
        else:
            return 0
    elif message.client.message is not message:  # the packet is somebody else's by now
        from .errors import problem

        raise problem("end")
    n = min(len(buf), packet.length)
    buf[:n] = packet.data[:n]
    packet.start += n
    message.input = packet if packet.length else None
    message.buf = None
    return n


def natural(lines):
    """``lines`` if it is a whole number from 0. Raises InvalidArgument."""
    if isinstance(lines, int) and lines is not True and lines >= 0:
        return lines
    from .errors import problem

    raise problem("lines", lines)


def keep(session, packet):
    """The caller keeps the packet that ``session`` lent; bytes behind its data move to another. Raises PoolEmpty, and
    InvalidState if it is in the pool."""
    if session is None:
        from .errors import problem

        raise problem("release")
    length = session.stop - session.head
    if length:
        session.input = session.pool.allocate()
        session.input.state = session
        session.copy(session.input.index, session.head, length)
        session.head = session.input.index
        session.stop = session.head + length
    else:
        session.input = None
    if session.message is not None:
        session.message.buf = None
    packet.state = True
