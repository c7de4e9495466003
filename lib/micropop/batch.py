"""Batch: many mails, with several commands in flight where the server allows it."""

from .leaving import drop, leave
from .message import Message
from .session import batch
from .session.body import whole


class Batch(batch.Batch):
    """The mails of ``retrieve_many``, each a Message, in the order of their numbers as given.

    Asking for the next discards what was not read of the last. A mail that the server refuses is a Message too:
    reading it raises the ServerError, and the others still come. A refused DELE, or what ``numbers`` raised, is raised
    when all mails before it have come.
    From the first mail on, until its end or until it is closed, which leaving ``with`` does too, no other command may
    be sent. Closing it early still sends DELE for the mails that were read to their end, where ``delete`` says so.
    """

    def __init__(self, client, numbers, delete, limit):
        session = client._session
        if session.busy or session.op is not None:
            from .session.refusing import refuse

            refuse(session)
        session.need("TRANSACTION")
        batch.Batch.__init__(self, session, numbers, delete, limit)
        self._client = client

    def make(self, number):
        """A message for a mail."""
        return Message(self._client, number, self.limit)

    def __iter__(self):
        return self

    def __next__(self):
        client = self._client
        if self.body is not None:
            drop(client, self.body, client.leftover)
        message = client._run(self.coming(), self if self.open else None)
        if message is None:
            raise StopIteration
        return message

    def close(self, limit=None):
        """Read what is in flight and forget it. Returns how many octets that were.

        :param int limit: octets that may be left; ``client.leftover`` unless told. More raise LimitExceeded, and close
        """
        client = self._client
        found = 0
        if limit is None:
            limit = client.leftover
        self.stop()
        while self.open and client.state != "CLOSED":
            if self.body is not None:
                found += drop(client, self.body, limit - found)
            client._run(self.coming(), self)
        return found

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        leave(self.session, self.close, kind)


def retrieve_many(client, numbers, delete, limit):
    """RETR of many: a Batch."""
    whole("limit", limit)
    return Batch(client, numbers, delete, limit)
