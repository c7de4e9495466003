"""Texts of header fields that are not plain ASCII: encoded words (RFC 2047), and letters as they are (RFC 6532)."""

from binascii import unhexlify

from .charsets import decoder

try:
    from micropython import const
except ImportError:
    const = int

_TEXT = const(256)  # characters that stay
_PIECE = const(256)  # octets that are decoded at a time


def decode(data, charset=None):
    """The text of a field's octets: one line, without control characters.

    The octets of neighbouring words of one charset are joined before they are decoded, for mail programs cut letters in
    two; blanks between words go. Octets outside words are UTF-8, or windows-1252.

    :param charset: of all octets, if it is told; there are no words then
    """
    found = []
    octets = data if charset is not None else b""  # of that charset, not decoded yet
    done = len(octets)
    at = done
    while True:
        word = None
        at = data.find(b"=?", at)
        if at >= 0:
            word = parse(data, at)
            if word is None:
                at += 2
                continue
        between = data[done : at if word else len(data)]
        joined = charset is not None and word is not None and not between.strip()
        if charset is not None and not (joined and word[0] == charset):
            add(found, octets, charset)
            charset = None
            octets = b""
        if between and not joined:
            add(found, between, None)
        if word is None or len(found) > _TEXT:
            break
        charset = word[0]
        octets += word[1]
        done = at = word[2]
    octets = bytearray("".join(found)[:_TEXT].encode())
    at = size = 0
    while at < len(octets):
        octet = octets[at]
        if octet < 32 or octet == 127:
            octet = 32
        elif octet == 0xC2 and octets[at + 1] < 0xA0:  # U+0080 to 009F, control characters too
            octet = 32
            at += 1
        elif octet == 0xE2 and octets[at + 1] == 0x80 and octets[at + 2] in b"\xa8\xa9":  # U+2028, 2029: ends of lines
            octet = 32
            at += 2
        octets[size] = octet
        size += 1
        at += 1
    return str(memoryview(octets)[:size], "utf-8").strip()


def add(found, octets, charset):
    """Append the text of octets to ``found``, as far as there is room."""
    room = _TEXT
    for text in found:
        room -= len(text)
    how = decoder(charset)
    at = 0
    while at < len(octets) and room > 0:
        found.append(how.decode(octets[at : at + _PIECE], at + _PIECE >= len(octets)))
        room -= len(found[-1])
        at += _PIECE


def parse(data, at):
    """The charset, the octets and the end of the encoded word that starts there; None: there is none."""
    sign = data.find(b"?", at + 2)
    charset = data[at + 2 : sign]
    kind = data[sign + 1 : sign + 3].lower()
    if sign < 0 or kind not in (b"b?", b"q?") or len(charset.split()) > 1:
        return None
    end = data.find(b"?=", sign + 3)
    if end < 0:
        return None
    octets = data[sign + 3 : end]
    if kind == b"q?":
        octets = unescape(octets.replace(b"_", b" "), b"=")
    else:
        from .base64 import Decoder

        octets = Decoder().decode(octets, octets, 0, len(octets), True)
    return charset.lower().split(b"*")[0], octets, end + 2


def unescape(data, sign):
    """Decode what is written as a sign and two hexadecimal digits; a sign without them stays."""
    found = data.split(sign)
    for i in range(1, len(found)):
        part = found[i]
        try:
            octet = unhexlify(part[:2])
        except ValueError:
            octet = b""
        found[i] = octet + part[2:] if octet else sign + part
    return b"".join(found)
