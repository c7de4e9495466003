"""What a server repeats of a login, made fit for an error's text. Loaded when a reply is told."""

from binascii import b2a_base64, hexlify

_HEAD = 6  # characters of a secret in a row that are hidden, even where the rest is not there
_LONG = 19  # characters of a run that may still be a word
_LONGEST = 31  # of one with digits that has no capitals within, or no small letters


def redacted(text, secret, strict):
    """A reply's text without the secret, or six characters in a row of it, in either case, without their base64,
    without words that mean them, and where ``strict`` without whatever else may be base64.

    :param str text: a server's words
    :param secret: a password or a token, as str or bytes
    """
    plain, spellings = spelt(secret)
    for needle in forms(folded(plain)):
        text = without(without_escapes(text, needle), needle)
    for needle in codes(len(plain), spellings):
        text = without(text, needle)
    return without_runs(without_runs(text, "+/=-_", 4), "+/=-_.~", 3) if strict else text


def forms(plain):
    # what is looked for in the text, and in what it means
    found = [plain] if plain else []
    for form in (plain.replace("\xdf", "ss"), plain.replace(" ", "+")):  # as in capitals, and as in a link
        if form != plain:
            found.append(form)
    return found


def codes(length, spellings):
    # what is looked for in the text alone
    found = []
    for octets in spellings:
        if len(octets) != length:
            found.append(folded(latin(octets)))  # as it looks where the rest of the text was no UTF-8
        if len(octets) < 128:  # the base64 of longer ones is hidden for its length
            found.append(latin(hexlify(octets)))
            for lead in range(3):  # octets before it in the base64
                coded = b2a_base64(bytes(lead) + octets)
                end = (lead + len(octets)) * 4 // 3
                coded = folded(latin(coded[lead + (lead > 0) : end]))  # what depends on the secret alone
                if len(coded) > 2:
                    found.append(coded)
                    if "+" in coded or "/" in coded:
                        found.append(coded.replace("+", "-").replace("/", "_"))
    return found


def spelt(secret):
    # the secret as text, "" if it is none, and the octets that may stand for it
    if isinstance(secret, str):
        plain = secret
        try:
            secret = plain.encode()
        except UnicodeError:
            return plain, ()
    else:
        secret = bytes(secret)
        try:
            plain = str(secret, "utf-8")
        except UnicodeError:
            return "", (secret,)
    if len(plain) < len(secret) and max(plain) < "\u0100":
        return plain, (secret, bytes(map(ord, plain)))
    return plain, (secret,)


def latin(octets):
    return "".join(map(chr, octets))


def without(text, needle):
    """``text`` with stars in place of all of ``needle`` that is in it, six characters in a row or more, or a shorter
    one whole, in capitals or not.

    A needle of a letter or two is hidden where it is a word of its own: stars within words would tell it.

    :param str needle: as ``folded()`` has it
    """
    low = folded(text)
    size = min(_HEAD, len(needle))
    at = 0
    while at + size <= len(low):
        end = at
        look = at
        while look <= end and look + size <= len(low):  # pieces may overlap
            if low[look : look + size] in needle:
                end = look + size
            look += 1
        if end == at or (len(needle) < 3 and (in_word(low[at - 1 : at]) or in_word(low[end : end + 1]))):
            at = end if end > at and in_word(needle[0]) and in_word(needle[-1]) else at + 1
            continue
        text = text[:at] + "***" + text[end:]
        low = low[:at] + "***" + low[end:]
        at += 3
    return text


def without_escapes(text, needle):
    # of the words that mean the needle, with escapes, nothing is shown
    words = text.split(" ")
    for wide in (1, needle.count(" ") + 1):
        size = min(wide, len(words))
        for i in range(len(words) - size + 1):
            some = " ".join(words[i : i + size])
            for sign in "%=\\&":
                if sign in some and hides(unescaped(some, sign), needle) > hides(some, needle):
                    words[i : i + size] = ["***"]
                    break
        if " " not in needle:
            break
    return " ".join(words)


def hides(text, needle):
    # how many characters
    return len(text) - len(without(text, needle).replace("***", ""))


