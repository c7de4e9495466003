"""The commands of RFC 1939 that fewer sessions need: loaded when the first of them is asked for."""


class Commands:
    """Where ``Client`` looks up what it does not have itself."""

    def __init__(self, client):
        self.client = client

    def __getattr__(self, name):
        from .extensions import Extensions

        return getattr(Extensions(self.client), name)

    def size(self, number):
        """LIST n: the octets that the server says mail ``number`` has. Raises InvalidIndex, ServerError."""
        client = self.client
        return client._ask(client.unpack, "LIST", number)[1]

    def uid(self, number):
        """UIDL n: the unique id of mail ``number``, as bytes. Raises InvalidIndex, ServerError."""
        from .listing import unique

        return self.client._ask(unique, "UIDL", number)[1]

    def list(self):
        """LIST: iterate over (number, octets) of every mail; streamed. Raises ServerError."""
        from .listing import Listing

        return Listing(self.client, "LIST", self.client.unpack)

    def uidl(self):
        """UIDL: iterate over (number, unique id as bytes) of every mail; streamed. Raises ServerError."""
        from .listing import Listing, unique

        return Listing(self.client, "UIDL", unique)

    def top(self, number, lines=0, limit=None):
        """TOP n lines: the header and the first lines of the body, as a Message. Optional in servers.

        Raises InvalidIndex, InvalidArgument, ServerError.
        """
        if not isinstance(lines, int) or lines is True or lines < 0:
            from .errors.problems import problem

            raise problem("lines", lines)
        from .message import fetch

        return self.client._run(fetch(self.client, limit, "TOP", number, lines))

    def noop(self):
        """NOOP: keep the session alive."""
        self.client._ask(None, "NOOP")

    def reset(self):
        """RSET: take all deletion marks back."""
        self.client._ask(None, "RSET")
        self.client.deleted = 0

    def discard(self, limit=0x40000):
        """Read what is left of an open message, listing or batch and forget it; past ``limit`` bytes, close instead."""
        from .leftover import discard

        client = self.client
        discard(client, limit)
        if client.flight is not None:
            client.flight.close(limit)
