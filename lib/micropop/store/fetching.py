"""What there is to do, mail by mail: from the server to flash, and into the record."""

import time
from binascii import crc32

from .files import MOST, Mail, fold, stem
from .flash import flush, free, rename
from .head import ENOUGH, hashed, mark_of
from .log import DELETE, STORED, append, packed

try:
    from micropython import const
except ImportError:
    const = int

_SPARE = const(8192)  # bytes of flash that mails leave free, for all else
_LINE = const(100)  # octets of a line, where the first part of a long mail is asked for by lines
_TIE = const(4096)  # octets after which a mail's blocks are tied to its name, lest a power cut lose them on FAT
_REST = const(0x400000)  # octets of a mail that are read and thrown away, so that the session goes on ...
_PATIENCE = const(300)  # ... and seconds


class Copy:
    """What came of a mail.

    ``whole``: all of it is in the file. ``lines``: so many more were wanted than came, or None. ``octets``: that came.
    ``start``: the first of them, enough of its header. ``sum``: a CRC-32 of what is in the file.
    """

    whole = True
    octets = sum = 0
    start = b""

    def __init__(self, lines):
        self.lines = lines


def mails(poll):
    """See ``Poll.mails()``."""
    for todo in (poll.queue, poll.late):
        for number, key, kind in todo:
            mail = step(poll, number, key, kind)
            if mail:
                poll.store.revived = todo is poll.late  # then others may come as well
                yield mail
                poll.need()
            if poll.lost:
                raise poll.lost


def step(poll, number, key, kind):
    """Do what there is to do with a mail. Returns a Mail if it was stored."""
    last = poll.serial
    poll.stranger = False
    try:
        if kind:
            from .compare import deal

            mail = deal(poll, number, key, kind, fetch, keep)
            if poll.lost and not mail:  # it is known, and ended the session all the same
                raise poll.lost
            return mail
        return keep(poll, number, key, fetch(poll, number, key))
    except BaseException as error:
        from .faults import drop_half, passes_over

        drop_half(poll)
        if poll.serial > last or not passes_over(poll, number, key, kind, error):
            raise
    return None


def fetch(poll, number, key):
    """Copy a mail to a file whose name ends in .tmp; returns the Copy."""
    if poll.serial + 1 >= MOST:
        raise OSError(34)  # nobody would see the mail again
    octets = poll.size(number)
    lines = poll.lines
    if lines is None:
        need_room(poll, octets)
        if poll.limit is not None and octets > poll.limit:
            lines = poll.limit // _LINE
    poll.half = stem(poll.serial + 1, key)
    copy = save(poll, number, lines)
    if copy.lines and copy.whole and poll.lines is None:
        copy = save(poll, number, None)  # it is shorter than LIST says
    return copy


def save(poll, number, lines):
    # copy a mail, or its first lines, to the file; and make sure that it ended where it seemed to
    copy = Copy(lines)
    with open("%s/%s.tmp" % (poll.folder, poll.half), "wb") as file:
        try:
            with ask(poll.client, number, lines) as message:
                if lines is None:
                    need_room(poll, message.octets or 0)
                take(poll, message, file, copy)
            if copy.octets != message.octets:
                confirm(poll.client)
        except Exception as error:
            if copy.whole or isinstance(error, OSError):
                raise
            poll.lost = error  # the session is over; the mail's first part is there
    return copy


def ask(client, number, lines):
    # the message: its first lines, or all of it
    if lines is not None:
        try:
            return client.top(number, lines)
        except Exception as error:
            if not hasattr(error, "code"):
                raise
    return client.retrieve(number)


def need_room(poll, octets):
    # raise OSError if a mail that is said to be so long does not fit, unless it is said to be as long as none can be
    if poll.limit is not None:
        octets = min(octets, poll.limit)
    space = free(poll.folder)
    if space is not None and space < octets + _SPARE and octets < free(poll.folder, 2):
        raise OSError(28)


def take(poll, message, file, copy):
    # write what is wanted of a message, and have it on flash; the rest is read to its end, within reason
    limit = poll.limit
    left = copy.lines
    in_body = tied = False
    empty = True
    written = begun = 0
    for packet in message:
        data = packet.data
        copy.octets += len(data)
        if copy.whole:
            if len(copy.start) < ENOUGH:
                copy.start += bytes(data[: ENOUGH - len(copy.start)])
            end = len(data)
            if left is not None:
                at = 0
                while at < end:
                    if in_body and not left:
                        end = at
                    elif data[at] == 10:
                        left -= in_body
                        in_body = in_body or empty
                        empty = True
                    elif data[at] != 13:
                        empty = False
                    at += 1
            if limit is not None and written + end > limit:
                end = limit - written
            if end < len(data):
                copy.whole = False
                data = data[:end]
                begun = time.time()
            file.write(data)
            copy.sum = crc32(data, copy.sum)
            written += end
            if written > _TIE and not tied:
                tied = True
                file.flush()
        elif copy.octets - written > _REST or not 0 <= time.time() - begun <= _PATIENCE:
            break
        if poll.progress:
            poll.progress(copy.octets, message.octets)
    flush(file)
    copy.lines = left
    copy.whole = copy.whole and message.complete


def confirm(client):
    # a mail seems to end early where the server forgot to double a dot: what comes then is no reply
    try:
        client.noop()
    except Exception as error:
        if not hasattr(error, "code"):
            raise


def keep(poll, number, key, copy):
    """Give a mail that was copied its name, and record it. Returns the Mail."""
    poll.need()
    whole = copy.whole and copy.lines is None
    delete = whole and poll.delete
    flags = STORED | DELETE if delete else STORED
    head = mark_of(hashed(copy.start))
    serial = poll.serial + 1
    entry = packed(key + poll.mailbox, flags, serial, poll.mark(number), head, fold(copy.sum), poll.today)
    name = stem(serial, key) + (".eml" if whole else ".cut")
    rename(poll.folder, poll.half + ".tmp", name)
    poll.half = None
    poll.serial = serial
    slot = append(poll.path, entry)
    if delete and not poll.days:
        poll.doomed.doom(number, slot)
    return Mail(poll.folder, name, number)
