"""The parameters of a header field: ``name=value`` behind semicolons (RFC 2045, 2183, 2231)."""

_SECTIONS = 64


def parameter(raw, wanted):
    """The octets of a parameter and their charset; None, None where it is missing.

    Its forms of RFC 2231 come first, their sections in order, whatever the order in which they stand. The charset is
    None where none is told: then the octets may hold encoded words.
    """
    plain = charset = None
    sections = {}
    for name, value in pairs(raw):
        if name == wanted:
            plain = value if plain is None else plain
        elif name.startswith(wanted + b"*"):
            number = name[len(wanted) + 1 :]
            coded = not number or number.endswith(b"*")
            number = number.rstrip(b"*") or b"0"
            if number.isdigit() and len(number) < 3 and int(number) < _SECTIONS and int(number) not in sections:
                sections[int(number)] = value, coded
    if not sections:
        return plain, None
    octets = b""
    for number in sorted(sections):
        value, coded = sections[number]
        if coded:
            from .words import unescape

            if charset is None:
                first = value.split(b"'", 2)
                charset = first[0] if len(first) == 3 else b""
                value = first[-1] if len(first) == 3 else value
            value = unescape(value, b"%")
        octets += value
    return octets, charset


def pairs(raw):
    """Iterate over (name, value) of a field's octets: the name in small letters, quotes gone.

    A quoted string ends with the field at the latest; a value without quotes goes to the next semicolon.
    """
    at = 0
    size = len(raw)
    while at < size:
        end = raw.find(b";", at)
        end = size if end < 0 else end
        sign = raw.find(b"=", at, end)
        if sign < 0:
            at = end + 1
            continue
        name = raw[at:sign].strip().lower()
        at = sign + 1
        while at < size and raw[at] in b" \t":
            at += 1
        if raw[at : at + 1] == b'"':
            value = bytearray()
            at += 1
            while at < size and raw[at] != 34:
                if raw[at] == 92 and raw[at + 1 : at + 2] in (b'"', b"\\"):
                    at += 1
                value.append(raw[at])
                at += 1
            value = bytes(value)
            end = raw.find(b";", at)
            end = size if end < 0 else end
        else:
            value = raw[at:end].strip()
        yield name, value
        at = end + 1


def text(raw, wanted):
    """The text of a parameter, or None where it is missing."""
    octets, charset = parameter(raw, wanted)
    if octets is None:
        return None
    from .fields import text as readable

    if charset is None:
        return readable(octets)
    from .charsets import decode
    from .words import without_controls

    return without_controls(decode(octets, charset))
