"""Logging in with USER and PASS, or APOP (RFC 1939). Loaded at login; ``choice.py`` and ``sasl.py`` only if need be."""

from binascii import hexlify

from . import unload


def login(session, user, password, token, method, cleartext, authzid):
    """The operation behind ``Client.login()``, which describes its parameters and errors."""
    session.need("AUTHORIZATION")
    user = octets(user)
    secret = octets(password if token is None else token)
    allowed = cleartext or getattr(session.transport, "secure", False)
    session.secret = secret  # from here on no error shows it
    try:
        for _ in steps(session, user, secret, token is not None, method, allowed, authzid):
            if session.request is None:
                guard(session.input, session.pool.payload_size)
            yield
    finally:
        session.secret = None
    session.state = "TRANSACTION"
    session.caps = None
    unload("auth")


def steps(session, user, secret, token, method, allowed, authzid):
    """The login itself."""
    if token or authzid is not None or method not in ("APOP", "USER"):
        from .choice import choose

        method = yield from choose(session, user, secret, token, method, allowed, authzid)
    elif method == "APOP":
        yield from apop(session, user, secret)
    else:
        yield from user_pass(session, user, secret, allowed)
    session.method = method


def guard(packet, size):
    """Have the whole packet wiped when it goes back to its pool: the reply that comes may repeat what is secret."""
    packet.start = packet.index
    packet.end = packet.index + size
    packet.secret = True


def octets(text):
    """A name, password or token, text or bytes, as bytes that may be sent. Raises InvalidArgument."""
    if isinstance(text, str):
        try:
            text = text.encode()
        except UnicodeError:
            text = b""
    if not isinstance(text, bytes) or not text or min(text) < 32 or 127 in text:
        from .errors.problems import problem

        raise problem("text")
    return text


def fits(session, *texts):
    """Raise PayloadTooSmall unless a command of a word, a space and ``texts`` fits a packet."""
    length = 7
    for text in texts:
        length += len(text)
    if length > session.pool.payload_size:
        from .errors.problems import problem

        raise problem("size", session.pool.payload_size)


def user_pass(session, user, password, allowed):
    """USER and PASS (RFC 1939 section 7), which send the password: it must be ``allowed``."""
    if not allowed:
        from .errors.problems import problem

        raise problem("cleartext")
    fits(session, user)
    fits(session, password)
    yield from secretly(session, b"USER ", user)
    yield from secretly(session, b"PASS ", password)


def apop(session, user, password):
    """APOP (RFC 1939 section 7): the password goes only into a digest of the greeting's timestamp."""
    digest = md5()
    stamp = timestamp(session.greeting)
    if digest is None or stamp is None:
        from .errors.problems import problem

        raise problem("md5" if digest is None else "APOP")
    fits(session, user, b" " * 33)
    digest.update(stamp)
    digest.update(password)
    yield from secretly(session, b"APOP ", user, b" ", hexlify(digest.digest()))


def secretly(session, *parts):
    """Send a command made of ``parts`` whose packet is wiped, and read its reply."""
    packet = opened(session)
    for part in parts:
        packet.append(part)
    packet.append(b"\r\n")
    yield
    yield from session.reply()


def opened(session, head=b""):
    """A packet to be sent that holds ``head`` and no CRLF yet, and will be wiped."""
    packet = session.send(head)
    packet.end -= 2
    packet.secret = True
    return packet


def md5():
    """A new MD5 digest, or None where the firmware has none."""
    try:
        from hashlib import md5
    except ImportError:
        try:
            from adafruit_hashlib import md5  # CircuitPython
        except ImportError:
            return None
    return md5()


def timestamp(greeting):
    """The ``<local@domain>`` of a greeting, or None: then APOP is not offered.

    Only printable ASCII is accepted: crafted timestamps give passwords away (CVE-2007-1558).
    """
    while b"<" in greeting:
        greeting = greeting[greeting.find(b"<") :]
        stamp = greeting[: greeting.find(b">") + 1]
        at = stamp.find(b"@")
        if 1 < at < len(stamp) - 2 and b"<" not in stamp[1:] and min(stamp) > 32 and max(stamp) < 127:
            return stamp
        greeting = greeting[1:]
    return None
