"""What a refusal means."""

from .. import errors
from ..memory import forgetting

_CODES = (b"AUTH", b"IN-USE", b"LOGIN-DELAY", b"SYS/TEMP", b"SYS/PERM")  # of RFC 2449 and RFC 3206


def refused(line, secret, login):
    """The ServerError for a reply that is ``-ERR`` (RFC 2449 section 8, RFC 3206).

    :param bytes line: the whole line
    :param secret: the password or token (str or bytes) that must not be shown, or None
    :param bool login: whether it answers a login: then it is an AuthenticationError unless it says otherwise
    """
    code, words = split(line[4:])
    kind = None
    rest = None
    if code == b"LOGIN-DELAY":
        kind = "LoginDelay"
    elif code.startswith(b"SYS/TEMP"):
        kind = "TemporaryFailure"
    elif code.startswith(b"SYS/PERM"):
        kind = "PermanentFailure"
    elif code == b"IN-USE":
        kind = "InUse"
    elif code == b"AUTH":
        kind = "AuthenticationError"
    else:
        with forgetting():
            from .meanings import meaning

            kind, rest = meaning(words, login)
        if kind is None:
            kind = "AuthenticationError" if login and not code else "ServerError"
    text = told(words, secret)
    code = told(code, None if code in _CODES else secret)
    made = getattr(errors, kind)(code, text)
    if rest:
        made.retry_after = rest
    return made


def split(line):
    # (response code in capitals, the words behind it) of what stands behind -ERR; some servers put signs around it
    line = line.strip(b" \t\r:,")
    end = line.find(b"]")
    if line[:1] != b"[" or end < 0:
        return b"", line
    return line[1:end].upper(), line[end + 1 :].strip(b" \t\r:,")


def told(octets, secret):
    with forgetting():
        from .readable import text_of

        return text_of(octets, secret)