def unescaped(word, sign):
    """What a word means that has escapes as in links (%41), quoted-printable (=41), JSON (\\u0041) or HTML (&#65;).

    :param str sign: which of them
    """
    made = bytearray()
    at = 0
    while at < len(word):
        code = None
        if word[at] != sign:
            pass
        elif sign in "%=":
            end = at + 3
            code = number(word[at + 1 : end])
            if code is not None:
                made.append(code)
                at = end
                continue
        elif sign == "&":
            end = word.find(";", at, at + 12) + 1
            code = of_html(word[at + 1 : end - 1]) if end else None
        elif word[at + 1 : at + 2] in ("x", "u"):
            end = at + (4 if word[at + 1] == "x" else 6)
            code = number(word[at + 2 : end])
            if code and 0xD800 <= code < 0xDC00 and word[end : end + 2] == "\\u":  # half of a character
                low = number(word[end + 2 : end + 6])
                if low and 0xDC00 <= low < 0xE000:
                    code = 0x10000 + (code - 0xD800 << 10) + (low - 0xDC00)
                    end += 6
        elif at + 1 < len(word):
            end = at + 2
            code = ord(word[at + 1])
        if code is None or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
            code = ord(word[at])
            end = at + 1
        made += chr(code).encode()
        at = end
    try:
        return str(made, "utf-8")
    except UnicodeError:
        return latin(made)


def number(digits, base=16):
    # what they are, or None
    known = "0123456789" if base == 10 else "0123456789abcdefABCDEF"
    for c in digits:
        if c not in known:
            return None
    return int(digits, base) if digits else None


def of_html(name):
    # the number of the character that a reference names, or None
    if name[:2].lower() == "#x":
        return number(name[2:])
    if name[:1] == "#":
        return number(name[1:], 10)
    return {"amp": 38, "lt": 60, "gt": 62, "quot": 34, "apos": 39}.get(name.lower())


def in_word(c):
    return c.isalpha() or c.isdigit()


def without_runs(text, signs, least):
    # digests and tokens are long; words are not, nor is a link, which helps, like them
    at = start = 0
    while start < len(text):
        while at < len(text) and text[at] < "\x80" and (in_word(text[at]) or text[at] in signs):
            at += 1
        run = text[start:at]
        if len(run) > _LONG and unlike_words(run, least):
            text = text[:start] + "***" + text[at:]
            at = start + 3
        at += 1
        start = at
    return text


def unlike_words(run, least):
    """Whether in a stretch of it, 20 characters or more between two signs, letters and digits come as chance has them.

    :param least: of these in a row are of one kind, on the average; where fewer are, it was chance
    """
    starts = []
    sums = []  # how much what is before each start is unlike words
    lowest = None  # of those that are far enough behind
    behind = start = unlike = 0
    for at in range(len(run) + 1):
        if at < len(run) and in_word(run[at]):
            continue
        rows = rows_of(run[start:at])
        if rows is None:
            return True
        starts.append(start)
        sums.append(unlike)
        unlike += least * rows - (at - start)
        while behind < len(starts) and at - starts[behind] > _LONG:
            if lowest is None or sums[behind] < lowest:
                lowest = sums[behind]
            behind += 1
        if lowest is not None and unlike > lowest:
            return True
        start = at + 1
    return False


def rows_of(piece):
    # of capitals, small letters and digits; 0: it is a word, or the number of something; None: it is too long for that
    size = len(piece)
    if piece[1:] == piece[1:].lower() or piece == piece.upper():
        return 0 if piece.isalpha() or size <= _LONG or (size <= _LONGEST and number(piece) is None) else None
    rows = row = digits = 0
    before = ""
    for c in piece:
        kind = "0" if c.isdigit() else "a" if c.islower() else "A"
        digits += kind == "0"
        row += 1
        if kind != before and not (kind == "a" and before == "A" and row == 2):  # a word may begin with a capital
            rows += 1
            row = 1
        before = kind
    return None if digits and size > _LONG else rows


def folded(text):
    """``text`` in small letters, one for one; MicroPython's lower() knows ASCII alone."""
    if not text or max(text) < "\x80":
        return text.lower()
    return "".join(map(small, text))


def small(c):
    low = c.lower()
    if low != c and len(low) == 1:
        return low
    n = ord(c)
    if 0xC0 <= n < 0xDF or 0x391 <= n < 0x3AA or 0x410 <= n < 0x430:  # Latin-1, Greek, Cyrillic
        return chr(n + 32)
    if 0x400 <= n < 0x410:
        return chr(n + 80)
    if 0x100 <= n < 0x180:  # Latin Extended-A: a capital, then its small letter
        return chr((n + 1) & ~1) if 0x139 <= n < 0x149 or 0x179 <= n < 0x17F else chr(n | 1)
    return c
