"""What a refusal means. Loaded when a reply is not ``+OK``."""

from ..memory import forgetting

# not as an attribute of the package, which MicroPython may not have been able to set when memory was short
errors = __import__("micropop.errors", None, None, ("Error",))

# the response codes of RFC 2449 and RFC 3206, in whose words nobody's password is looked for
KINDS = {
    b"AUTH": "AuthenticationError",
    b"IN-USE": "InUse",
    b"LOGIN-DELAY": "LoginDelay",
    b"SYS/TEMP": "TemporaryFailure",
    b"SYS/PERM": "PermanentFailure",
}
_SIGNS = b" \t\r:,"  # that some servers have around the code


def refused(line, secret, login):
    """The ServerError for a reply that is ``-ERR`` (RFC 2449 section 8, RFC 3206); None for any other.

    :param bytes line: the whole line
    :param secret: the password or token (str or bytes) that must not be shown, or None
    :param bool login: whether it answers a login: then it is an AuthenticationError unless it says otherwise
    """
    behind = line[4:5]
    if line[:4].upper() != b"-ERR" or behind.isalpha() or behind.isdigit():
        return None
    code, words = split(line[4:])
    rest = None
    kind = KINDS.get(code[:8] if code.startswith(b"SYS/") else code)
    if kind is None:
        kind, rest = meaning(code + b" " + words)
        if kind is None:
            kind = "AuthenticationError" if login and not code else "ServerError"
    text = "reply"  # where the memory is used up: just that there was one
    try:
        with forgetting():
            from .readable import text_of

            code = text_of(code, None if code in KINDS else secret, login)
            text = text_of(words, secret, login)
    except MemoryError:
        code = ""
    made = getattr(errors, kind)(code, text)
    if rest:
        made.retry_after = rest
    return made


def split(line):
    # (response code in capitals, the words behind it) of what stands behind -ERR
    line = line.lstrip(_SIGNS).rstrip()
    end = line.find(b"]")
    if line[:1] != b"[" or end < 0:
        return b"", line
    return line[1:end].strip().upper(), line[end + 1 :].lstrip(_SIGNS)


def meaning(words):
    try:
        with forgetting():
            from .meanings import meaning

            return meaning(words)
    except MemoryError:
        return None, None
