"""What must hold whatever a mail is: ``run(data)`` raises AssertionError where it does not. For searches at random.

The first two octets choose how the mail is cut, the third what is done with its parts; the rest is the mail.
"""

from binascii import crc32

import micropop
from micropop import mime

from host_tests.mime.both.helpers import Message, octets

DEEP = 3  # mails in mails that are opened


class Notes:
    """What was found in a mail, in order."""

    def __init__(self):
        self.things = []

    def add(self, thing):
        """Note a text, or None, a number, or a tuple of such."""
        self.things.append(thing)

    def pieces(self, pieces):
        """Note octets that come in pieces."""
        self.things.append(b"".join([bytes(piece) for piece in pieces]))


class Digest:
    """A number that stands for what was found, and takes no memory."""

    def __init__(self):
        self.number = 0

    def add(self, thing):
        if isinstance(thing, tuple):
            for each in thing:
                self.add(each)
            return
        text = thing if isinstance(thing, str) else str(thing)
        for at in range(0, len(text), 50):
            self.number = crc32(text[at : at + 50].encode(), self.number)
        self.number = crc32(b"\n", self.number)

    def pieces(self, pieces):
        for piece in pieces:
            self.number = crc32(bytes(piece), self.number)
        self.add("")


def line(text):
    """A text of a header: one line of no more than 256 characters."""
    assert isinstance(text, str) and len(text) <= 256, text
    for octet in text.encode():
        assert octet >= 32 and octet != 127, text
    return text


def harmless(name):
    """A name to write to."""
    assert 2 < len(name) <= 32 and name[0] in "123456789", name
    for octet in name.encode():
        assert chr(octet).lower() in "abcdefghijklmnopqrstuvwxyz0123456789.-_", name


def look(mail, turn, found, depth=0):
    """Note all that can be known of a mail, which must not depend on how it is cut.

    :param int turn: which parts are read as text, as octets or by readinto, opened or passed over
    """
    for text in (mail.subject, mail.sender, mail.address, mail.to, mail.date, mail.field("x-other")):
        found.add(line(text))
    time = mail.time
    if time is not None:
        _, month, day, hour, minute, second = time
        assert 1 <= month <= 12 and 1 <= day <= 31 and 0 <= hour < 24 and 0 <= minute < 60 and 0 <= second <= 60
    found.add(time)
    count = 0
    for part in mail:
        count += 1
        assert part.number == count <= 1000 and mail.part is part
        assert part.type.find("/") > 0 and len(part.type) <= 64
        for text in (part.disposition, part.charset, part.id, part.filename):
            assert text is None or line(text)
        assert part.filename is None or (part.filename.find("/") < 0 and part.filename not in ("", ".", ".."))
        harmless(part.flash_name)
        found.add((part.type, part.disposition, part.charset, part.id, part.filename))
        how = (turn + count) % 6
        if how == 0:
            text = part.text(1000)
            assert len(text) <= 1000
            found.add(text)
            found.add(part.truncated)
            found.add(part.text(50))
            found.add(part.truncated or part.guessed)  # what lies behind a limit may be known or not
        elif how == 1 and depth < DEEP:
            look(part.open(("x-other",)), turn // 6, found, depth + 1)
        elif how == 2:
            found.pieces(by_readinto(part))
        elif how != 5:
            found.pieces(part)
            assert octets(part) == b"" and part.text() == ""
    assert list(mail) == [] and mail.part is None
    found.add((count, mail.truncated, mail.guessed))


def by_readinto(part):
    """The octets of a part, fifty at a time."""
    buf = bytearray(50)
    while True:
        n = part.readinto(buf)
        if not n:
            return
        yield memoryview(buf)[:n]


def digest(mail, turn):
    """A number that stands for all that there is in a mail."""
    found = Digest()
    look(mail, turn, found)
    return found.number


def run(data):
    """Read a mail in several ways, and check all that must hold; returns its digest."""
    if len(data) < 3:
        return 0
    first, second, turn = data[0] + 1, 8 * data[1] + 1, data[2]
    data = bytes(data[3:])
    found = Notes()
    look(mime.read(Message(data, first), ("x-other",)), turn, found)
    again = Notes()
    look(mime.read(Message(data, second), ("x-other",)), turn, again)
    assert found.things == again.things, f"in packets of {first}: {found.things!r}, of {second}: {again.things!r}"
    mail = mime.read(data, (), 700)
    text = mail.text(500)
    assert len(text) <= 500
    rest = [(part.type, part.number, octets(part)) for part in mail]
    mail = mime.read(Message(data, first))
    assert mail.text(500) == text
    assert [(part.type, part.number, octets(part)) for part in mail] == rest
    broken = micropop.ConnectionLost("gone")
    try:
        look(mime.read(Message(data, second, broken), ("x-other",)), turn, Notes())
    except micropop.ConnectionLost as error:
        assert error is broken
    else:
        raise AssertionError("a mail that broke off was taken for a whole one")
    return digest(mime.read(data, ("x-other",)), turn)
