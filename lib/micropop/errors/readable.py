"""A server's words as text. Loaded to tell them in an error."""

from ..memory import forgetting


def text_of(octets, secret=None):
    """Octets as text that can be printed: read as UTF-8 if they are that, else as Latin-1.

    Control characters become ``?``, so that no terminal obeys them; octets that Latin-1 has no sign for, ``\\x81``.

    :param bytes octets: a server's words
    :param secret: the password or token (str or bytes) that must not be shown, in whatever form; None: there is none
    """
    try:
        text = str(octets, "utf-8")
        strange = "?"
    except UnicodeError:
        text = "".join([chr(c) for c in octets])
        strange = "\\x%02x"
    if secret:
        with forgetting():
            from .redaction import redacted

            text = redacted(text, secret)
    return "".join([shown(c, strange) for c in text])


def shown(c, strange):
    n = ord(c)
    if n < 32 or n == 127 or 0x2028 <= n < 0x202F or 0x2066 <= n < 0x206A:  # these make lines, or turn them around
        return "?"
    if 127 < n < 160:
        return strange % n if len(strange) > 1 else strange
    return c
