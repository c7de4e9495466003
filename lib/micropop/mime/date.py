"""The Date field as numbers (RFC 5322 section 3.3, and 4.3: as old programs write it)."""

_MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"
_ZONES = "edt-4 est-5 cdt-5 cst-6 mdt-6 mst-7 pdt-7 pst-8 "  # all others are unknown, and taken for UTC


def time(text):
    """(year, month, day, hour, minute, second) in UTC, or None where the text is no date.

    :param str text: the field; a zone that is missing or unknown is taken for UTC
    """
    try:
        return _utc(text)
    except (ValueError, IndexError):
        return None


def _utc(text):
    # the words may stand in any order in which they can be told apart
    while text.find("(") >= 0:
        before, _, comment = text.partition("(")
        text = before + " " + comment.partition(")")[2]
    year = month = day = clock = None
    offset = 0  # minutes
    for word in text.replace(",", " ").lower().split():
        if clock is not None and word[0] in "+-":
            offset = _offset(word)
            continue
        if word.find(":") > 0:
            clock = [int(part) for part in word.split(":")]
            continue
        for part in word.split("-"):
            at = _MONTHS.find(part[:3])
            if part.isdigit():
                if day is None and len(part) < 3:
                    day = int(part)
                elif year is None:
                    year = int(part)
                    year += 0 if len(part) > 3 else 1900 if year > 49 else 2000
            elif at >= 0 and not at % 3 and len(part) > 2:
                month = at // 3 + 1
            elif clock is not None:
                at = _ZONES.find(part + "-")
                offset = -60 * int(_ZONES[at + 4]) if at >= 0 and len(part) == 3 else offset
    if None in (year, month, day, clock) or not 2 <= len(clock) <= 3:
        return None
    hour, minute, second = clock if len(clock) == 3 else clock + [0]
    if not (1 <= day <= days(year, month) and 0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 61):
        return None
    minute += 60 * hour - offset
    day += minute // 1440
    minute %= 1440
    if day < 1:
        month -= 1
        if not month:
            year, month = year - 1, 12
        day = days(year, month)
    elif day > days(year, month):
        day = 1
        month += 1
        if month > 12:
            year, month = year + 1, 1
    return year, month, day, minute // 60, minute % 60, second


def _offset(word):
    # minutes of "+0100", "-5:30"; an impossible one is none
    digits = word[1:].replace(":", "")
    number = int(digits)
    minutes = 60 * number if len(digits) < 3 else number // 100 * 60 + number % 100
    return 0 if minutes >= 1440 else -minutes if word[0] == "-" else minutes


def days(year, month):
    """The days of a month."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31
