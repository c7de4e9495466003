"""Logging in: the choice of a method, USER and PASS, APOP (RFC 1939). Loaded at login.

Strongest first: SCRAM-SHA-256, CRAM-MD5, APOP never send the password; PLAIN, LOGIN and USER do, so they need an encrypted
connection or the caller's consent. OAUTHBEARER and XOAUTH2 send a token. What SASL needs is in ``sasl.py``.
"""

from binascii import hexlify

try:
    from hashlib import md5
except ImportError:
    try:
        from adafruit_hashlib import md5
    except ImportError:
        md5 = None

_WITHOUT_PASSWORD = ("SCRAM-SHA-256", "CRAM-MD5", "APOP")
_WITH_PASSWORD = ("PLAIN", "LOGIN", "USER")
_WITH_TOKEN = ("OAUTHBEARER", "XOAUTH2")


def login(session, user, password, token, method, cleartext, authzid):
    """The operation behind ``Client.login()``, which describes its parameters and errors.

    """
    session.need("AUTHORIZATION")
    user = octets(user, "the name")
    secret = octets(password if token is None else token, "the password" if token is None else "the token")
    known = (_WITHOUT_PASSWORD + _WITH_PASSWORD) if token is None else _WITH_TOKEN
    if method is not None and method not in known:
        from .errors import no_such_method

        raise no_such_method(method, known)
    if method == "APOP" and md5 is None:
        from .errors import no_md5

        raise no_md5()
    open_allowed = cleartext or getattr(session.transport, "secure", False)
    if method is not None and method not in _WITHOUT_PASSWORD and not open_allowed:
        from .errors import cleartext as refused

        raise refused()
    if method in (None, "USER", "APOP") and token is None:
        fits(session, len(user) + (40 if method == "APOP" else 7))
        fits(session, len(secret) + 7)
    if method is None:
        methods = yield from offered(session, known, open_allowed)
    else:
        methods = (method,)
    session.secrets = (secret,)
    try:
        yield from try_each(session, methods, user, secret, authzid)
    finally:
        session.secrets = None
    session.state = "TRANSACTION"
    session.caps = None


def octets(text, what):
    """Text, or bytes, as bytes that may be sent. Raises InvalidArgument for control characters, or none at all."""
    if isinstance(text, str):
        text = text.encode()
    if isinstance(text, bytes) and text:
        for c in text:
            if c < 32 or c == 127:
                break
        else:
            return text
    from .errors import bad_argument

    raise bad_argument(what)


def fits(session, length):
    """Raise PayloadTooSmall unless a command of ``length`` bytes fits a packet."""
    if length > session.pool.payload_size:
        from .errors import too_small

        raise too_small(session.pool.payload_size)


def offered(session, known, open_allowed):
    """The methods of ``known`` to try, strongest first. Raises CleartextRefused if only a password in clear is left."""
    from .capabilities import capabilities

    names = (yield from capabilities(session)).get("SASL", ())
    methods = []
    for method in known:
        if method == "APOP":
            usable = md5 is not None and timestamp(session.greeting) is not None
        elif method == "USER":
            usable = open_allowed  # it works at servers that forget to list it
        else:
            usable = method in names
            if method == "CRAM-MD5":
                usable = usable and md5 is not None
            elif method != "SCRAM-SHA-256":
                usable = usable and open_allowed
        if usable:
            methods.append(method)
    if not methods and known == _WITH_TOKEN and open_allowed:
        methods.append("XOAUTH2")  # there are servers that do not list it
    if not methods:
        from .errors import cleartext

        raise cleartext()
    return methods


def try_each(session, methods, user, secret, authzid):
    """Log in with the first of ``methods`` that the server takes.

    A refused password is not tried again by every method, which would look like an attack: after one that does not send
    it, only one that does is tried, since a server that keeps hashes must refuse the former.
    """
    problem = refused = None
    for method in methods:
        if refused and method in _WITHOUT_PASSWORD:
            continue
        try:
            if method == "USER":
                yield from user_pass(session, user, secret)
            elif method == "APOP":
                yield from apop(session, user, secret)
            else:
                from .sasl import authenticate

                yield from authenticate(session, method, user, secret, authzid)
            return
        except Exception as error:
            if getattr(error, "code", None) not in ("", "AUTH"):
                raise  # not about name and password
            problem = error
            if not getattr(error, "unusable", False):
                if method not in _WITHOUT_PASSWORD:
                    break
                refused = True
    raise problem


def user_pass(session, user, password):
    """USER and PASS (RFC 1939 section 7)."""
    fits(session, len(user) + 7)
    fits(session, len(password) + 7)
    yield from utf8(session, user, password)
    yield from secret_command(session, b"USER ", user)
    yield from secret_command(session, b"PASS ", password)


def apop(session, user, password):
    """APOP (RFC 1939 section 7): the password goes only into a digest of the greeting's timestamp."""
    stamp = timestamp(session.greeting)
    if stamp is None:
        from .errors import method_not_offered

        raise method_not_offered("APOP")
    fits(session, len(user) + 40)
    yield from utf8(session, user, password)
    digest = md5(stamp)
    digest.update(password)
    yield from secret_command(session, b"APOP ", user, b" ", hexlify(digest.digest()))


def secret_command(session, *parts):
    """Send a command made of ``parts`` whose packet is wiped, and read its reply."""
    session.send(*parts).secret = True
    yield
    yield from session.reply()


def utf8(session, *texts):
    """Send UTF8 (RFC 6856 section 2) if a text needs it and the server has it."""
    for text in texts:
        if not is_ascii(text):
            from .capabilities import capabilities

            if "UTF8" in (yield from capabilities(session)):
                session.send("UTF8")
                yield
                yield from session.reply()
            break


def is_ascii(octets):
    for c in octets:
        if c > 126:
            return False
    return True


def timestamp(greeting):
    """The ``<local@domain>`` of a greeting, or None: then APOP is not offered.

    Only printable ASCII is accepted: crafted timestamps give passwords away (CVE-2007-1558).
    """
    start = greeting.find(b"<")
    while start >= 0:
        end = greeting.find(b">", start)
        if end < 0:
            break
        following = greeting.find(b"<", start + 1)
        if following < 0 or following > end:
            stamp = greeting[start : end + 1]
            at = stamp.find(b"@")
            if 1 < at < len(stamp) - 2 and is_ascii(stamp) and min(stamp) > 32:
                return stamp
        start = following
    return None
