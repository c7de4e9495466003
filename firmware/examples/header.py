"""Fields of a mail's header, readable: folded lines joined, encoded words (RFC 2047) decoded."""

from binascii import a2b_base64

_LONGEST = 400  # bytes of a field, and of a line, that are kept


def lines(message):
    """Iterate over the lines of a message on its way."""
    rest = b""
    for packet in message:
        rest += bytes(packet.data)
        while b"\n" in rest:
            line, rest = rest.split(b"\n", 1)
            yield line
        rest = rest[:_LONGEST]
    yield rest


def fields(source, *names):
    """The fields of these names, in small letters, as a dict of texts; "" for one that is missing.

    :param source: an iterable of lines as bytes: a file, or ``lines(message)``
    Of a field that is there twice the first counts.
    """
    wanted = [each.encode() for each in names]
    found = {}
    name = None
    for line in source:
        text = line.rstrip()
        if not text:
            break
        if text[0] not in b" \t":
            name, _, text = text.partition(b":")
            name = name.strip().lower()
            name = None if name in found else name
        if name in wanted:
            found[name] = (found.get(name, b"") + b" " + text.strip())[:_LONGEST]
    return {each: decode(found.get(each.encode(), b"").strip()) for each in names}


def decode(octets):
    """The text of a field's bytes."""
    result = ""
    after_word = False
    for part in octets.split():
        word = _word(part)
        if result and not (after_word and word is not None):
            result += " "
        result += _text(part, "utf-8") if word is None else word
        after_word = word is not None
    return result


def _word(part):
    # the text of an encoded word, or None if it is none
    pieces = part.split(b"?")
    if len(pieces) != 5 or pieces[0] != b"=" or pieces[4] != b"=" or pieces[2].lower() not in (b"b", b"q"):
        return None
    try:
        octets = a2b_base64(pieces[3]) if pieces[2].lower() == b"b" else _unquoted(pieces[3])
        return _text(octets, pieces[1].decode().lower().split("*")[0])
    except ValueError:
        return None


def _unquoted(octets):
    first, *others = octets.replace(b"_", b" ").split(b"=")
    return first + b"".join([bytes([int(each[:2], 16)]) + each[2:] for each in others])


def _text(octets, charset):
    # what is neither UTF-8 nor declared as such is taken for Latin-1, whose codes are Unicode's
    try:
        if charset in ("utf-8", "us-ascii"):
            return octets.decode()
    except ValueError:
        pass
    return "".join([chr(octet) for octet in octets])
