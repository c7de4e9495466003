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

from .commands import Commands
from .session import Session


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
        self._session = Session(pool)
        self.pool = pool
        self.transport = transport
        self.idle = idle
        self.leftover = 0x40000
        self.timeout = self._time = int(timeout * 1000)
        self._mark = 0  # bytes received when the time began
        self._recv = transport.readinto
        self._waits = hasattr(transport, "wait")
        self._asked = False  # a command went just now, so nothing can be there yet
        self._message = None  # the class, once it is loaded
        try:
            self._run(self._session.greet())
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Close without QUIT: nothing is deleted. Every packet is back in its pool, kept ones apart. Never raises.

        Allowed from anywhere: what is in progress ends in a typed error.
        """
        self._session.end()
        self._hang_up()

    # -- how commands are run

    def _run(self, operation, stream=None):
        session = self._session
        session.begin(operation, stream)
        try:
            while session.step():
                if session.out is not None:
                    self._time = self.timeout
                    self._mark = 0
                    while session.out is not None:
                        session.sent(self._move(self.transport.write, session.out, True))
                    self._asked = self._waits and not session.piped
                elif session.pause:
                    session.pause = False
                    self._pause()
                else:
                    self._fill(session)
        except BaseException as error:
            self._failed(error)
        return session.result

    def _login(self, *how):
        from .memory import forgetting

        with forgetting():
            from .login import login

            return self._run(login(self._session, getattr(self.transport, "secure", False), *how))

    def _quit(self):
        try:
            self._run(self._session.quit())
        finally:
            if self._session.state == "UPDATE":
                self.close()

    def _fetch(self, limit, verb, *numbers):
        make = self._message
        if make is None:
            from .message import Message

            make = self._message = Message
        message = make(self, numbers[0], limit)
        return self._run(message.fetch(verb, *numbers))

    def _list(self, parse, operation, *what):
        from .listing import Listing

        return self._run(operation(Listing(self, parse), *what))

    def _batch(self, *what):
        from .batch import Batch

        return Batch(self, *what)

    def _discard(self, limit):
        from .leaving import discard

        return discard(self, limit)

    def _next(self, stream):
        # the next packet or item of a stream; False at its end
        session = self._session
        session.enter(stream)
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

    def _failed(self, error):
        # raise what came of an exception, the session being in order then, or over
        session = self._session
        error = session.failed(error)
        if session.state == "CLOSED":
            self._hang_up()
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

    def _clash(self):
        # somebody reads the same message just now
        from .errors.problems import problem

        raise problem("busy")

    def _hang_up(self):
        try:
            self.transport.close()
        except OSError:
            pass

    def _fill(self, counter):
        # read what comes into the inbox, waiting for it
        session = self._session
        view = session.room()
        if not 0 <= counter.received - self._mark < self.pool.payload_size:
            self._mark = counter.received
            self._time = self.timeout
        if session.glance and not self._waits:
            session.came(0)
            return
        n = self._move(self._recv, view, False)
        if not n and not session.glance:
            raise session.broken("close")
        session.came(n or 0)

    def _move(self, function, data, writing):
        # how many bytes `function` moved, after waiting until it could; or None where a glance finds none
        session = self._session
        inside = False  # in the transport: after an exception of its own nobody knows what became of the bytes
        try:
            while True:
                start = ticks_ms()
                n = None
                if writing or not self._asked:
                    inside = True
                    n = function(data)
                    inside = False
                    if n is None and session.glance:
                        return None
                self._asked = False
                if n is None:
                    self._pause()
                    inside = True
                    self.transport.wait(writing, min(self._time, 500))
                    inside = False
                self._time -= ticks_diff(ticks_ms(), start)
                if self._time <= 0:
                    raise session.broken("timeout", self.timeout)
                if n is not None:
                    return n
        except BaseException as error:
            if inside:
                self._lost(error)
            raise

    def _pause(self):
        # let the program do something; it may close the client meanwhile
        if self.idle:
            self.idle()
            if self._session.state == "CLOSED":
                self._session.need()
