"""Which decoder a charset beside UTF-8 has: those of one octet a character have a table each."""

from .single import Single

_TABLES = (
    b" cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257"
    b" iso8859_2 iso8859_5 iso8859_7 iso8859_9 iso8859_15 koi8_r koi8_u "
)


def decoder(name):
    """A decoder for a charset, or None.

    :param bytes name: as ``charsets.short()`` makes it
    """
    number = b""
    if name.startswith(b"iso8859"):
        number = name[7:]
        number = number[:-4] if len(number) > 4 else number  # iso-8859-1:1987
    elif name.startswith(b"latin"):
        number = {b"5": b"9", b"9": b"15"}.get(name[5:], name[5:])
    found = None
    if number:
        found = table(b"cp1252" if number == b"1" else b"iso8859_" + number)
    elif name[-4:-1] == b"125":
        found = table(b"cp" + name[-4:])
    elif name.startswith(b"koi8"):
        found = table(b"koi8_u" if name[4:5] == b"u" else b"koi8_r")
    if found is None:
        from .double import decoder

        found = decoder(name)
    return found


def table(name):
    """A decoder by one of the library's tables, or None.

    :param bytes name: of its module; what else a mail names is not tried, for the interpreter would keep each name
    """
    if _TABLES.find(b" " + name + b" ") < 0:
        return None
    name = "micropop.mime.tables." + str(name, "utf-8")
    try:
        return Single(__import__(name, None, None, ("HIGH",)).HIGH)
    except ImportError:
        return None
