"""Client: the blocking client over any transport.

A transport has ``readinto(buf)`` and ``write(buf)``, which return how many bytes they moved (0 from readinto: the server
closed) or None where they would have to wait, and ``close()``. One that returns None also has ``wait(writing, ms)``, which
returns as soon as the other may go on, or when ``ms`` milliseconds are up. Where nobody between can read what is sent,
``secure`` is True.

Waiting has a budget: ``timeout`` seconds for each command sent, and for each payload's worth of bytes that came, so a server
that sends a byte now and then cannot stretch it. Time that the caller takes does not count.
"""

from .clock import ticks_diff, ticks_ms
from .session import Session


class Client(Session):
    """A POP3 session (RFC 1939). Leaving ``with client:`` closes it without QUIT: nothing is deleted then.

    :param transport: see this module; it belongs to the client, which closes it
    :param PacketPool pool: where all bytes go; may be shared
    :param float timeout: seconds to wait for each reply, and for each further packet of a long one
    :param idle: called about every half second while waiting: to feed a watchdog

    Reads the greeting. Raises ServerError if the server does not want to serve, Timeout, ConnectionLost, ProtocolError.
    Every method may raise these last three, which close the client, and InvalidState, before anything is sent.
    """

    _mark = 0

    def __init__(self, transport, pool, timeout=30, idle=None):
        Session.__init__(self, pool)
        self.transport = transport
        self.timeout = timeout
        self.idle = idle
        self._readinto = transport.readinto
        self._renew()
        try:
            self.greeting = b"+OK " + self._run(self.reply())
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def login(self, user, password=None, *, token=None, method=None, cleartext=False, authzid=None):
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
        from .auth import login

        self._run(login(self, user, password, token, method, cleartext, authzid))

    def stat(self):
        """STAT: (number of mails, their octets)."""
        pair = self.numbers(self._ask("STAT"))
        self.highest = pair[0] + self.deleted
        return pair

    def size(self, number):
        """LIST n: the octets that the server says mail ``number`` has. Raises InvalidIndex, ServerError."""
        return self.numbers(self._ask("LIST", number), number)[1]

    def uid(self, number):
        """UIDL n: the unique id of mail ``number``, as bytes. Raises InvalidIndex, ServerError."""
        from .listing import unique

        return unique(self._ask("UIDL", number), number)[1]

    def list(self):
        """LIST: iterate over (number, octets) of every mail; streamed. Raises ServerError."""
        from .listing import Listing

        return Listing(self, "LIST", self.numbers)

    def uidl(self):
        """UIDL: iterate over (number, unique id as bytes) of every mail; streamed. Raises ServerError."""
        from .listing import Listing, unique

        return Listing(self, "UIDL", unique)

    def retrieve(self, number, limit=None):
        """RETR n: the mail, as a Message to iterate over.

        :param int number: 1 for the first
        :param int limit: stop with LimitExceeded when the mail is longer than this many bytes
        Raises InvalidIndex, ServerError.
        """
        from .message import Message

        return Message(self, number, self._ask("RETR", number), limit)

    def top(self, number, lines=0, limit=None):
        """TOP n lines: the header and the first lines of the body, as a Message. Optional in servers.

        Raises InvalidIndex, InvalidArgument, ServerError.
        """
        from .message import Message, natural

        return Message(self, number, self._ask("TOP", number, natural(lines)), limit)

    def delete(self, number):
        """DELE n: mark mail ``number``; ``quit()`` deletes it. Raises InvalidIndex, ServerError."""
        self._ask("DELE", number)
        self.deleted += 1

    def noop(self):
        """NOOP: keep the session alive."""
        self._ask("NOOP")

    def reset(self):
        """RSET: take all deletion marks back."""
        self._ask("RSET")
        self.deleted = 0

    def capabilities(self):
        """CAPA (RFC 2449): a dict of names in capitals and lists of arguments; remembered while it holds."""
        from .capabilities import capabilities

        return self._run(capabilities(self))

    def discard(self, limit=0x40000):
        """Read the rest of an open message or listing and forget it; past ``limit`` bytes, close the client instead."""
        from .listing import discard

        discard(self, limit)

    def quit(self):
        """QUIT: commit the deletions and close. Raises ServerError if the server could not delete."""
        if self.open or self.state == "CLOSED":
            self.need("TRANSACTION")
        try:
            self.send("QUIT")
            self.state = "UPDATE"
            self._run(self.reply())
        finally:
            self.close()

    def close(self):
        """Close without QUIT: nothing is deleted. Every packet is back in its pool, kept ones apart. Never raises."""
        if self.state != "CLOSED":
            self.end()
            try:
                self.transport.close()
            except OSError:
                pass

    # -- input and output

    def _ask(self, verb, number=None, lines=None):
        return self._run(self.ask(verb, number, lines))

    def _run(self, operation):
        try:
            while True:
                if self.outgoing is not None:
                    self._write()
                else:
                    next(operation)
                    if self.outgoing is None:
                        self._fill()
        except StopIteration as stop:
            self.rest()
            return stop.value
        except BaseException as error:
            self._failed(error)

    def _failed(self, error):
        from .errors import settle

        raise settle(self, error)

    def _renew(self):
        self._left = int(self.timeout * 1000)

    def _write(self):
        data = self.outgoing.data
        self._renew()
        while data:
            data = data[self._move(self.transport.write, data, True) :]
        self.sent()

    def _fill(self):
        # read what comes into the inbox, waiting for it
        view = self.space()
        if not 0 <= self.received - self._mark < self.pool.payload_size:
            self._mark = self.received
            self._renew()
        n = self._move(self._readinto, view, False)
        if not n:
            from .errors import closed_early

            raise closed_early()
        self.filled(n)

    def _move(self, function, data, writing):
        # how many bytes `function` moved, after waiting until it could
        while True:
            start = ticks_ms()
            n = function(data)
            if n is None:
                if self.idle:
                    self.idle()
                self.transport.wait(writing, min(self._left, 500))
            self._left -= ticks_diff(ticks_ms(), start)
            if self._left <= 0:
                from .errors import timed_out

                raise timed_out(self.timeout)
            if n is not None:
                return n
