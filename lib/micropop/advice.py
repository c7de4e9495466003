"""What to do about each error, in one place. Loaded to make an exception, and forgotten again."""

from . import errors

# situation: the exception's class, and its message; %s takes a detail
_SITUATIONS = {
    "pool": ("PayloadTooSmall", "a pool needs packets of 64 bytes or more, and memory for at least one of them"),
    "allocate": ("PoolEmpty", "all %d packets are in use: release those you keep, or make the pool larger"),
    "size": ("PayloadTooSmall", "it does not fit a packet of %d bytes: make the pool with a larger payload_size"),
    "release": ("InvalidState", "this packet is in its pool already: release a packet once"),
    "open": (
        "InvalidState",
        "a message or a listing is still open: read it to its end, leave its `with`, or call client.discard()",
    ),
    "end": (
        "InvalidState",
        "this message is over: it was discarded, or another command came, or the client is closed",
    ),
    "closed": ("InvalidState", "the client is closed: connect again"),
    "login first": ("InvalidState", "log in first: client.login(name, password)"),
    "logged in": ("InvalidState", "too late: the session is in state %s"),
    "index": ("InvalidIndex", "mails are numbered 1, 2, 3, ...: not %r"),
    "no mail": ("InvalidIndex", "there is no mail %d: the mailbox holds %d"),
    "text": (
        "InvalidArgument",
        "name, password and token must be text, not empty, without control characters (CR, LF, NUL); a login needs a"
        " name, and a password or a token",
    ),
    "language": ("InvalidArgument", 'a language tag is like "de" or "en-GB", or "*": not %r'),
    "lines": ("InvalidArgument", "lines must be a whole number, 0 or more: not %r"),
    "tls": ("InvalidArgument", 'tls is True, False or "stls": not %r'),
    "method": ("InvalidArgument", "%s is not a login method here: choose one of %s"),
    "md5": (
        "InvalidArgument",
        "this firmware has no MD5: leave method= out, or use TLS with a method that needs none",
    ),
    "sha256": (
        "InvalidArgument",
        "this firmware has no SHA-256: leave method= out, or use TLS with a method that needs none",
    ),
    "no ca": (
        "InvalidArgument",
        "this firmware has no list of certificate authorities: give ca=, the root that vouches for the server, as DER"
        " or PEM (`make check` finds it), or an ssl_context",
    ),
    "bad ca": ("InvalidArgument", "ca= is no certificate that this firmware can read (%s): give a root as DER"),
    "radio": (
        "InvalidArgument",
        "there is no network: give radio=, one that adafruit_connection_manager knows, such as wifi.radio (%r)",
    ),
    "own roots": ("InvalidArgument", "this radio has certificate authorities of its own: leave ca= out"),
    "APOP": ("AuthenticationError", "the server offers no APOP (no timestamp in its greeting): leave method= out"),
    "unusable": ("AuthenticationError", "%s cannot be used here (%s): leave method= out, or try another"),
    "cleartext": (
        "CleartextRefused",
        "the connection is not encrypted, so the password was not sent: use tls=True, or cleartext=True if you accept"
        " that",
    ),
    "limit": ("LimitExceeded", "the mail is longer than %d bytes: raise limit=, or read its head with top()"),
    "line": ("ProtocolError", "not a reply of POP3: %s; is this a POP3 server? The client is closed"),
    "endless": ("ProtocolError", "an endless line: is this a POP3 server? The client is closed"),
    "unasked": ("ProtocolError", "the server sends what nobody asked for; the client is closed"),
    "protocol": ("ProtocolError", "%s: is this a POP3 server? The client is closed"),
    "impostor": ("ProtocolError", "the server could not prove that it knows the password: it may be an impostor"),
    "attack": ("ProtocolError", "bytes were injected before TLS started: somebody tampers with the connection"),
    "close": ("ConnectionLost", "the server closed the connection; connect again"),
    "lost": ("ConnectionLost", "the connection broke (%r); connect again"),
    "connect": ("ConnectionLost", "cannot connect to %s port %d (%r): check host, port and Wi-Fi"),
    "host": ("ConnectionLost", "cannot find %s (%r): check the name, Wi-Fi and DNS"),
    "timeout": ("Timeout", "no answer within %d ms: check the network, or raise timeout=; then connect again"),
    "os timeout": ("Timeout", "the connection timed out (%r); connect again"),
    "no stls": ("TLSError", "the server does not start TLS on this port (%s): use tls=True and port 995"),
    "stls": ("TLSError", "this firmware cannot start TLS on an open connection: use tls=True and port 995"),
    "unknown-ca": ("TLSError", "TLS failed: no certificate authority given as ca= vouches for this server (%r)"),
    "unknown-ca or memory": (
        "TLSError",
        "TLS failed: too little free memory for it (free what you can, gc.collect(), then connect first of all), or no"
        " certificate authority given as ca= vouches for this server (%r)",
    ),
    "unknown-ca or wrong-host": (
        "TLSError",
        "TLS failed: the server's certificate is for another host name, or no certificate authority that the firmware"
        " knows, or that was given as ca=, vouches for it (%r)",
    ),
    "wrong-host": ("TLSError", "TLS failed: the server's certificate is for another host name (%r)"),
    "dates": (
        "TLSError",
        "TLS failed: the certificate is not valid today, or the clock is not set: set it, ntptime.settime() (%r)",
    ),
    "memory": (
        "TLSError",
        "TLS failed: too little free memory: free what you can, gc.collect(), then connect first of all (%r)",
    ),
    "handshake": ("TLSError", "TLS failed: the server and this firmware do not agree, or this is no TLS port (%r)"),
}


