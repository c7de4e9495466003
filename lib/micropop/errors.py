"""What micropop raises, and what its user can do about it. Loaded when something goes wrong.

Below the classes stands one function for each situation, so that what to do is said in one place.
``status`` is the NetX POP3 Client's code for the same situation (B1 to B8, 01, 1A, 38).
"""


class Error(Exception):
    """Everything that micropop raises.

    ``status``: the NetX code. ``fatal``: the client was closed, its packets are back in the pool; connect again.
    ``retry``: the same may work later.
    """

    status = 0xB4
    fatal = False
    retry = False


class PoolEmpty(Error):
    """No packet is free (NX_NO_PACKET)."""

    status = 0x01
    retry = True


class PayloadTooSmall(Error):
    """It does not fit into a packet (NX_POP3_INSUFFICIENT_PACKET_PAYLOAD)."""

    status = 0xB6


class InvalidState(Error):
    """Not now: the wrong state of RFC 1939, or a reply is still being read (NX_POP3_CLIENT_INVALID_STATE)."""

    status = 0xB7


class InvalidIndex(Error):
    """No mail can have that number (NX_POP3_CLIENT_INVALID_INDEX, NX_POP3_INVALID_MAIL_ITEM)."""

    status = 0xB8


class InvalidArgument(Error):
    """An argument that must not or cannot be sent (NX_POP3_PARAM_ERROR)."""

    status = 0xB1


class CleartextRefused(Error):
    """Only a password in clear would get in, and that was not allowed."""

    status = 0xB3


class LimitExceeded(Error):
    """The mail is longer than the caller allowed (NX_POP3_MAIL_BUFFER_OVERFLOW)."""

    status = 0xB5


class ProtocolError(Error):
    """The server does not speak POP3, or attacks."""

    fatal = True


class ConnectionLost(Error):
    """The connection could not be made or broke (NX_NOT_CONNECTED)."""

    status = 0x38
    fatal = True
    retry = True


class TLSError(ConnectionLost):
    """TLS failed; the message says why. ``reason``: unknown-ca, wrong-host, dates, memory or handshake."""

    retry = False
    reason = "handshake"


class Timeout(Error):
    """The server let the deadline pass (NX_WAIT_ABORTED)."""

    status = 0x1A
    fatal = True
    retry = True


class ServerError(Error):
    """The server answered -ERR.

    ``code``: its response code (RFC 2449, 3206), such as ``"SYS/TEMP"``, or ``""``. ``text``: its words.
    ``retry_after``: seconds to wait before the next try, or None where unknown.
    """

    retry_after = None

    def __init__(self, code, text):
        self.code = code
        self.text = text
        Exception.__init__(self, ("[" + code + "] " if code else "") + text + self.advice)

    advice = ""


class AuthenticationError(ServerError):
    """Name or password refused (NX_POP3_APOP_FAILED_MD5_DIGEST)."""

    status = 0xB3
    advice = " (check name and password; many providers want an app password or a token)"


class InUse(ServerError):
    """[IN-USE]: another session holds the maildrop."""

    retry = True
    retry_after = 60
    advice = " (another client reads this mailbox; try again in a minute)"


class LoginDelay(ServerError):
    """[LOGIN-DELAY]: the last login was too short a time ago."""

    retry = True
    advice = " (the server wants fewer logins; poll less often)"


class TemporaryFailure(ServerError):
    """[SYS/TEMP]: the server's trouble, likely to pass."""

    retry = True
    advice = " (the server's own trouble; try again later)"


class PermanentFailure(ServerError):
    """[SYS/PERM]: the server's trouble, which a person must mend."""

    advice = " (the mail provider must mend this)"


def text_of(octets, secrets=None):
    """A server's octets as text that can be printed: what is not printable ASCII becomes ``?``, a secret ``***``."""
    for secret in secrets or ():
        octets = octets.replace(secret, b"***")
    return "".join([chr(c) if 32 <= c < 127 else "?" for c in octets])


def refused(line, secrets=None):
    """The error for a reply that is not ``+OK``: ServerError for ``-ERR`` (RFC 2449 section 8, RFC 3206), or ProtocolError.

    :param bytes line: the whole line
    :param secrets: during a login, what must not be shown; without a code that says more it is an AuthenticationError
    """
    if line[:4].upper() != b"-ERR" or line[4:5] not in b" \t":
        return protocol("not a reply", line, secrets)
    octets = line[5:]
    text = text_of(octets, secrets).strip()
    code = ""
    if text.startswith("[") and "]" in text:
        end = text.find("]")
        code = text[1:end].upper()
        text = text[end + 1 :].strip()
    if code.startswith("LOGIN-DELAY"):
        kind = LoginDelay
    elif code.startswith("SYS/TEMP"):
        kind = TemporaryFailure
    elif code.startswith("SYS/PERM"):
        kind = PermanentFailure
    elif code.startswith("IN-USE"):
        kind = InUse
    elif code.startswith("AUTH") or (secrets and not code):
        kind = AuthenticationError
    else:
        kind = ServerError
    return kind(code, text)


