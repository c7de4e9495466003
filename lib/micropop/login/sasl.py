"""SASL (RFC 4422) over POP3's AUTH command (RFC 5034): what all mechanisms need.

What is sent goes through packets of any size, encoded piece by piece: a token of thousands of characters is never
held twice.
"""

from binascii import b2a_base64


def begin(session, method):
    """Send AUTH without an initial response, and return the challenge. Raises ServerError, ``unusable``."""
    session.send("AUTH " + method)
    yield
    try:
        asked = yield from challenge(session)
    except Exception as error:
        if refused(session, error):
            error.unusable = True  # nothing secret was sent yet
        raise
    if asked is None:
        raise session.broken("protocol", "logged in without a password")
    return asked


def challenge(session):
    """The text behind the next ``+``, still encoded; None if the server said ``+OK``. Raises ServerError,
    ProtocolError."""
    while True:
        line = session.line()
        if line is not None:
            break
        yield
    if line[:1] == b"+" and line[:3].upper() != b"+OK":
        session.due -= 1
        return line[1:].strip()
    session.answer(line)
    return None


def respond(session, parts, head=b""):
    """Send ``head`` and the base64 of all ``parts`` together, through as many packets as that takes."""
    packet = secret(session, head)
    size = session.pool.payload_size
    rest = b""
    for part in parts:
        at = 0
        while at < len(part):
            room = (size - packet.length) // 4 * 3 - len(rest)
            if room > 0:
                piece = rest + part[at : at + room]
                at += room
                whole = len(piece) // 3 * 3
                packet.append(b2a_base64(piece[:whole])[:-1])
                rest = piece[whole:]
            else:
                session.ship(packet, 0)
                yield
                packet = secret(session)
    if size - packet.length < 6:
        session.ship(packet, 0)
        yield
        packet = secret(session)
    packet.append(b2a_base64(rest)[:-1])
    packet.append(b"\r\n")
    session.ship(packet)
    yield


def secret(session, head=b""):
    """A packet to be sent that holds ``head``, and is wiped then."""
    packet = session.compose(head)
    packet.secret = True
    return packet


def refused(session, error):
    """Whether the server refused a command without saying that name or password are wrong."""
    return session.state != "CLOSED" and not session.due and getattr(error, "code", None) == "" and not error.retry


def cancel(session, method, why):
    """Answer a challenge that makes no sense with ``*``. Raises an error that lets the next mechanism be tried."""
    session.send("*")
    yield
    try:
        yield from session.reply()
    except Exception:
        if session.state == "CLOSED" or session.due:
            raise
    from ..errors.problems import problem

    error = problem("unusable", method, why)
    error.unusable = True
    raise error


def escaped(name):
    """A name as RFC 5801 wants it in a message with commas."""
    return name.replace(b"=", b"=3D").replace(b",", b"=2C")