def exception(situation, details):
    """The exception for ``situation``: see ``errors.problem``."""
    if situation == "reply":
        return refused(*details)
    if situation == "state":
        situation, details = state(*details)
    elif situation == "number":
        situation, details = number(*details)
    elif situation == "line":
        details = (text_of(*details)[:60],)
    elif situation == "os":
        situation = os_error(*details)
    name, text = _SITUATIONS[situation]
    kind = getattr(errors, name)
    if details:
        text = text % details
    made = kind("", text) if name == "AuthenticationError" else kind(text)
    if name == "TLSError":
        made.reason = situation
    elif situation == "no mail":
        made.status = 0xB2
    return made


def state(current, busy):
    # what stands in the way of a command
    if busy:
        return "open", ()
    if current == "CLOSED":
        return "closed", ()
    if current == "AUTHORIZATION":
        return "login first", ()
    return "logged in", (current,)


def number(given, highest):
    # an index that no mail can have
    if isinstance(given, int) and given is not True and given > 0:
        return "no mail", (given, highest)
    return "index", (given,)


def os_error(error):
    # a socket's exception
    code = error.args[0] if error.args else None
    if code in (110, 116, 60, -110, -116, "timed out") or type(error).__name__ == "TimeoutError":
        return "os timeout"
    return "lost"


def text_of(octets, secret=None):
    """A server's octets as text that can be printed: what is not printable ASCII becomes ``?``.

    :param bytes secret: during a login, what becomes ``***``; and so does all that may be base64, for a secret may be
    in it
    """
    if secret:
        octets = octets.replace(secret, b"***")
    text = "".join([chr(c) if 32 <= c < 127 else "?" for c in octets])
    if secret:
        text = " ".join(["***" if len(w) > 19 and is_base64(w) else w for w in text.split(" ")])
    return text


def is_base64(word):
    for c in word:
        if not (c.isalpha() or c.isdigit() or c in "+/="):
            return False
    return True


def refused(line, secret):
    """The error for a reply that is not ``+OK``: ServerError for ``-ERR`` (RFC 2449 section 8, RFC 3206), or
    ProtocolError.

    :param bytes line: the whole line
    :param bytes secret: during a login, what must not be shown; without a code that says more it is an
    AuthenticationError
    """
    if line[:4].upper() != b"-ERR" or line[4:5] not in b" \t":
        return exception("line", (line, secret))
    text = text_of(line[5:], secret).strip()
    code = ""
    if text.startswith("[") and "]" in text:
        end = text.find("]")
        code = text[1:end].upper()
        text = text[end + 1 :].strip()
    if code == "LOGIN-DELAY":
        kind = errors.LoginDelay
    elif code.startswith("SYS/TEMP"):
        kind = errors.TemporaryFailure
    elif code.startswith("SYS/PERM"):
        kind = errors.PermanentFailure
    elif code == "IN-USE":
        kind = errors.InUse
    elif code == "AUTH" or (secret and not code):
        kind = errors.AuthenticationError
    else:
        kind = errors.ServerError
    return kind(code, text)
