"""USER and PASS, and APOP (RFC 1939 section 7); what all logins need."""


def octets(text):
    """A name, password or token, text or bytes, as bytes that may be sent. Raises InvalidArgument."""
    if isinstance(text, str):
        try:
            text = text.encode()
        except UnicodeError:
            text = b""
    if not isinstance(text, bytes) or not text or min(text) < 32 or 127 in text:
        from ..errors.problems import problem

        raise problem("text")
    return text


def fits(session, *texts):
    """Raise PayloadTooSmall unless a command of a word, a space and ``texts`` fits a packet."""
    length = 7
    for text in texts:
        length += len(text)
    if length > session.pool.payload_size:
        from ..errors.problems import problem

        raise problem("size", session.pool.payload_size)


def user_pass(session, user, password, allowed):
    """USER and PASS, which send the password: it must be ``allowed``."""
    if not allowed:
        from ..errors.problems import problem

        raise problem("cleartext")
    fits(session, user)
    fits(session, password)
    yield from secretly(session, b"USER ", user)
    yield from secretly(session, b"PASS ", password)


def apop(session, user, password):
    """APOP: the password goes only into a digest of the greeting's timestamp."""
    from binascii import hexlify

    found = timestamp(session.greeting)
    if found is None:
        from ..errors.problems import problem

        raise problem("APOP")
    fits(session, user, b" " * 33)
    digest = md5()
    digest.update(found)
    digest.update(password)
    yield from secretly(session, b"APOP ", user, b" ", hexlify(digest.digest()))


def secretly(session, *parts):
    """Send a command made of ``parts`` whose packet is wiped, and read its reply."""
    packet = session.compose(*parts)
    packet.secret = True
    packet.append(b"\r\n")
    session.ship(packet)
    yield
    yield from session.reply()


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


def md5(data=b""):
    """A new MD5 digest: of the firmware's, else of Adafruit's library, if that was installed, else of our own."""
    try:
        from hashlib import md5
    except ImportError:
        try:
            from adafruit_hashlib import md5
        except ImportError:
            from .md5 import md5
    return md5(data)
