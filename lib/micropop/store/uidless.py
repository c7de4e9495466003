"""For servers without UIDL, which is optional in RFC 1939: the hash of a mail's header takes the place of its UID."""

from .asking import head_of
from .entry import count
from .faults import is_fault, is_refusal, note_of

_GAP = 256  # refusals in a row: behind so many nothing is looked for, whatever STAT and LIST say


def uids(poll, table):
    """Iterate over (number, hash of the header) of all mails, by TOP. Raises ServerError if there is no TOP either."""
    refused = None
    found = False
    gap = 0
    for number in range(1, max(poll.client.stat()[0], poll.listed) + 1):
        if gap == _GAP:
            break
        name = b"TOP %d" % number
        data = table.note(name, poll.mailbox)
        if data and data[9] >> 4 & 7 > 1 and not poll.is_due(data):
            poll.blind = True
            continue
        try:
            head = head_of(poll.client, number)
        except Exception as error:
            if not is_refusal(error):
                if is_fault(error):
                    count(poll, note_of(poll, table, name), error)
                raise
            poll.blind = True
            refused = error
            gap += 1
        else:
            found = True
            gap = 0
            yield number, head
    if refused and not found:
        from ..errors import ServerError

        raise ServerError(
            refused.code,
            refused.text + " (this server has no UIDL, and no TOP to make up for it: fetch with client.retrieve())",
        )
