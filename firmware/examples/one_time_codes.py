"""Codes that hold once (HOTP, RFC 4226): who has the list, or an app that makes the same, can show that it is him.

On a computer ``python3 one_time_codes.py`` asks for the secret and prints the codes that come next. An authenticator
app that counts ("HOTP", "counter based", SHA-1, 8 digits) makes them too, from the secret's letters as base32.
"""

import hashlib

DIGITS = 8
AHEAD = 20  # codes that may be left out: of mails that were lost


def accept(code, secret, path="/codes.txt"):
    """Whether a code is right and was not used, nor one behind it. It is used up then, whatever happens next.

    :param str code: as somebody sent it
    :param str secret: known to the board and to who may command; without one no code is right
    :param str path: of the file with the number of the next code; if it is removed, counting begins again at 1
    Raises OSError if the flash is full, ValueError if the file is damaged: then no code is accepted.
    """
    try:
        with open(path) as file:
            text = file.read().strip()
        if not text.isdigit() or max(text) > "9" or len(text) > 9:
            raise ValueError("no number in " + path)
        first = int(text)
    except OSError:
        first = 1
    for number in range(first, first + AHEAD):
        if secret and code == make(secret, number):
            with open(path, "w") as file:  # littlefs changes a file at one stroke
                file.write(str(number + 1))
            return True
    return False


def make(secret, number):
    """The code of that number, from 1."""
    digest = hmac(secret.encode(), number.to_bytes(8, "big"))
    at = digest[19] & 15
    value = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return ("%010d" % value)[-DIGITS:]


def hmac(key, message):
    """HMAC-SHA-1 (RFC 2104)."""
    if len(key) > 64:
        key = hashlib.sha1(key).digest()
    key = key + bytes(64 - len(key))
    inner = hashlib.sha1(bytes([octet ^ 0x36 for octet in key]) + message).digest()
    return hashlib.sha1(bytes([octet ^ 0x5C for octet in key]) + inner).digest()


if __name__ == "__main__":
    given = input("MY_SECRET: ")
    begin = int(input("number of the next code (1): ") or 1)
    for count in range(begin, begin + AHEAD):
        print("%4d  %s" % (count, make(given, count)))
