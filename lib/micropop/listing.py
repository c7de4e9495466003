"""Listing: the lines of LIST, UIDL or LANG, one at a time."""

from .session.listing import Lines, listed, octets, unique


class Listing(Lines):
    """Iterate over it: what ``next`` gives is all that is in memory. Until it is read to its end or closed (which
    leaving ``with`` does too), no other command may be sent.

    Raises InvalidState where the client was closed, or the listing discarded, in the middle.
    """

    def __init__(self, client, parse):
        Lines.__init__(self, client._session, parse)
        self._client = client

    def __iter__(self):
        return self

    def __next__(self):
        found = self._client._next(self)
        if found is False:
            raise StopIteration
        return found

    def close(self):
        """Read the rest and forget it. Raises LimitExceeded where more than ``client.leftover`` octets are left; the
        client is closed then."""
        from .leaving import drop

        drop(self._client, self, self._client.leftover)
        self.ended = True
        self.gone = False

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        from .leaving import leave

        leave(self.session, self.close, kind)


def list(client):
    """LIST: a Listing."""
    return client._run(listed(Listing(client, octets), "LIST"))


def uidl(client):
    """UIDL: a Listing."""
    return client._run(listed(Listing(client, unique), "UIDL"))


def check(client):
    """STAT and UIDL: (mails, octets, Listing)."""
    from .session.batch import check

    return client._run(check(Listing(client, unique)))


def languages(client):
    """LANG: a Listing."""
    from .session.languages import languages, tag_and_description

    return client._run(languages(Listing(client, tag_and_description)))
