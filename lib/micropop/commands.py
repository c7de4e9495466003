"""Every command of a session, for the blocking client and for the asynchronous one, which differ in how they wait."""


class Commands:
    """What ``Client`` and ``AsyncClient`` share: each command, and what is known of the session.

    A client has ``_run(operation)``, ``_fetch(limit, verb, *numbers)``, ``_list(operation, parse)`` and ``_batch()``.
    """

    @property
    def state(self):
        """AUTHORIZATION, TRANSACTION, UPDATE or CLOSED (RFC 1939 section 3)."""
        return self._session.state

    @property
    def greeting(self):
        """The server's first line, as bytes without its end."""
        return self._session.greeting

    @property
    def method(self):
        """How the login was made, such as ``"SCRAM-SHA-256"``; None before it."""
        return self._session.method

    @property
    def pipelining(self):
        """Whether several commands may be in flight; None where nobody knows yet. Give it to the next session."""
        return self._session.pipelining

    @pipelining.setter
    def pipelining(self, known):
        self._session.pipelining = known

    @property
    def deleted(self):
        """How many mails were marked for deletion in this session."""
        return self._session.deleted

    def login(self, user, password=None, token=None, method=None, cleartext=False, authzid=None):
        """Log in with the strongest method that the server and this firmware have.

        :param str user: the mailbox's name
        :param str password: its password, or an app password
        :param str token: an OAuth 2 access token, instead of a password
        :param str method: force one: USER, APOP, PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256, XOAUTH2, OAUTHBEARER
        :param bool cleartext: allow the password to be sent although the connection is not encrypted
        :param str authzid: act for this other mailbox (SASL's authorisation identity), where the server allows it
        Raises AuthenticationError, InUse, LoginDelay, TemporaryFailure; CleartextRefused, InvalidArgument,
        PayloadTooSmall before anything secret is sent.
        """
        return self._login(user, password, token, method, cleartext, authzid)

    def stat(self):
        """STAT: (number of mails, their octets); octets are None where the server does not tell."""
        return self._run(self._session.stat())

    def size(self, number):
        """LIST n: the octets that the server says mail ``number`` has. Raises InvalidIndex, ServerError."""
        from .session.listing import size

        return self._run(size(self._session, number))

    def uid(self, number):
        """UIDL n: the unique id of mail ``number``, as bytes. Raises InvalidIndex, ServerError."""
        from .session.listing import uid

        return self._run(uid(self._session, number))

    def list(self):
        """LIST: iterate over (number, octets) of every mail; streamed. Raises ServerError."""
        from .session.listing import listed, octets

        return self._list(octets, listed, "LIST")

    def uidl(self):
        """UIDL: iterate over (number, unique id as bytes) of every mail; streamed. Raises ServerError."""
        from .session.listing import listed, unique

        return self._list(unique, listed, "UIDL")

    def check(self):
        """STAT and UIDL, in one round trip where the server allows it: (mails, octets, iterable like that of
        ``uidl()``).

        Raises ServerError; where the server has no UIDL too.
        """
        from .session.batch import check
        from .session.listing import unique

        return self._list(unique, check)

    def retrieve(self, number, limit=None):
        """RETR n: the mail, as a message to iterate over.

        :param int number: 1 for the first
        :param int limit: stop with LimitExceeded when the mail is longer than this many bytes
        Raises InvalidIndex, ServerError.
        """
        return self._fetch(limit, "RETR", number)

    def top(self, number, lines=0, limit=None):
        """TOP n lines: the header and the first lines of the body, as a message. Optional in servers.

        Raises InvalidIndex, InvalidArgument, ServerError.
        """
        if not isinstance(lines, int) or lines is True or lines < 0:
            from .errors.problems import problem

            raise problem("lines", lines)
        return self._fetch(limit, "TOP", number, lines)

    def retrieve_many(self, numbers, delete=False, limit=None):
        """RETR of many mails, with several commands in flight where the server allows it: messages to iterate over.

        :param numbers: an iterable of the mails' numbers
        :param bool delete: send DELE for each mail that was read to its end, behind the last packet, by its loop,
        ``save()`` or ``readinto()``
        :param int limit: as for ``retrieve``, for each mail
        Nothing is lost by leaving early: mails that were not read to their end stay as they were.
        """
        return self._batch(numbers, delete, limit)

    def delete(self, number):
        """DELE n: mark mail ``number``; ``quit()`` deletes it. Raises InvalidIndex, ServerError."""
        return self._run(self._session.delete(number))

    def reset(self):
        """RSET: take all deletion marks back. Raises ServerError."""
        return self._run(self._session.reset())

    def noop(self):
        """NOOP: keep the session alive. Raises ServerError."""
        return self._run(self._session.noop())

    def capabilities(self):
        """CAPA (RFC 2449): a dict of names in capitals and lists of arguments; remembered while it holds."""
        from .session.capabilities import capabilities

        return self._run(capabilities(self._session))

    def utf8(self):
        """UTF8 (RFC 6856), before login: header fields may come as UTF-8. Raises ServerError."""
        from .session.languages import utf8

        return self._run(utf8(self._session))

    def language(self, tag="*"):
        """LANG (RFC 6856): have the server's texts in a language, such as "de"; "*" lets it choose. Raises ServerError.

        Raises InvalidArgument if that is no language tag.
        """
        from .session.languages import language

        return self._run(language(self._session, tag))

    def languages(self):
        """LANG (RFC 6856): iterate over the (tag, description as bytes) of the server's languages. Raises
        ServerError."""
        from .session.languages import languages, tag_and_description

        return self._list(tag_and_description, languages)

    def quit(self):
        """QUIT: commit the deletions and close. Raises ServerError if the server could not delete."""
        return self._quit()

    def discard(self, limit=None):
        """Read what is left of the open message, listing or batch and forget it.

        :param int limit: octets that may be left; ``leftover`` unless told. More raise LimitExceeded, and close
        """
        return self._discard(limit)
