"""A new mail: from the server to flash, and into the record."""

from .copy import Copy, mark_of
from .files import Mail, stem
from .flash import free, rename
from .record import STORED, Entry

try:
    from micropython import const
except ImportError:
    const = int

_SPARE = const(8192)  # bytes of flash that mails leave free, for all else
_LINE = const(100)  # octets of a line, where the first part of a long mail is asked for by lines
_TOTAL = const(2)  # see flash.free()
FIRST = 0x1000000  # is added to slots in the queue of what is to be deleted: they are negative in the log


def fetch(poll, number, key):
    """Copy a mail to a file whose name ends in .tmp; returns the Copy."""
    octets = poll.size(number)
    lines = poll.lines
    if lines is None:
        need_room(poll, octets)
        if poll.limit is not None and octets > poll.limit:
            lines = poll.limit // _LINE
    poll.half = stem(poll.serial + 1, key)
    copy = None
    while copy is None:
        with open("%s/%s.tmp" % (poll.folder, poll.half), "wb") as file:
            try:
                with ask(poll.client, number, lines) as message:
                    if lines is None:
                        need_room(poll, message.octets or 0)
                    copy = Copy(message, file, lines, poll.limit, poll.progress)
            except Exception as error:
                if copy is None or copy.whole:
                    raise
                poll.lost = error  # its rest was so long that the session was given up
        if copy.short and poll.lines is None:
            lines = copy = None  # it is shorter than LIST says
    copy.whole = copy.whole and lines is None
    if copy.octets != message.octets and not poll.lost:
        confirm(poll, copy)
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
    if space is not None and space < octets + _SPARE and octets < free(poll.folder, _TOTAL):
        raise OSError(28)


def confirm(poll, copy):
    # a mail ends early where the server forgot to double a dot: what comes then is no reply
    try:
        poll.client.noop()
    except Exception as error:
        if hasattr(error, "code"):
            return
        if copy.whole:
            raise
        poll.lost = error


def keep(poll, number, key, copy):
    """Give a mail that was copied its name, and record it. Returns the Mail."""
    name = stem(poll.serial + 1, key) + (".eml" if copy.whole else ".cut")
    rename(poll.folder, poll.half + ".tmp", name)
    poll.half = None
    poll.serial += 1
    entry = Entry(key + poll.mailbox, STORED)
    entry.serial = poll.serial
    entry.size = poll.mark(number)
    entry.head = mark_of(copy.head)
    entry.sum = copy.sum
    entry.day = poll.today
    entry.delete = poll.delete and copy.whole
    slot = poll.record.add(entry)
    if entry.delete and not poll.days:
        poll.doomed.append(number, (slot + FIRST).to_bytes(7, "little"), 0)
    return Mail(poll.folder, name, number)
