"""A record in the making, see ``record.py``: the tokens go into it as they come."""

import time
from binascii import crc32

_TOKEN = 16384  # bytes that a token may have


class Draft:
    """A record in the making, in the place of the one that does not count.

    :param Token token: whose tokens count until this one is whole

    ``access``, ``refresh``: where the new ones go. ``expires_in``: seconds for which the access token is good.
    """

    expires_in = 0

    def __init__(self, token):
        self.token = token
        self.place = token.path + (".2" if token.numbers[0] & 1 else ".1")
        self.file = None
        self.check = self.size = 0
        self.access = Part(self)
        self.refresh = Part(self)

    def write(self, data):
        """Write a part. Raises StoreError."""
        try:
            if self.file is None:
                self.begin()
            self.file.write(data)
        except OSError as error:
            self.failed(error)
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

    def failed(self, error):
        from .trouble import trouble

        raise trouble(self.token.path, error)

    def finish(self):
        """Complete it: from here on it counts. Raises StoreError."""
        from .record import LAST, REFRESH, hand

        token = self.token
        access = self.access
        refresh = self.refresh
        if not refresh.length:  # the old one stays good
            refresh.begin()
            hand(token, REFRESH, refresh.write)
        numbers = [token.numbers[0] + 1, token.numbers[1], int(time.time()), self.expires_in]
        numbers += [access.at, access.length, refresh.at, refresh.length]
        self.write((LAST % tuple(numbers + [0]))[:-9].encode())
        self.write(b"%08x\n" % self.check)
        if self.place is None:
            self.place = self.file.getvalue()
        else:
            from ..store.flash import flush

            try:
                flush(self.file)
                self.file.close()
            except OSError as error:
                self.failed(error)
        self.file = None
        token.renewed = True
        token.place = self.place
        token.numbers = numbers

    def drop(self):
        """Forget it, unless it is whole."""
        if self.file is not None:
            try:
                self.file.close()
            except OSError:
                pass


class Part:
    """A sink that puts a token into a draft.

    ``at``, ``length``: where it lies there, in bytes; ``length`` is 0 if none came.
    """

    scalar = False
    at = length = 0

    def __init__(self, draft):
        self.draft = draft

    def begin(self):
        self.at = self.draft.size

    def write(self, data):
        """Take a part. Raises ValueError if no token can be such (RFC 6749, appendix A; none begins with a blank),
        StoreError."""
        length = self.length + len(data)
        if length > _TOKEN or min(data) < 32 or max(data) > 126 or (not self.length and data[0] == 32):
            raise ValueError("no token")
        self.draft.write(data)
        self.length = length
