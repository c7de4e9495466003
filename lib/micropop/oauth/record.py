"""The tokens on flash: always the old ones or the new ones, wherever the power goes.

There are three files. The one that a program names is what a person put there (`make authorize`); it is never written.
Beside it, with ``.1`` and ``.2`` behind its name, lie the records of renewals, those with odd and with even serial
numbers: while one is written the other stays as it is, and nothing is renamed, which FAT cannot do at one stroke. A
record counts if its check is right and it came from the file as that is now: a new file starts anew. Of two the one
with the greater serial number counts.

All three are JSON. A record ends in what helps to read it: where its access token lies, and the check, a CRC-32 of all
before it.
"""

from binascii import crc32

from .members import Members, Text

try:
    from micropython import const
except ImportError:
    const = int

_CHECK = const(21)  # bytes of the end: ,"check":"01234567"} and a line end
_TOKEN = const(16384)  # bytes that a token may have
_NUMBERS = ("serial", "of", "obtained", "expires_in", "at", "length")


class Record:
    """The tokens that count.

    :param str path: of the file that a person put there
    Raises InvalidArgument if that is missing or no such file, StoreError if the flash cannot be read.

    ``obtained``: when the access token came, by the board's clock, or None: there is none. ``expires_in``: its seconds.
    ``unwritten``: the flash is read-only, and the newest tokens are in memory alone.
    """

    obtained = expires_in = None
    unwritten = False

    def __init__(self, path):
        self.path = path
        self.serial = 0
        self.place = path
        buf = bytearray(256)
        try:
            self.of = scan(path, {}, buf, False)
        except OSError as error:
            self.of = None
            if error.args[0] != 2:
                raise trouble(error, path)
        if self.of is None:
            from ..errors import InvalidArgument

            raise InvalidArgument("there is no %s, or no tokens are in it: `make authorize` makes it" % path)
        for place in (path + ".1", path + ".2"):
            numbers = {name: Text(12) for name in _NUMBERS}
            try:
                if scan(place, numbers, buf, True) is not None and numbers["of"].number == self.of:
                    serial = numbers["serial"].number
                    if serial > self.serial:
                        self.use(place, serial, numbers["obtained"].number, numbers["expires_in"].number)
                        self.at = numbers["at"].number
                        self.length = numbers["length"].number
            except OSError as error:
                if error.args[0] != 2:
                    raise trouble(error, place)

    def use(self, place, serial, obtained, expires_in):
        """From here on these tokens count."""
        self.place = place
        self.serial = serial
        self.obtained = obtained
        self.expires_in = expires_in

    def read(self, wanted):
        """Read the members for which there is a sink in ``wanted``. Raises StoreError."""
        try:
            whole = scan(self.place, wanted, bytearray(256), self.serial > 0) is not None
        except OSError as error:
            raise trouble(error, self.path)
        if not whole:
            raise trouble("it has changed", self.path)

    def access_token(self):
        """The access token, as bytes. Raises StoreError."""
        try:
            with opened(self.place) as file:
                file.seek(self.at)
                return file.read(self.length)
        except OSError as error:
            raise trouble(error, self.path)


def opened(place):
    """A record, open to be read: its file, or where the flash is read-only its bytes."""
    if isinstance(place, str):
        return open(place, "rb")
    from io import BytesIO

    return BytesIO(place)


def scan(place, wanted, buf, checked):
    """Read a file through ``buf`` into the sinks ``wanted``. Returns its CRC-32, without the check; None if it does not
    count. Raises OSError."""
    members = Members(wanted)
    view = memoryview(buf)
    check = 0
    with opened(place) as file:
        left = file.seek(0, 2) - (_CHECK if checked else 0)
        file.seek(0)
        try:
            while left > 0:
                n = file.readinto(view[: min(left, len(buf))])
                if not n:
                    return None
                check = crc32(view[:n], check)
                members.feed(buf, 0, n)
                left -= n
            if checked:
                n = file.readinto(view[:_CHECK])
                if bytes(view[:n]) != ending(check):
                    return None
                members.feed(buf, 0, n)
        except ValueError:
            return None
    return check if members.done else None


def ending(check):
    """What a record ends in."""
    return b',"check":"%08x"}\n' % check


class Draft:
    """A record in the making, in the place of the one that does not count.

    :param Record record: what counts until this one is whole
    """

    def __init__(self, record):
        self.record = record
        self.place = record.path + (".2" if record.serial & 1 else ".1")
        self.file = None
        self.check = self.size = 0

    def write(self, data):
        """Write JSON. Raises StoreError."""
        try:
            if self.file is None:
                self.begin()
            self.file.write(data)
        except OSError as error:
            raise trouble(error, self.place)
        self.check = crc32(data, self.check)
        self.size += len(data)

    def begin(self):
        try:
            self.file = open(self.place, "wb")
        except OSError as error:
            if error.args[0] != 30:
                raise
            # a board of CircuitPython's whose drive belongs to the computer: the tokens last until it starts anew
            from io import BytesIO

            self.file = BytesIO()
            self.place = None
        self.write(b'{"serial":%d,"of":%d' % (self.record.serial + 1, self.record.of))

    def finish(self, access, obtained, expires_in):
        """Complete it: from here on it counts.

        :param Member access: of the access token
        :param int obtained, expires_in: see Record
        Raises StoreError.
        """
        record = self.record
        numbers = (obtained, expires_in, access.at, access.length)
        self.write(b',"obtained":%d,"expires_in":%d,"at":%d,"length":%d' % numbers)
        self.write(ending(self.check))
        if self.place is None:
            record.unwritten = True
            self.place = self.file.getvalue()
        else:
            from ..flash import flush

            try:
                flush(self.file)
                self.file.close()
            except OSError as error:
                raise trouble(error, self.place)
        self.file = None
        record.use(self.place, record.serial + 1, obtained, expires_in)
        record.at = access.at
        record.length = access.length

    def drop(self):
        """Forget it, unless it is whole."""
        if self.file is not None:
            try:
                self.file.close()
            except OSError:
                pass


class Member:
    """A sink that copies a token into a draft.

    :param bytes name: the member's
    :param bool bearer: whether it is sent as it is (RFC 6750), and so has neither quotation marks nor backslashes

    ``at``, ``length``: where it lies in the draft, in bytes; ``length`` is 0 if none came.
    """

    scalar = False
    at = length = 0

    def __init__(self, draft, name, bearer=False):
        self.draft = draft
        self.name = name
        self.bearer = bearer

    def begin(self):
        """Nothing is written for an empty one."""

    def write(self, data):
        """Copy a part. Raises ValueError if no token can be such (RFC 6749, appendix A), StoreError."""
        if self.length + len(data) > _TOKEN or min(data) < 32 or max(data) > 126:
            raise ValueError("no token")
        draft = self.draft
        if not self.length:
            draft.write(b',"' + self.name + b'":"')
            self.at = draft.size
        if len(data) == 1 and data[0] in b'"\\':
            if self.bearer:
                raise ValueError("no token")
            draft.write(b"\\")
        draft.write(data)
        self.length += len(data)

    def end(self):
        if self.length:
            self.draft.write(b'"')


def trouble(error, path):
    """The typed error for an OSError of the flash, or what else is wrong with a file."""
    from ..errors import StoreError, StoreFull

    if isinstance(error, OSError) and error.args[0] in (28, 122):
        return StoreFull("no room on the flash for %s, which takes some 10,000 bytes: remove files there" % path)
    return StoreError("cannot use %s (%r)" % (path, error))
