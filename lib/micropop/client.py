"""Client: the blocking client over any transport, with the commands of every session.

A transport has ``readinto(buf)`` and ``write(buf)``, which return how many bytes they moved (0 from readinto: the
server closed) or None where they would have to wait, and ``close()``. One that returns None also has ``wait(writing,
ms)``, which returns as soon as the other may go on, or when ``ms`` milliseconds are up. Where nobody between can read
what is sent, ``secure`` is True.

Waiting has a budget: ``timeout`` seconds for each command sent, and for each payload's worth of bytes that came, so a
server that sends a byte now and then cannot stretch it. Time that the caller takes does not count.
"""

try:
    from time import ticks_diff, ticks_ms
except ImportError:
    from .clock import ticks_diff, ticks_ms

from .session import Session


class Client(Session):
    """A POP3 session (RFC 1939). Leaving ``with client:`` closes it without QUIT: nothing is deleted then.

    :param transport: see this module; it belongs to the client, which closes it
    :param PacketPool pool: where all bytes go; may be shared
    :param float timeout: seconds to wait for each reply, and for each further packet of a long one
    :param idle: called about every half second while waiting: to feed a watchdog

    Reads the greeting. Raises ServerError if the server does not want to serve, Timeout, ConnectionLost,
    ProtocolError. Every method may raise these last three, which close the client, and InvalidState, before anything
    is sent. Commands that fewer sessions need are in ``commands.py`` (``list``, ``uidl``, ``uid``, ``size``, ``top``,
    ``noop``, ``reset``, ``discard``) and ``extensions.py`` (``capabilities``, ``check``, ``retrieve_many``, ...).
    """

    def __init__(self, transport, pool, timeout=30, idle=None):
        Session.__init__(self, pool)
        self.transport = transport
        self.user = None
        self.idle = idle
        self.step = 0
        self.recv = transport.readinto
        self.time = self.timeout = int(timeout * 1000)  # milliseconds
        try:
            self.greeting = b"+OK " + self._run(self.reply())
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

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
        from .auth import login

        self._run(login(self, user, password, token, method, cleartext, authzid))
        self.user = user

    def stat(self):
        """STAT: (number of mails, their octets)."""
        pair = self._ask(self.unpack, "STAT")
        self.max = pair[0] + self.deleted
        return pair

    def retrieve(self, number, limit=None):
        """RETR n: the mail, as a Message to iterate over.

        :param int number: 1 for the first
        :param int limit: stop with LimitExceeded when the mail is longer than this many bytes
        Raises InvalidIndex, ServerError.
        """
        from .message import fetch

        return self._run(fetch(self, limit, "RETR", number))

    def delete(self, number):
        """DELE n: mark mail ``number``; ``quit()`` deletes it. Raises InvalidIndex, ServerError."""
        self._ask(None, "DELE", number)
        self.deleted += 1

    def quit(self):
        """QUIT: commit the deletions and close. Raises ServerError if the server could not delete."""
        self.need()
        try:
            self.send("QUIT")
        except Exception as error:
            self._failed(error)  # with no packet free it can be tried again
        self.state = "UPDATE"
        try:
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

    def __getattr__(self, name):
        # not kept, so that the memory of what fewer sessions need can be had back
        from .commands import Commands

        return getattr(Commands(self), name)

    # -- input and output

    def _ask(self, *what):
        return self._run(self.ask(*what))

    def _run(self, task):
        try:
            while True:
                if self.request is not None:
                    data = self.request.data
                    self.time = self.timeout
                    while data:
                        data = data[self.io(self.transport.write, data, True) :]
                    self.done()
                else:
                    next(task)
                    if self.request is None:
                        self._fill()
        except StopIteration as stop:
            self.flush()
            return stop.value
        except BaseException as error:
            self._failed(error)

    def _failed(self, exc):
        # a typed error that is not fatal leaves the session in order; after any other nobody knows where it stands
        if getattr(exc, "fatal", True):
            self.close()
        self.flush()
        from .errors.problems import explain

        raise explain(exc, self.transport)

    def _fill(self):
        # read what comes into the inbox, waiting for it
        view = self.buffer()
        if not 0 <= self.received - self.step < self.pool.payload_size:
            self.step = self.received
            self.time = self.timeout
        n = self.io(self.recv, view, False)
        if not n:
            from .errors.problems import problem

            raise problem("close")
        self.add(n)

    def io(self, function, data, mode):
        # how many bytes `function` moved, after waiting until it could
        while True:
            start = ticks_ms()
            n = function(data)
            if n is None:
                if self.idle:
                    self.idle()
                self.transport.wait(mode, min(self.time, 500))
            self.time -= ticks_diff(ticks_ms(), start)
            if self.time <= 0:
                from .errors.problems import problem

                raise problem("timeout", self.timeout)
            if n is not None:
                return n
