"""What refusals without a response code mean, as far as they say: later. RFC 1939 knows no codes, and many servers
still have none.

The tables beside this file are read in turn, row by row: the first row of which something is said decides. A row has
the name of an exception, or None where nothing is said of a next try; the seconds to rest before that; and phrases.
"""

from ...memory import forgetting

_TABLES = ("password", "often", "taken", "trouble", "perhaps")
_LONGEST = 3600  # seconds to rest, whatever a server says
# by their first letters, in several languages
_UNITS = {"sec": 1, "sek": 1, "seg": 1, "min": 60, "hou": 3600, "stu": 3600, "heu": 3600, "hor": 3600}


def meaning(octets):
    """(name of the exception, seconds to rest before the next try) of a refusal's words; None twice where they say
    nothing of a next try, or speak of the password."""
    octets = octets[:256]
    text = plain(octets)
    for table in _TABLES:
        with forgetting():
            row = looked_up(table, octets, text)
        if row is not None:
            kind, rest = row
            return (kind, stated(text) or rest) if kind else (None, None)
    return None, None


def looked_up(table, octets, text):
    # the exception and the rest of the first row that is said; a function of its own, for what it leaves can go
    for kind, rest, phrases in __import__("micropop.errors.meanings." + table, None, None, ("ROWS",)).ROWS:
        if said(octets, text, phrases):
            return kind, rest
    return None


def plain(octets):
    """Words in small letters, with one blank before, between and behind them. ``*`` is a run of octets that are no
    ASCII, for letters with accents come in several encodings."""
    made = bytearray(b" " + octets.lower() + b" ")
    for i in range(len(made)):
        c = made[i]
        if c > 127:
            made[i] = 42
        elif not (97 <= c < 123 or 48 <= c < 58):
            made[i] = 32
    text = str(made, "utf-8")
    for pair in ("**", "  "):
        while pair in text:
            text = text.replace(pair, pair[0])
    return text


def said(octets, text, phrases):
    """Whether one of the phrases occurs.

    :param phrases: octets with blanks between them; or words, with "|" between the phrases and "+" between the parts
    of one, which must all be there, each from the start of a word
    """
    if isinstance(phrases, bytes):
        for phrase in phrases.split():
            if phrase in octets:
                return True
        return False
    at = 0
    while at < len(phrases):
        end = phrases.find("|", at)
        if end < 0:
            end = len(phrases)
        for part in phrases[at:end].split("+"):
            if " " + part not in text:
                break
        else:
            return True
        at = end + 1
    return False


def stated(text):
    """The seconds to rest that the words tell, or None."""
    words = text.split()
    for i in range(len(words) - 1):
        unit = _UNITS.get(words[i + 1][:3])
        if unit and words[i].isdigit() and len(words[i]) < 6:
            return max(1, min(int(words[i]) * unit, _LONGEST))
    return None
