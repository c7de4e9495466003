"""SASL (RFC 4422) over POP3's AUTH command (RFC 5034): PLAIN, LOGIN, XOAUTH2, OAUTHBEARER, and what all mechanisms
need.

What is sent goes through packets of any size, encoded piece by piece: a token of thousands of characters is never
held twice.
"""

from binascii import b2a_base64

from .auth import opened


def authenticate(session, method, user, secret, authzid):
    """Log in with one mechanism.

    :param str method: its name
    :param bytes user: whose mailbox
    :param bytes secret: the password, or the token
    :param bytes authzid: the mailbox to act for, or an empty one
    Raises ServerError; one that has ``unusable`` set says that the mechanism failed, not the name or password.
    """
    if method == "PLAIN":
        yield from at_once(session, method, (authzid, b"\0", user, b"\0", secret), None)
    elif method == "XOAUTH2":
        yield from at_once(session, method, (b"user=", user, b"\1auth=Bearer ", secret, b"\1\1"), b"")
    elif method == "OAUTHBEARER":
        parts = (b"n,a=", escaped(authzid or user), b",\1auth=Bearer ", secret, b"\1\1")
        yield from at_once(session, method, parts, b"\1")
    elif method == "LOGIN":
        yield from begin(session, method)
        yield from respond(session, (user,))
        if (yield from challenge(session)) is None:
            yield from cancel(session, method, "no prompt for the password")
        yield from respond(session, (secret,))
        yield from session.reply()
    else:
        from .challenges import cram_md5, scram_sha_256

        if method == "CRAM-MD5":
            yield from cram_md5(session, user, secret)
        else:
            yield from scram_sha_256(session, user, secret, authzid)


def at_once(session, method, parts, last_word):
    """A mechanism of one message: in the AUTH line where that fits 255 octets (RFC 5034 section 4), else on request.

    :param bytes last_word: the answer to a token server's explanation why it refuses; None: there is none
    """
    length = 0
    for part in parts:
        length += len(part)
    answer = b""
    if method != "XOAUTH2" and len(method) + (length + 2) // 3 * 4 <= 247:  # Outlook wants two lines for XOAUTH2
        yield from respond(session, parts, b"AUTH " + method.encode() + b" ")
        answer = yield from challenge(session)
    else:
        yield from begin(session, method)  # whatever the server says to ask for it
    if answer == b"":  # asked for; or the server passed over the initial response
        yield from respond(session, parts)
        answer = yield from challenge(session)
    if answer is not None:
        if last_word is None:
            yield from cancel(session, method, "an unexpected challenge")
        yield from respond(session, (last_word,))
        yield from session.reply()


def begin(session, method):
    """Send AUTH without an initial response, and return the challenge. Raises ServerError, ``unusable``."""
    session.send("AUTH ", method)
    yield
    try:
        asked = yield from challenge(session)
    except Exception as error:
        if getattr(error, "code", None) == "":
            error.unusable = True  # nothing secret was sent yet
        raise
    if asked is None:
        from .errors.problems import problem

        raise problem("protocol", "logged in without a password")
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
        return line[1:].strip()
    yield from session.reply(line)
    return None


def respond(session, parts, head=b""):
    """Send ``head`` and the base64 of all ``parts`` together, through as many packets as that takes."""
    packet = opened(session, head)
    size = session.pool.payload_size
    rest = b""
    for part in parts:
        at = 0
        while at < len(part):
            room = (packet.index + size - packet.end) // 4 * 3 - len(rest)
            if room > 0:
                piece = rest + part[at : at + room]
                at += room
                whole = len(piece) // 3 * 3
                packet.append(b2a_base64(piece[:whole])[:-1])
                rest = piece[whole:]
            else:
                yield
                packet = opened(session)
    if packet.index + size - packet.end < 6:
        yield
        packet = opened(session)
    packet.append(b2a_base64(rest)[:-1])
    packet.append(b"\r\n")
    yield


def cancel(session, method, why):
    """Answer a challenge that makes no sense with ``*``. Raises an error that lets the next mechanism be tried."""
    from .errors import ServerError
    from .errors.problems import problem

    session.send("*")
    yield
    try:
        yield from session.reply()
    except ServerError:
        pass
    error = problem("unusable", method, why)
    error.unusable = True
    raise error


def escaped(name):
    """A name as RFC 5801 wants it in a message with commas."""
    return name.replace(b"=", b"=3D").replace(b",", b"=2C")
