"""The lines of LIST and UIDL (RFC 1939), CAPA (RFC 2449) and LANG (RFC 6856), one at a time."""

_LONGEST = 0x1000000  # octets of a listing, enough for 200,000 unique ids of the longest kind


class Lines:
    """A listing as a stream: one item at a time, and no more of it is in memory.

    :param parse: makes an item out of the session and a line; may raise ProtocolError
    ``received``: octets so far. ``ended``: its end was seen.
    """

    limit = None

    def __init__(self, session, parse):
        self.session = session
        self.parse = parse
        self.received = 0
        self.ended = self.gone = False

    def begin(self, text=None):
        """Its reply was read: the lines come now."""
        session = self.session
        session.op = self
        session.received = session.stop - session.head
        return self

    def take(self):
        """The next item; None where more bytes are needed; False at the end. Raises ProtocolError."""
        if self.ended:
            if self.gone:
                from ..errors.problems import problem

                raise problem("end")
            return False
        session = self.session
        line = session.line()
        self.received = session.received
        if line is None:
            return None
        if line == b".":
            self.ended = True
            session.op = None
            return False
        if self.received > _LONGEST:
            raise session.broken("protocol", "an endless list")
        session.torn = True
        item = self.parse(session, line[1:] if line.startswith(b"..") else line)
        session.torn = False
        return item

    def left(self):
        """The rest was thrown away: who reads on must not take that for the end."""
        self.gone = True


def listed(lines, verb):
    """The operation that sends a command and returns the listing that answers it. Raises ServerError."""
    return lines.begin, verb, ()


def octets(session, line, number=None):
    """(number, octets) of a line of LIST; the number must be ``number`` where given. Raises ProtocolError."""
    words = line.split(None, 2)
    if words and words[0].isdigit() and len(words[0]) < 20:
        first = int(words[0])
        if len(words) > 1:
            fit = first < 0x40000000 if number is None else first == number
            if fit and words[1].isdigit() and len(words[1]) < 20:
                return met(session, first), int(words[1])
        elif number is not None:
            return number, first  # some servers say the octets alone
    raise session.broken("line", line, session.secret)


def unique(session, line, number=None):
    """(number, unique id) of a line of UIDL: all that stands behind the number, whatever it is. Raises
    ProtocolError."""
    words = line.split(None, 1)
    if words and words[0].isdigit() and len(words[0]) < 20:
        found = int(words[0])
        if found < 0x40000000 if number is None else found == number:
            return met(session, found), words[1].strip() if len(words) > 1 else b""
    if number is not None and len(words) == 1:
        return number, words[0]  # some servers say the id alone
    raise session.broken("line", line, session.secret)


def met(session, number):
    # a mail that is listed is there, whatever STAT said
    session.listed = max(session.listed, number)
    session.max = max(session.max, number)
    return number
