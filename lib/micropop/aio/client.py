"""AsyncClient: a session for asyncio."""

import sys

try:
    from types import coroutine  # what makes of CPython's generators what may be awaited
except ImportError:

    def coroutine(function):
        return function


try:
    from time import ticks_diff, ticks_ms
except ImportError:
    from ..clock import ticks_diff, ticks_ms

from ..client import Commands

TURN = 32  # packets or items that a task may take before the others get theirs


class AsyncClient(Commands):
    """A POP3 session (RFC 1939) for asyncio. Leaving ``async with client:`` closes it without QUIT: nothing is deleted
    then.

    :param transport: as for ``micropop.Client``, and never one that waits by itself: see ``waiting()``
    :param PacketPool pool: where all bytes go; may be shared
    :param float timeout: seconds to wait for each reply, and for each further packet of a long one
    :param idle: called about every half second while waiting: to feed a watchdog; other tasks run anyway

    ``async with client:``, or else the first command, reads the greeting. That raises ServerError if the server does
    not want to serve, Timeout, ConnectionLost, ProtocolError. Every method may raise these last three, which close the
    client, and InvalidState, before anything is sent: where the state is not right for it, or a message, a listing or
    another call is in progress.

    ``timeout``: in milliseconds. ``leftover``: octets that leaving a message or a listing may have to read on.
    """

    _home = "micropop.aio."

    def __init__(self, transport, pool, timeout=30, idle=None):
        Commands.__init__(self, transport, pool, timeout, idle)
        self._waiting = waiting(transport)
        self._turn = TURN  # packets or items left, until the other tasks get theirs
        self._new = True  # the greeting was not read

    async def __aenter__(self):
        await self._greet()
        return self

    async def __aexit__(self, *_):
        self.close()

    def close(self):
        self._waiting.wake()
        Commands.close(self)

    # -- how commands are run

    async def _greet(self):
        if self._new:
            self._new = False
            from ..session.ends import greet

            try:
                await self._run(greet(self._session))
            except BaseException:
                self.close()
                raise

    async def _run(self, task, stream=None):
        if self._new:
            await self._greet()
        session = self._session
        session.begin(task, stream)
        try:
            while session.step():
                if session.out is not None:
                    self._time = self.timeout
                    self._mark = 0
                    while session.out is not None:
                        n = self._moved(self.transport.write, session.out.data)
                        if n is None:
                            await self._wait(True)
                        else:
                            session.sent(n)
                else:
                    await self._fill(session)
        except BaseException as error:
            self._failed(error)
        if session.state == "UPDATE":
            self.close()
        return session.value

    def _now(self, stream):
        # the next packet or item of a stream, if it is there already: nobody waits, and no memory is taken
        session = self._session
        session.begin(None, stream)
        try:
            found = stream.take()
            if found is None and self._turn > 0:
                n = self._moved(self._recv, self._room(stream))
                if n:
                    session.came(n)
                    found = stream.take()  # the connection's end is for _next(), which meets it again
        except BaseException as error:
            self._failed(error)
        session.leave()
        return found

    async def _next(self, stream):
        # the next packet or item of a stream; False at its end
        session = self._session
        session.begin(None, stream)
        try:
            if self._turn <= 0:
                await self._pause()
            while True:
                found = stream.take()
                if found is not None:
                    break
                await self._fill(stream)
        except BaseException as error:
            self._failed(error)
        session.leave()
        return found

    # -- input, output and time

    def _room(self, stream):
        # a view to read more of a stream into; each payload's worth has a time of its own
        if not 0 <= stream.received - self._mark < self.pool.payload_size:
            self._mark = stream.received
            self._time = self.timeout
        return self._session.room()

    @coroutine
    def _fill(self, stream):
        # read what comes into the inbox, waiting for it
        session = self._session
        if self._turn <= 0:
            yield from self._pause()
        view = self._room(stream)
        n = None
        while n is None:
            n = self._moved(self._recv, view)
            if n is None and session.glance:
                yield from self._pause()
                n = 0
            elif n is None:
                yield from self._wait(False)
        if not n and not session.glance:
            raise session.broken("close")
        session.came(n)

    def _moved(self, function, data):
        # how many bytes the transport moved, or None
        self._turn -= 1
        try:
            return function(data)
        except BaseException as error:  # nobody knows what became of the bytes
            self._lost(error)

    @coroutine
    def _wait(self, writing):
        # until the transport may go on
        if self._time <= 0:
            raise self._session.broken("timeout", self.timeout)
        start = ticks_ms()
        yield from self._waiting.wait(writing, min(self._time, 500) if self.idle else self._time)
        self._time -= ticks_diff(ticks_ms(), start)
        self._turn = TURN
        self._here()

    @coroutine
    def _pause(self):
        # let the other tasks have their turn
        self._turn = TURN
        self._waiting.pause()
        yield
        self._here()

    def _here(self):
        # behind a wait: is the client still open?
        if self.idle:
            self.idle()
        session = self._session
        if session.state == "CLOSED":
            session.need()


def waiting(transport):
    """What waits for a transport: its own ``waiting``, or, for one over a socket of the platform's, asyncio's way.

    A ``waiting`` has ``wait(writing, ms)``, an iterator that the event loop runs until the transport may go on, or
    ``ms`` milliseconds are up; ``sleep(ms)``, awaited; ``pause()``, behind which a task yields None, and goes on after
    the others; and ``wake()``, which ends the wait that is in progress, if any: the transport is closed next.

    Raises InvalidState where asyncio cannot wait for sockets: on CircuitPython.
    """
    if hasattr(transport, "waiting"):
        return transport.waiting
    module = "micropop.aio." + platform()
    return __import__(module, None, None, ("Waiting",)).Waiting(transport)


def platform(radio=None):
    """The module of this platform's waiting. Raises InvalidState on CircuitPython, for which a radio stands too."""
    name = sys.implementation.name
    if name == "circuitpython" or radio is not None:
        from ..errors.problems import problem

        raise problem("no asyncio")
    return name
