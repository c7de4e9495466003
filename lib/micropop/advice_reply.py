"""Advice about replies that are not ``+OK``."""

from . import errors, unload


def text_of(octets, secret=None):
    """A server's octets as text that can be printed: what is not printable ASCII becomes ``?``.

    :param bytes secret: during a login, what must not be shown
    """
    if secret:
        from .redaction import redacted

        octets = redacted(octets, secret)
        unload("redaction")
    return "".join([chr(c) if 32 <= c < 127 else "?" for c in octets])


def refused(line, secret):
    """The error for a reply that is not ``+OK``: ServerError for ``-ERR`` (RFC 2449 section 8, RFC 3206), or
    ProtocolError.

    :param bytes line: the whole line
    :param bytes secret: during a login, what must not be shown; without a code that says more it is an
    AuthenticationError
    """
    if line[:4].upper() != b"-ERR" or line[4:5] not in b" \t":
        from .errors import problem

        return problem("line", line, secret)
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
