"""Mails that the server lists no more."""

from .record import NOTE

_WINDOW = 2048  # see poll.py


def forget(poll):
    """Forget those of the mailbox that the poll did not meet."""
    record = poll.record
    for slot in range(poll.base, min(poll.base + _WINDOW, record.count)):
        if not poll.is_met(slot):
            entry = record.entry(slot)
            if entry and entry.name[7:] == poll.mailbox and entry.state != NOTE:
                record.drop(entry, False)
    record.sync()
