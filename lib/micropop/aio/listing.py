"""AsyncListing: the lines of LIST, UIDL or LANG, one at a time."""

from ..session.listing import Lines, listed, octets, unique
from .leaving import drop, leave


class AsyncListing(Lines):
    """Iterate over it: what a step gives is all that is in memory. The command is sent by ``async with``, or by the
    first step. Until it is read to its end or closed (which leaving ``async with`` does too), no other command may be
    sent.

    Raises InvalidState where the client was closed, or the listing discarded, in the middle.
    """

    def __init__(self, client, parse, command=None):
        Lines.__init__(self, client._session, parse)
        self._client = client
        self._command = command  # makes the operation that sends it; None once that was done

    def __aiter__(self):
        return self

    async def __anext__(self):
        client = self._client
        found = None
        if self._command is not None:
            await self._send()
        elif client._turn > 0 and not self.ended:
            client._turn -= 1
            found = client._now(self)
        if found is None:
            found = await client._next(self)
        if found is False:
            raise StopAsyncIteration
        return found

    async def _send(self):
        # send the command, unless that was done
        if self._command is not None:
            await self._client._run(self._command(self))
            self._command = None

    async def close(self):
        """Read the rest and forget it. Raises LimitExceeded where more than ``client.leftover`` octets are left; the
        client is closed then."""
        await drop(self._client, self, self._client.leftover)
        self.ended = True
        self.gone = False

    async def __aenter__(self):
        await self._send()
        return self

    async def __aexit__(self, kind, *_):
        await leave(self._client, self, self.close, kind)


def list(client):
    """LIST: an AsyncListing."""
    return AsyncListing(client, octets, lambda lines: listed(lines, "LIST"))


def uidl(client):
    """UIDL: an AsyncListing."""
    return AsyncListing(client, unique, lambda lines: listed(lines, "UIDL"))


async def check(client):
    """STAT and UIDL: (mails, octets, AsyncListing)."""
    from ..session.batch import check

    return await client._run(check(AsyncListing(client, unique)))


def languages(client):
    """LANG: an AsyncListing."""
    from ..session.languages import languages, tag_and_description

    return AsyncListing(client, tag_and_description, languages)
