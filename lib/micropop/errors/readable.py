"""A server's words as text. Loaded to tell them in an error."""

from ..memory import forgetting


def text_of(octets, secret=None, strict=True):
    """Octets as text that can be printed: read as UTF-8 if they are that, else as Latin-1.

    Control characters become ``?``, so that no terminal obeys them; octets that Latin-1 has no sign for, ``\\x81``.

    :param bytes octets: a server's words
    :param secret: the password or token (str or bytes) that must not be shown, in whatever form; None: there is none
    """
    try:
        text = str(octets, "utf-8")
        sign = "?"
    except UnicodeError:
        text = "".join([chr(c) for c in octets])
        sign = None
    if secret:
        with forgetting():
            from .redaction import redacted

            text = redacted(text, secret, strict)
    return printable(text, sign)


def printable(text, sign):
    # with signs for what a terminal would obey
    for c in text:
        if shown(c, sign) != c:
            return "".join([shown(c, sign) for c in text])
    return text


def shown(c, sign):
    n = ord(c)
    if 127 < n < 160:
        return sign or "\\x%02x" % n
    if n < 32 or n == 127 or 0x2028 <= n < 0x202F or 0x2066 <= n < 0x206A:  # the last ones break lines, or turn them
        return "?"
    return c
