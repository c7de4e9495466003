"""Who a mail is from and what it is about, for the log. Of the mail reader it takes what reads a header."""

from micropop.mime.reader import Reader

_MOST = 16384  # octets of a header that are looked at
_SENDER = 40  # characters of it in the log
_SUBJECT = 80


class Part:
    """Takes what a header says of the mail's first part, which nobody reads here."""

    type = "text/plain"
    filename = None


def about(path, feed):
    """ "; Marshall Rose: Hello", or "" where the mail tells neither sender nor subject.

    :param str path: of its file
    :param feed: called now and then, for the watchdog
    Raises OSError, MemoryError.
    """
    reader = Reader(())
    reader.leaf = Part
    memory = bytearray(512)
    left = _MOST
    with open(path, "rb") as file:
        while reader.advance() is None:
            feed()
            count = file.readinto(memory) if left > 0 else 0
            left -= count
            reader.eof = not count
            reader.feed(memory, 0, count)
    sender = shown(reader.sender, _SENDER)
    subject = shown(reader.subject, _SUBJECT)
    return "; %s: %s" % (sender or "?", subject) if sender or subject else ""


def shown(text, most):
    """A text for a line of the log: without what a terminal obeys, or what turns the order of letters round.

    :param int most: characters
    """
    octets = bytearray(text.encode())
    # as UTF-8, for a loop over its letters makes MicroPython keep each of them for good
    for at in range(len(octets) - 1):
        if octets[at] == 0xC2 and octets[at + 1] < 0xA0:  # control characters
            octets[at] = octets[at + 1] = 32
        elif octets[at] == 0xE2 and at + 2 < len(octets):
            last = octets[at + 2]
            if (octets[at + 1] == 0x80 and (0x8B <= last <= 0x8F or 0xA8 <= last <= 0xAE)) or (
                octets[at + 1] == 0x81 and last >= 0xA0  # U+200B to 200F, 2028 to 202E, 2060 to 206F
            ):
                octets[at] = octets[at + 1] = octets[at + 2] = 32
    text = " ".join(str(octets, "utf-8").split())
    return text if len(text) <= most else text[: most - 1] + "…"
