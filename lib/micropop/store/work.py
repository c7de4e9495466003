"""What there is to do, one mail after the other; then what the server is to delete."""

from .fetching import FIRST, fetch, keep
from .queue import NEW


def mails(poll):
    """See ``Poll.mails()``."""
    store = poll.store
    for todo in (poll.queue, poll.late):
        for number, key, kind in todo:
            mail = step(poll, number, key, kind)
            if mail:
                store.revived = todo is poll.late  # then others may come as well
                yield mail
            if poll.lost:
                raise poll.lost
    if not (poll.blind or poll.queue.lost):
        from .gone import forget

        forget(poll)
    for number, slot, _ in poll.doomed:
        delete(poll, number, int.from_bytes(slot, "little") - FIRST)
    if poll.full:
        raise poll.full


def step(poll, number, key, kind):
    """Do what there is to do with a mail. Returns a Mail if it was stored."""
    last = poll.serial
    try:
        if kind != NEW:
            from .compare import deal

            return deal(poll, number, key, kind)
        return keep(poll, number, key, fetch(poll, number, key))
    except BaseException as error:
        from .faults import drop_half, passes_over

        drop_half(poll)
        if poll.serial > last or not passes_over(poll, number, key, kind, error):
            raise
    return None


def delete(poll, number, slot):
    """Have the server delete a mail, and remember if it does not want to."""
    try:
        poll.client.delete(number)
    except Exception as error:
        from .faults import is_fault, is_refusal

        if is_fault(error):
            poll.count(poll.record.entry(slot), error)
        if not is_refusal(error):
            raise
