"""What later RFCs added: loaded when the first of it is asked for."""


class Extensions:
    """Where ``Commands`` looks up what it does not have itself."""

    def __init__(self, client):
        self.client = client

    def capabilities(self):
        """CAPA (RFC 2449): a dict of names in capitals and lists of arguments; remembered while it holds."""
        from .capabilities import capabilities

        return self.client._run(capabilities(self.client))

    def utf8(self):
        """UTF8 (RFC 6856), before login: header fields may come as UTF-8. Raises ServerError."""
        from .languages import utf8

        self.client._run(utf8(self.client))

    def language(self, tag="*"):
        """LANG (RFC 6856): have the server's texts in a language, such as "de"; "*" lets it choose. Raises ServerError.

        Raises InvalidArgument if that is no language tag.
        """
        from .languages import language

        self.client._run(language(self.client, tag))

    def languages(self):
        """LANG (RFC 6856): iterate over the (tag, description as bytes) of the server's languages. Raises
        ServerError."""
        from .languages import languages

        return languages(self.client)

    def check(self):
        """STAT and UIDL, in one round trip where the server allows it: (mails, octets, iterable like that of
        ``uidl()``).

        Raises ServerError; where the server has no UIDL too.
        """
        from .pipeline import check

        return check(self.client)

    def retrieve_many(self, numbers, delete=False, limit=None):
        """RETR of many mails, with several commands in flight where the server allows it: a Batch to iterate over.

        :param numbers: an iterable of the mails' numbers
        :param bool delete: send DELE for each mail that was read to its end, behind the last packet, by its loop,
        ``save()`` or ``readinto()``
        :param int limit: as for ``retrieve``, for each mail
        Nothing is lost by leaving early: mails that were not read to their end stay as they were.
        """
        from .pipeline import Batch

        return Batch(self.client, numbers, delete, limit)
