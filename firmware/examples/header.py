"""Fields of a mail's header, readable: folded lines joined, encoded words (RFC 2047) decoded."""

from micropop.mime.words import decode

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
