"""The part of TOML that CircuitPython reads from settings.toml: a ``KEY = "text"`` or ``KEY = 12`` a line, comments."""

_MARK = b"\xef\xbb\xbf"  # Windows' editors begin a file in UTF-8 with it
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"}


class Mistake(ValueError):
    """A line that cannot be read. The text gives its number and not what is in it, which may be secret."""


def read(lines):
    """A dict of what stands before the first ``[table]``.

    :param lines: an iterable of lines as bytes in UTF-8, such as a file
    Raises Mistake.
    """
    found = {}
    number = 0
    for octets in lines:
        number += 1
        try:
            line = (octets[3:] if number == 1 and octets[:3] == _MARK else octets).decode().strip()
            if line.startswith("["):
                break
            if line and not line.startswith("#"):
                _take(line, found)
        except UnicodeError:
            raise Mistake("line %d: it is not UTF-8" % number)
        except ValueError as error:
            raise Mistake("line %d: %s" % (number, error))
    return found


def _take(line, found):
    equals = line.find("=")
    key = line[:equals].strip()
    if equals < 0 or not key or not _is_bare(key):
        raise ValueError('KEY = "text" or KEY = 12 is expected')
    if key in found:
        raise ValueError(key + " is there twice")
    try:
        found[key] = _value(line[equals + 1 :].strip())
    except ValueError as error:
        raise ValueError("%s: %s" % (key, error))


def _is_bare(key):
    for letter in key:
        if not (letter.isalpha() or letter.isdigit() or letter in "_-"):
            return False
    return True


def _value(text):
    if not text.startswith('"'):
        return _integer(text.split("#", 1)[0].strip())
    parts = []
    place = 1
    while True:
        letter = text[place : place + 1]
        place += 1
        if letter == "\\":
            letter = text[place : place + 1]
            place += 1
            if letter in ("u", "U"):
                end = place + (4 if letter == "u" else 8)
                letter = _character(text[place:end])
                place = end
            else:
                letter = _ESCAPES.get(letter, letter)
        elif letter == '"':
            break
        if not letter:
            raise ValueError('a closing " is missing')
        parts.append(letter)
    rest = text[place:].strip()
    if rest and not rest.startswith("#"):
        raise ValueError('nothing but a comment may follow the closing " (write \\" for a " in the text)')
    return "".join(parts)


def _character(digits):
    for digit in digits:
        if digit not in "0123456789abcdefABCDEF":
            digits = ""
    code = int(digits, 16) if len(digits) in (4, 8) else 0xD800
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        raise ValueError("\\u takes four hexadecimal digits, \\U eight, and not those of half a character")
    return chr(code)


def _integer(text):
    digits = text[1:] if text[:1] in ("-", "+") else text
    if not digits.isdigit() or max(digits) > "9" or len(digits) > 18 or (len(digits) > 1 and digits[0] == "0"):
        raise ValueError("text needs quotation marks, and a number is whole, without leading zeros")
    return int(text)
