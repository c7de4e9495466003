"""The end of a poll: the mails that the server lists no more, and what it is to delete."""

from .queue import slot_of
from .table import WINDOW, Table

_NOTE = 4  # see entry.py


def finish(poll):
    """See ``Poll.finish()``."""
    table = Table(poll.path, poll.entries, poll.base, poll.met)
    try:
        if not (poll.blind or poll.queue.lost):
            for slot in range(poll.base, min(poll.base + WINDOW, table.count)):
                if not table.is_met(slot):
                    data = table.entry(slot)
                    if data[7:9] == poll.mailbox and data[9] & 7 != _NOTE:
                        forget(poll, data)
        for number, data, _ in poll.doomed:
            delete(poll, table, number, slot_of(data))
    finally:
        table.close()
    if poll.full:
        raise poll.full


def forget(poll, data):
    # forget a mail that is not listed
    from .entry import GONE, append, unpack

    entry = unpack(data)
    entry.state = GONE
    append(poll.path, entry.pack())


def delete(poll, table, number, slot):
    # have the server delete a mail, and remember if it does not want to
    try:
        poll.client.delete(number)
    except Exception as error:
        from .entry import count, entry_at
        from .faults import is_fault, is_refusal

        if is_fault(error):
            count(poll, entry_at(table, slot), error)
        if not is_refusal(error):
            raise
