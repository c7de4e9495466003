"""The answer of a token server, whose tokens go into a draft as they come."""

from .answer import Answer
from .members import Members, Text

_LIFETIME = 3600  # seconds, where the server does not say; what ends earlier is refused, and renewed then
_LONGEST = 2592000  # a month


def read(exchange, draft):
    """Read it.

    :param Exchange exchange: where it comes from
    :param Draft draft: takes the tokens
    :returns: None; or where there is no token in it (status, error, error_description, seconds to wait or None)
    Raises ValueError if it is no answer of a token server's, and what the exchange does, StoreError.
    """
    reply = Reply(draft)
    whole = exchange.answer(reply.feed)
    return reply.outcome(draft, whole)


class Reply:
    """The answer, as it comes."""

    members = None
    spoilt = False

    def __init__(self, draft):
        self.answer = Answer(self.take)
        self.code = Text(40)
        self.description = Text(240)
        self.kind = Text(16)
        self.expires_in = Text(32)
        self.draft = draft

    def feed(self, data, at, end):
        """Read on. Returns whether that was all. Raises ValueError, StoreError."""
        self.answer.feed(data, at, end)
        return self.answer.over or self.spoilt or (self.members is not None and self.members.done)

    def take(self, data, at, end):
        # a span of the body
        if self.members is None:
            wanted = {b"error": self.code, b"error_description": self.description}
            if self.answer.status == 200:
                wanted[b"access_token"] = self.draft.access
                wanted[b"refresh_token"] = self.draft.refresh
                wanted[b"token_type"] = self.kind
                wanted[b"expires_in"] = self.expires_in
            self.members = Members(wanted)
        try:
            self.members.feed(data, at, end)
        except ValueError:
            if self.answer.status == 200:
                raise
            self.spoilt = True  # a page for people: the status says enough

    def outcome(self, draft, whole):
        """See ``read()``. ``whole``: False if the server closed before it was."""
        status = self.answer.status
        done = self.members is not None and self.members.done
        if not status or (status == 200 and not done and not whole):
            from ..errors.problems import problem

            raise problem("close")
        if status != 200 or self.code.octets:
            if draft.access.length or draft.refresh.length:
                raise ValueError("both tokens and an error")  # in whose text the tokens may be
            return status, self.code.octets, self.description.octets, self.answer.retry_after
        if not done or not draft.access.length or self.kind.octets.lower() not in (b"bearer", b""):
            raise ValueError("no access token that a login can use")
        draft.expires_in = min(self.expires_in.number or _LIFETIME, _LONGEST)
        return None
