"""Client: the blocking face of a session, over any transport: input, output and time, nothing else.

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

# The module of each command's function, loaded when it is needed: an operation of the session's, or of a face's own.
_WHERE = (
    " greet quit :session.ends stat size uid delete reset noop :session.commands capabilities :session.capabilities"
    " utf8 language :session.languages login :entering retrieve top :message list uidl check languages :listing"
    " retrieve_many :batch discard :leaving "
)


class Commands:
    """What the blocking client and the asynchronous one share: each command, and what is known of the session.

    ``state``: AUTHORIZATION, TRANSACTION, UPDATE or CLOSED (RFC 1939 section 3). ``greeting``: the server's first line,
    as bytes without its end. ``user``: the name of the login, as it was given. ``method``: how it was made, such as
    ``"SCRAM-SHA-256"``. ``deleted``: how many mails were marked for deletion.
    ``pipelining``: whether several commands may be in flight; None where nobody knows yet. Give it, and ``method``, to
    the next session: that saves round trips.

    A face adds ``_run(task, stream=None)``, which drives an operation of the session's to its end, and ``_home``: where
    its own modules are.
    """

    _home = "micropop."

    def __init__(self, transport, pool, timeout=30, idle=None):
        self._session = Session(pool)
        self.pool = pool
        self.transport = transport
        self.idle = idle
        self.leftover = 0x40000
        self.timeout = self._time = int(timeout * 1000)
        self._mark = 0  # bytes received when the time began
        self._recv = transport.readinto
        self._loaded = {}  # functions of commands

    def __getattr__(self, name):
        if name not in ("state", "greeting", "user", "method", "deleted"):
            raise AttributeError("'Client' object has no attribute '" + name + "'")
        return getattr(self._session, name)

    @property
    def pipelining(self):
        return self._session.pipelining

    @pipelining.setter
    def pipelining(self, value):
        self._session.pipelining = value

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
        return self._do("login", user, password, token, method, cleartext, authzid)

    def stat(self):
        """STAT: (number of mails, their octets); octets are None where the server does not tell."""
        return self._do("stat")

    def size(self, number):
        """LIST n: the octets that the server says mail ``number`` has. Raises InvalidIndex, ServerError."""
        return self._do("size", number)

    def uid(self, number):
        """UIDL n: the unique id of mail ``number``, as bytes. Raises InvalidIndex, ServerError."""
        return self._do("uid", number)

    def list(self):
        """LIST: iterate over (number, octets) of every mail; streamed. Raises ServerError."""
        return self._do("list")

    def uidl(self):
        """UIDL: iterate over (number, unique id as bytes) of every mail; streamed. Raises ServerError."""
        return self._do("uidl")

    def check(self):
        """STAT and UIDL, in one round trip where the server allows it: (mails, octets, iterable like that of
        ``uidl()``).

        Raises ServerError; where the server has no UIDL too.
        """
        return self._do("check")

    def retrieve(self, number, limit=None):
        """RETR n: the mail, as a message to iterate over.

        :param int number: 1 for the first
        :param int limit: stop with LimitExceeded when the mail is longer than this many bytes
        Raises InvalidIndex, ServerError.
        """
        return self._do("retrieve", number, limit)

    def top(self, number, lines=0, limit=None):
        """TOP n lines: the header and the first lines of the body, as a message. Optional in servers.

        Raises InvalidIndex, InvalidArgument, ServerError.
        """
        return self._do("top", number, lines, limit)

    def retrieve_many(self, numbers, delete=False, limit=None):
        """RETR of many mails, with several commands in flight where the server allows it: messages to iterate over.

        :param numbers: an iterable of the mails' numbers
        :param bool delete: send DELE for each mail that was read to its end, behind the last packet, by its loop,
        ``save()`` or ``readinto()``
        :param int limit: as for ``retrieve``, for each mail
        Nothing is lost by leaving early: mails that were not read to their end stay as they were.
        """
        return self._do("retrieve_many", numbers, delete, limit)

    def delete(self, number):
        """DELE n: mark mail ``number``; ``quit()`` deletes it. Raises InvalidIndex, ServerError."""
        return self._do("delete", number)

    def reset(self):
        """RSET: take all deletion marks back. Raises ServerError."""
        return self._do("reset")

    def noop(self):
        """NOOP: keep the session alive. Raises ServerError."""
        return self._do("noop")

    def capabilities(self):
        """CAPA (RFC 2449): a dict of names in capitals and lists of arguments; remembered while it holds."""
        return self._do("capabilities")

    def utf8(self):
        """UTF8 (RFC 6856), before login: header fields may come as UTF-8. Raises ServerError."""
        return self._do("utf8")

    def language(self, tag="*"):
        """LANG (RFC 6856): have the server's texts in a language, such as "de"; "*" lets it choose. Raises ServerError.

        Raises InvalidArgument if that is no language tag.
        """
        return self._do("language", tag)

    def languages(self):
        """LANG (RFC 6856): iterate over the (tag, description as bytes) of the server's languages. Raises
        ServerError."""
        return self._do("languages")

    def quit(self):
        """QUIT: commit the deletions and close. Raises ServerError if the server could not delete."""
        return self._do("quit")

    def discard(self, limit=None):
        """Read what is left of the open message, listing or batch and forget it.

        :param int limit: octets that may be left; ``leftover`` unless told. More raise LimitExceeded, and close
        """
        return self._do("discard", limit)

    def close(self):
        """Close without QUIT: nothing is deleted. Every packet is back in its pool, kept ones apart. Never raises.

        Allowed from anywhere: what is in progress ends in a typed error.
        """
        self._session.end()
        if self._recv is not None:
            self._recv = None
            try:
                self.transport.close()
            except OSError:
                pass

    def _do(self, name, *what):
        # load and run what a command needs: an operation of the session's, or a function of this face's
        if name in self._loaded:
            function, operation = self._loaded[name]
        else:
            at = _WHERE.find(":", _WHERE.find(" " + name + " ")) + 1
            module = _WHERE[at : _WHERE.find(" ", at)]
            operation = module.startswith("session")
            module = ("micropop." if operation else self._home) + module
            function = getattr(__import__(module, None, None, (name,)), name)
            if name not in ("greet", "login"):  # which come once
                self._loaded[name] = function, operation
        if operation:
            return self._run(function(self._session, *what))
        return function(self, *what)

    def _failed(self, error):
        # raise what came of an exception, the session being in order then, or over
        session = self._session
        error = session.failed(error)
        if session.state in ("CLOSED", "UPDATE"):
            self.close()
        raise error

    def _lost(self, error):
        # raise what came of an exception while bytes were on their way through the transport: some may be lost
        session = self._session
        from .errors.problems import explain

        found = explain(error, self.transport)
        if session.state != "CLOSED":
            session.end("lost")
        elif found is not error:  # somebody closed the client meanwhile
            session.need()
        self._failed(found)


class Client(Commands):
    """A POP3 session (RFC 1939). Leaving ``with client:`` closes it without QUIT: nothing is deleted then.

    :param transport: see this module; it belongs to the client, which closes it
    :param PacketPool pool: where all bytes go; may be shared
    :param float timeout: seconds to wait for each reply, and for each further packet of a long one
    :param idle: called about every half second while waiting: to feed a watchdog

    Reads the greeting. Raises ServerError if the server does not want to serve, Timeout, ConnectionLost,
    ProtocolError. Every method may raise these last three, which close the client, and InvalidState, before anything
    is sent: where the state is not right for it, or a message, a listing or another call is in progress.

    ``timeout``: in milliseconds. ``leftover``: octets that leaving a message or a listing may have to read on.
    """

    def __init__(self, transport, pool, timeout=30, idle=None):
        Commands.__init__(self, transport, pool, timeout, idle)
        self._waits = hasattr(transport, "wait")
        try:
            self._do("greet")
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # -- how commands are run

    def _run(self, task, stream=None):
        session = self._session
        session.begin(task, stream)
        try:
            while session.step():
                if session.out is not None:
                    self._time = self.timeout
                    self._mark = 0
                    while session.out is not None:
                        session.sent(self._move(self.transport.write, session.out.data, True))
                else:
                    self._fill(session)
        except BaseException as error:
            self._failed(error)
        if session.state == "UPDATE":
            self.close()
        return session.value

    def _next(self, stream):
        # the next packet or item of a stream; False at its end
        session = self._session
        session.begin(None, stream)
        try:
            while True:
                found = stream.take()
                if found is not None:
                    break
                self._fill(stream)
        except BaseException as error:
            self._failed(error)
        session.leave()
        return found

    # -- input, output and time

    def _fill(self, stream):
        # read what comes into the inbox, waiting for it
        session = self._session
        view = session.room()
        if not 0 <= stream.received - self._mark < self.pool.payload_size:
            self._mark = stream.received
            self._time = self.timeout
        n = 0
        if self._waits or not session.glance:
            n = self._move(self._recv, view, None if session.glance else False)
            if not n and not session.glance:
                raise session.broken("close")
        session.came(n)

    def _move(self, function, data, mode):
        # how many bytes `function` moved, after waiting until it could; `mode` None: without waiting
        inside = True  # in the transport: after an exception of its own nobody knows what became of the bytes
        try:
            while True:
                start = ticks_ms()
                n = function(data)
                if n is None:
                    if self.idle:
                        inside = False
                        self.idle()  # which may close the client
                        if self._session.state == "CLOSED":
                            self._session.need()
                        inside = True
                    if mode is None:
                        return 0
                    self.transport.wait(mode, min(self._time, 500))
                self._time -= ticks_diff(ticks_ms(), start)
                if self._time <= 0:
                    inside = False
                    raise self._session.broken("timeout", self.timeout)
                if n is not None:
                    return n
        except BaseException as error:
            if inside:
                self._lost(error)
            raise
