"""The fields of a mail's header, readable, for a program that has the mail as lines: a file, or what poplib gives.

``fields(box.top(1, 0)[1], "from", "subject")`` is a dict of both.
"""

from micropop import mime


def fields(lines, *names):
    """The fields of these names as a dict of texts, "" for one that is missing.

    :param lines: bytes each, with their line ends or without
    """
    mail = mime.read((line.rstrip(b"\r\n") + b"\n" for line in lines), fields=names)
    return {name: mail.field(name) for name in names}