def bad_pool():
    return PayloadTooSmall("a pool needs packets of 64 bytes or more, and memory for at least one of them")


def too_small(payload_size):
    return PayloadTooSmall("it does not fit a packet of %d bytes: make the pool with a larger payload_size" % payload_size)


def released_twice():
    return InvalidState("this packet is in its pool already: release a packet once")


def pool_empty(total):
    return PoolEmpty("all %d packets are in use: release those you keep, or make the pool larger" % total)


def not_now(session, state):
    if session.open:
        return InvalidState(
            "a message or a listing is still open: read it to its end, leave its `with`, or call client.discard()"
        )
    current = session.state
    if current == "CLOSED":
        return InvalidState("the client is closed: connect again")
    if current == "AUTHORIZATION":
        return InvalidState("log in first: client.login(name, password)")
    return InvalidState("only before login; the session is in state " + current)


def message_over(state):
    return InvalidState("this message is over: it was discarded, or the client closed; the session is in state " + state)


def bad_index(number, count):
    if isinstance(number, int) and not isinstance(number, bool) and number > 0:
        error = InvalidIndex("there is no mail %d: the mailbox holds %d" % (number, count))
        error.status = 0xB2
        return error
    return InvalidIndex("mails are numbered 1, 2, 3, ...: not %r" % (number,))


def bad_argument():
    return InvalidArgument(
        "name, password and token must be text, not empty and without control characters (CR, LF, NUL); login needs"
        " a name, and a password or a token"
    )


def bad_lines(lines):
    return InvalidArgument("lines must be 0 or more: not %r" % (lines,))


def no_such_method(method, known):
    return InvalidArgument("login method %s: choose one of %s" % (method, known))


def no_apop(digest):
    if digest is None:
        return InvalidArgument("this firmware has no MD5: leave method= out, or use TLS with a method that needs none")
    return AuthenticationError("", "the server offers no APOP (no timestamp in its greeting): leave method= out")


def cleartext():
    return CleartextRefused(
        "the connection is not encrypted, so the password was not sent: use tls=True, or cleartext=True if you accept it"
    )


def too_long(limit):
    return LimitExceeded("the mail is longer than %d bytes: raise limit=, or read its head with top()" % limit)


def protocol(what, octets=b"", secrets=None):
    if octets:
        what += ": " + text_of(octets, secrets)[:60]
    return ProtocolError(what + " (is this a POP3 port? The client is closed)")


def attack():
    return ProtocolError("bytes were injected before TLS started: somebody tampers with the connection")


def closed_early():
    return ConnectionLost("the server closed the connection; connect again")


def timed_out(ms):
    return Timeout("no answer within %d ms: check the network, or raise timeout=; then connect again" % ms)


def unreachable(host, port, error):
    return ConnectionLost("cannot connect to %s port %d (%r): check host, port and Wi-Fi" % (host, port, error))


def unknown_host(host, error):
    return ConnectionLost("cannot find %s (%r): check the name, Wi-Fi and DNS" % (host, error))


def settle(client, error):
    """What to raise after ``error``, with the client in order: a typed error that is not fatal leaves the session as it is;
    after any other nobody knows where it stands, so the client is closed."""
    fatal = getattr(error, "fatal", None)
    if fatal is False:
        client.flush()
        return error
    client.close()
    if fatal is None:
        explain = getattr(client.transport, "explain", None)
        known = explain(error) if explain is not None else None
        if known is not None:
            return known
        if isinstance(error, OSError):
            return broken(error)
    return error


def broken(error):
    """The typed error for a socket's OSError."""
    number = error.args[0] if error.args else None
    if number in (110, 116, 60, -110, -116, "timed out") or type(error).__name__ == "TimeoutError":
        return Timeout("the connection timed out (%r); connect again" % error)
    return ConnectionLost("the connection broke (%r); connect again" % error)


def no_stls(why):
    return TLSError("the server does not start TLS on this port (%s): use tls=True and port 995" % why)


def no_stls_here():
    return TLSError("this firmware cannot start TLS on an open connection: use tls=True and port 995")


def bad_ca(why):
    return InvalidArgument("ca= is no certificate that this firmware can read (%s): give a root as DER" % why)


def no_ca():
    return InvalidArgument(
        "this firmware has no list of certificate authorities: give ca=, the root that vouches for the server, as DER"
        " or PEM (`make check` finds it), or an ssl_context"
    )


_TLS = {
    "unknown-ca": "no certificate authority given as ca= vouches for this server",
    "wrong-host": "the server's certificate is for another host name",
    "dates": "the server's certificate is not valid today, or the clock is not set: set it (ntptime.settime())",
    "memory": "too little free memory for TLS: free what you can, gc.collect(), then connect first",
}


def tls_error(reason, error):
    """The TLSError for ``reason``, a key of the table above or "", which the platform's ``error`` led to."""
    result = TLSError("TLS failed: %s (%s)" % (_TLS.get(reason, "the server and this firmware do not agree"), error))
    if reason:
        result.reason = reason
    return result
