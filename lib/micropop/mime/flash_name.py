"""File names that do no harm."""

_LONGEST = 32
_SUFFIX = 8  # characters of it, with its dot


def flash_name(number, name):
    """A name of letters, digits, ".", "-" and "_", the part's number first: no file of a board has it, nor another part
    of the mail, or of a mail in it.

    :param str number: the part's, behind those of the parts that it lies in
    :param name: as the mail has it, or None
    """
    octets = bytearray((name or "part").encode())
    for i in range(len(octets)):
        if not (48 <= octets[i] <= 57 or 65 <= octets[i] <= 90 or 97 <= octets[i] <= 122 or octets[i] in b".-_"):
            octets[i] = 95
    name = str(octets, "utf-8")
    while name.find("__") >= 0:
        name = name.replace("__", "_")
    name = "%s-%s" % (number, name)
    if len(name) > _LONGEST:
        dot = name.rfind(".")
        suffix = name[dot:] if 0 < len(name) - dot <= _SUFFIX and dot > 0 else ""
        name = name[: _LONGEST - len(suffix)] + suffix
    return name
