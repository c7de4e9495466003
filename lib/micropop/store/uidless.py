"""For servers without UIDL, which is optional in RFC 1939: the hash of a mail's header takes the place of its UID."""

from .copy import head_of
from .faults import is_fault, is_refusal


def uids(poll):
    """Iterate over (number, hash of the header) of all mails, by TOP. Raises ServerError if there is no TOP either."""
    refused = None
    found = False
    for number in range(1, max(poll.client.stat()[0], poll.listed) + 1):
        note = poll.note(b"TOP %d" % number)
        if note.fails < 2 or poll.is_due(note):
            try:
                head = head_of(poll.client, number)
            except Exception as error:
                if not is_refusal(error):
                    if is_fault(error):
                        poll.count(note, error)
                    raise
                refused = error
            else:
                found = True
                yield number, head
                continue
        poll.blind = True
    if refused and not found:
        from ..errors import ServerError

        raise ServerError(
            refused.code,
            refused.text + " (this server has no UIDL, and no TOP to make up for it: fetch with client.retrieve())",
        )
