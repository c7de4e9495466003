"""Which decoder reads a charset. Each has ``decode(octets, final=False)``: the text; half a character waits."""

folders = ["/charsets", globals().get("__file__", "").split("micropop/mime", 1)[0] + "charsets"]
"""Where table files are looked for: at the root, and beside the library. A program may add its own."""


_LATIN = {"1": "1", "2": "2", "5": "9", "9": "15"}  # latin5 is iso-8859-9


def short(name):
    """A charset's name without what differs from mail to mail: small letters and digits only."""
    kept = bytearray()
    for octet in (name.encode() if isinstance(name, str) else bytes(name)).lower():
        if 48 <= octet <= 57 or 97 <= octet <= 122:
            kept.append(octet)
        elif octet in b" \t(;" and kept:
            break
    return str(kept, "utf-8")


def decoder(name):
    """A new decoder for one text.

    UTF-8 is taken where it is that, whatever is declared as ASCII, or as nothing that is known; else windows-1252.
    :param name: of the charset, as a mail has it: str, bytes, or None where it has none
    """
    name = short(name or "")
    if name == "utf8":
        from .utf8 import Utf8

        return Utf8()
    table = None
    if name.startswith("iso8859"):
        number = name[7:]
        table = "iso8859_" + (number[:-4] if len(number) > 4 else number)  # iso-8859-1:1987
    elif name.startswith("latin"):
        table = "iso8859_" + _LATIN.get(name[5:], "")
    elif name[-4:-1] == "125":
        table = "cp" + name[-4:]
    elif name.startswith("koi8"):
        table = "koi8_u" if name[4:5] == "u" else "koi8_r"
    if table:
        if table == "iso8859_1":
            table = "cp1252"
        try:
            return single(table)
        except ImportError:
            pass
    if name not in ("", "usascii", "ascii"):
        from .east_asian import decoder as other

        found = other(name)
        if found is not None:
            return found
    from .utf8 import Utf8

    return Utf8(single)


def single(name):
    """A decoder by one of the library's tables. Raises ImportError."""
    from .single import Single

    name = "micropop.mime.tables." + name
    return Single(__import__(name, None, None, ("HIGH",)).HIGH)


def decode(octets, name):
    """The whole text of octets in a charset."""
    return decoder(name).decode(octets, True)
