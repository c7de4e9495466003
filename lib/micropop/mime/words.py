"""The text of a header field: encoded words (RFC 2047), and the octets that are none."""

from binascii import unhexlify

from .charsets import decode as in_charset


def decode(raw):
    """The text of a field's octets, without control characters.

    The octets of neighbouring words of one charset are joined before they are decoded, for mail programs cut letters in
    two; blanks between words go. Octets outside words are UTF-8 (RFC 6532), or windows-1252.
    """
    texts = []
    charset = None
    octets = b""  # of words of that charset, which are not decoded yet
    done = at = 0
    while True:
        word = None
        at = raw.find(b"=?", at)
        if at >= 0:
            word = _word(raw, at)
            if word is None:
                at += 2
                continue
        between = raw[done : at if word else len(raw)]
        joined = charset is not None and word is not None and not between.strip()
        if charset is not None and not (joined and word[0] == charset):
            texts.append(in_charset(octets, charset))
            charset = None
            octets = b""
        if between and not joined:
            texts.append(in_charset(between, None))
        if word is None:
            return without_controls("".join(texts)).strip()
        charset = word[0]
        octets += word[1]
        done = at = word[2]


def _word(raw, at):
    # the charset, the octets and the end of the word that starts there; None: there is none
    second = raw.find(b"?", at + 2)
    charset = raw[at + 2 : second]
    kind = raw[second + 1 : second + 2].lower()
    if second < 0 or raw[second + 2 : second + 3] != b"?" or kind not in (b"b", b"q") or len(charset.split()) > 1:
        return None
    end = raw.find(b"?=", second + 3)
    if end < 0:
        return None
    octets = raw[second + 3 : end]
    if kind == b"q":
        octets = unescape(octets.replace(b"_", b" "), b"=")
    else:
        from .base64 import Base64

        decoder = Base64()
        octets = decoder.decode(octets, octets, 0, len(octets)) + decoder.finish()
    return charset.lower().split(b"*")[0], octets, end + 2


def unescape(octets, sign):
    """Decode what is written as a sign and two hexadecimal digits; a sign without them stays."""
    parts = octets.split(sign)
    for i in range(1, len(parts)):
        part = parts[i]
        try:
            octet = unhexlify(part[:2])
        except ValueError:
            octet = b""
        parts[i] = octet + part[2:] if octet else sign + part
    return b"".join(parts)


def without_controls(text):
    """The text with a blank in place of each control character, line ends too: one line, which does no harm."""
    octets = bytearray(text.encode())
    for i in range(len(octets)):
        if octets[i] < 32 or octets[i] == 127:
            octets[i] = 32
    return str(octets, "utf-8")
