"""Advice about replies that are not ``+OK``."""

from . import errors


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
