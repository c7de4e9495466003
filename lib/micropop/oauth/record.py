"""The tokens on flash: always the old ones or the new ones, wherever the power goes.

There are three files. The one that a program names is what a person put there (`make authorize`): the first refresh
token, as a line of text. It is never written. Beside it, with ``.1`` and ``.2`` behind its name, lie the records of
renewals, those with odd and with even serial numbers: while one is written the other stays as it is, and nothing is
renamed, which FAT cannot do at one stroke.

A record is an access token, a refresh token, and a last line of numbers, the last of them a CRC-32 of all before it. It
counts if that is right, and if it came from the given file as that is now: a new file starts anew. Of two the one with
the greater serial number counts.
"""

from binascii import crc32

try:
    from micropython import const
except ImportError:
    const = int

LAST = "\n%08d %010d %010d %07d %05d %05d %05d %05d %08x\n"  # the line; its numbers are, in turn:
SERIAL, OF, OBTAINED, EXPIRES_IN, ACCESS, ACCESS_LENGTH, REFRESH, REFRESH_LENGTH = range(8)

_TOKEN = const(16384)  # bytes that a token may have: see draft.py
_LINE = const(73)  # bytes of it
_CHECK = const(9)  # ... and of the check at its end, with the line end


def load(token):
    """Find the tokens that count.

    :param Token token: gets ``numbers``, those of a record's last line, and ``place``, its path. Of the given file,
        which has no such line, all numbers are 0 but ``OF``, its CRC-32, and the place and length of the token in it
    Raises InvalidArgument if that file is missing or has no token, StoreError if the flash cannot be read.
    """
    path = token.path
    place = None
    try:
        of = checked(path, 0)[0]
        with open(path, "rb") as file:
            line = file.readline()
        given = line.strip()
        if given and (len(given) > _TOKEN or min(given) < 32 or max(given) > 126):
            given = b""  # a draft takes no such token, but would say so when the old one is used up
        token.place = path
        token.numbers = [0, of, 0, 0, 0, 0, line.find(given), len(given)]
        for place in (path + ".1", path + ".2"):
            numbers = read(place)
            if numbers and numbers[OF] == of and numbers[SERIAL] > token.numbers[SERIAL]:
                token.place = place
                token.numbers = numbers
    except OSError as error:
        if place or error.args[0] != 2:
            failed(path, error)
        given = None
    if not given:
        from ..errors import InvalidArgument

        raise InvalidArgument("there is no %s with a refresh token in it: `make authorize` makes it" % path)


def hand(token, which, put, size=128, times=0x7FFF):
    """Call ``put`` with each piece of a token, or the first few ``times``. Raises StoreError, and what ``put`` does.

    :param Token token: see ``load()``
    :param int which: ACCESS or REFRESH
    :param int size: of the pieces, in bytes
    """
    left = token.numbers[which + 1]
    try:
        with opened(token.place) as file:
            file.seek(token.numbers[which])
            while left > 0 and times > 0:
                data = file.read(min(left, size))
                if not data:
                    raise OSError("it has changed")
                put(data)
                left -= len(data)
                times -= 1
    except OSError as error:
        failed(token.path, error)


def taken(token, which, most=0x7FFF):
    """A token, or its first few bytes, as bytes; the parameters and errors are those of ``hand()``."""
    found = []
    hand(token, which, found.append, most, 1)
    return found[0]


def opened(place):
    """A file, or the bytes of one, open to be read."""
    if isinstance(place, str):
        return open(place, "rb")
    from io import BytesIO

    return BytesIO(place)


def checked(place, behind):
    """(CRC-32 of a file without its last ``behind`` bytes, its size). Raises OSError."""
    with open(place, "rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        left = size - behind
        check = 0
        while left > 0:
            data = file.read(min(left, 256))
            if not data:
                break
            check = crc32(data, check)
            left -= len(data)
    return check, size


def read(place):
    """The numbers of a record, or None if it is not there or not whole. Raises OSError."""
    try:
        check, size = checked(place, _CHECK)
        if size < _LINE:
            return None
        with open(place, "rb") as file:
            file.seek(size - _LINE)
            words = file.read(_LINE).split()
        if len(words) == 9 and words.pop() == b"%08x" % check:
            numbers = [int(word) for word in words if word.isdigit()]
            if len(numbers) == 8 and lies(numbers, ACCESS, size) and lies(numbers, REFRESH, size):
                return numbers
    except OSError as error:
        if error.args[0] != 2:
            raise
    return None


def lies(numbers, which, size):
    # whether a token lies before the last line of a record of this size
    return 0 < numbers[which + 1] <= size - _LINE - numbers[which]


def failed(path, error):
    """Raise the typed error for an OSError of the flash."""
    from .trouble import trouble

    raise trouble(path, error)
