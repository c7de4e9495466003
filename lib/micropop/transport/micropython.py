"""Reaching a server from MicroPython, without a wait that nobody can bound but for the name's look-up."""

import select
import socket
from errno import EINPROGRESS, ETIMEDOUT
from time import ticks_diff, ticks_ms

from .micropython_socket import Transport


def dial(host, port, tls, ssl_context, ca, timeout, idle, radio):
    """A Transport to ``host``, by the first of its addresses, of either family, that answers.

    :param str host: a name or an address
    :param int port: 1 to 65535
    :param float timeout: seconds for each address
    :param idle: called about every half second
    The other parameters are for other platforms.
    Raises ConnectionLost.
    """
    task = dialling(host, port, timeout)
    try:
        while True:
            next(task).wait(True, 500)
            if idle:
                idle()
    except StopIteration as done:
        return done.value
    finally:
        task.close()


def dialling(host, port, timeout):
    """The steps of ``dial()``: each transport that is being connected, to be waited for until it can be written to, but
    for half a second at the most. Returns the one that is connected. Raises ConnectionLost."""
    try:
        found = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)
    except OSError as error:
        from ..errors.problems import problem

        raise problem("host", host, error)
    cause = None
    for family, kind, protocol, _, address in found:
        transport = Transport(socket.socket(family, kind, protocol))
        try:
            yield from connecting(transport, address, timeout * 1000)
            return transport
        except BaseException as error:
            transport.close()
            if not isinstance(error, OSError):
                raise
            cause = error
    from ..errors.problems import problem

    raise problem("connect", host, port, cause)


def connecting(transport, address, ms):
    """Connect a transport's socket, leaving it non-blocking. Raises OSError."""
    raw = transport.socket
    raw.setblocking(False)
    try:
        raw.connect(address)
    except OSError as error:
        if error.errno != EINPROGRESS:
            raise
    poll = select.poll()
    poll.register(raw, select.POLLOUT)
    start = ticks_ms()
    while ticks_diff(ticks_ms(), start) < ms:
        yield transport
        for _, events in poll.ipoll(0):
            if events & (select.POLLERR | select.POLLHUP):
                raw.read(1)  # raises what went wrong
                raise OSError(events)
            return
    raise OSError(ETIMEDOUT)
