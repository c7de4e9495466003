"""What a mail's header fields say: their text, and who the sender is (RFC 5322)."""


def text(raw):
    """The text of a field's octets: one line, without control characters.

    :param bytes raw: the octets behind the colon, lines joined
    """
    plain = raw.find(b"=?") < 0
    for octet in raw:
        if not 32 <= octet < 127:
            plain = False
            break
    if plain:
        return str(raw, "utf-8").strip()
    from .words import decode

    return decode(raw)


def sender(raw):
    """The name, or where there is none the address, and the address of the first mailbox in a From field.

    The address is what stands in ``<...>`` outside quotes before anything is decoded: no encoded word can feign one.
    """
    name = bytearray()
    comment = bytearray()
    quoted = False
    depth = 0  # of comments
    left = right = 0  # of the address
    at = -1
    size = len(raw)
    while at + 1 < size:
        at += 1
        octet = raw[at]
        if octet == 92 and (quoted or depth) and at + 1 < size:
            at += 1
            octet = raw[at]
        elif octet == 34 and not depth:
            quoted = not quoted
            continue
        elif octet == 40 and not quoted:
            depth += 1
            continue
        elif octet == 41 and depth:
            depth -= 1
            continue
        elif octet == 60 and not quoted and not depth:
            left = at + 1
            right = 0
            continue
        elif octet == 62 and left and not right and not quoted and not depth:
            right = at
        elif octet == 44 and not quoted and not depth and (right or (not left and name.find(b"@") >= 0)):
            break
        if depth:
            comment.append(octet)
        elif not left:
            name.append(octet)
    if not right:  # none; or quotes or a comment that never end
        left = raw.rfind(b"<") + 1
        right = raw.find(b">", left)
        right = size if right < 0 else right
    address = bytes(name)
    if left:
        address = raw[left:right]
        if address[:1] == b"@":
            address = address[address.find(b":") + 1 :]  # a route, as in the 1980s
    else:
        name = b""
    address = text(address.replace(b"=?", b"=\x00?")).replace(" ", "")
    return text(bytes(name)) or text(bytes(comment)) or address, address
