"""AsyncBatch: many mails, with several commands in flight where the server allows it."""

from ..session import batch
from ..session.body import whole
from .leaving import drop, leave
from .message import AsyncMessage


class AsyncBatch(batch.Batch):
    """The mails of ``retrieve_many``, each an AsyncMessage, in the order of their numbers as given.

    Asking for the next discards what was not read of the last. A mail that the server refuses is a message too: reading
    it raises the ServerError, and the others still come. A refused DELE, or what ``numbers`` raised, is raised when all
    mails before it have come.
    From the first mail on, until its end or until it is closed, which leaving ``async with`` does too, no other command
    may be sent. Closing it early still sends DELE for the mails that were read to their end, where ``delete`` says so.
    """

    def __init__(self, client, numbers, delete, limit):
        batch.Batch.__init__(self, client._session, numbers, delete, limit)
        self._client = client

    def make(self, number):
        """A message for a mail."""
        return AsyncMessage(self._client, None, (number,), self.limit)

    def __aiter__(self):
        return self

    async def __anext__(self):
        client = self._client
        if self.body is not None:
            await drop(client, self.body, client.leftover)
        message = await client._run(self.coming(), self if self.open else None)
        if message is None:
            raise StopAsyncIteration
        return message

    async def close(self, limit=None):
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
                found += await drop(client, self.body, limit - found)
            await client._run(self.coming(), self)
        return found

    async def __aenter__(self):
        return self

    async def __aexit__(self, kind, *_):
        await leave(self._client, self, self.close, kind)


def retrieve_many(client, numbers, delete, limit):
    """RETR of many: an AsyncBatch."""
    whole("limit", limit)
    return AsyncBatch(client, numbers, delete, limit)
