"""The characters that HTML has names for, as far as mails use them."""

_LATIN = (  # 160 to 255, in turn
    " nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3"
    " acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml"
    " Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc"
    " Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml"
    " aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc"
    " otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml"
    " "
)
_OTHERS = (  # with their numbers
    " amp:38 lt:60 gt:62 quot:34 apos:39 OElig:338 oelig:339 Scaron:352 scaron:353 ensp:32 emsp:32"
    " thinsp:32 zwnj:8204 ndash:8211 mdash:8212 lsquo:8216 rsquo:8217 sbquo:8218 ldquo:8220 rdquo:8221"
    " bdquo:8222 bull:8226 hellip:8230 lsaquo:8249 rsaquo:8250 euro:8364 trade:8482 larr:8592 rarr:8594"
    " "
)


def character(name):
    """The character of an entity, or None.

    :param str name: what stands between "&" and ";"
    """
    if name.startswith("#"):
        digits = name[1:].lower()
        base = 16 if digits.startswith("x") else 10
        digits = digits[1:] if base == 16 else digits
        for digit in digits:
            if digit not in "0123456789abcdef"[:base]:
                return None
        if not digits:
            return None
        code = int(digits, base)
    elif name.find(" ") < 0 and _OTHERS.find(" " + name + ":") >= 0:
        code = int(_OTHERS.split(" " + name + ":", 1)[1].split(" ", 1)[0])
    elif name and name.find(" ") < 0 and _LATIN.find(" " + name + " ") >= 0:
        code = 160 + _LATIN.count(" ", 0, _LATIN.find(" " + name + " "))
    else:
        return None
    out = bytearray()
    from .other import append, table

    if 128 <= code < 160:
        table(b"cp1252").put(out, code)  # which is meant
    else:
        append(out, 0xFFFD if code > 0x10FFFF or 0xD800 <= code < 0xE000 else max(code, 32))
    return str(out, "utf-8")
