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
    try:
        found = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)
    except OSError as error:
        from ..errors.problems import problem

        raise problem("host", host, error)
    cause = None
    for family, kind, protocol, _, address in found:
        raw = socket.socket(family, kind, protocol)
        try:
            connect(raw, address, timeout * 1000, idle)
            return Transport(raw)
        except BaseException as error:
            raw.close()
            if not isinstance(error, OSError):
                raise
            cause = error
    from ..errors.problems import problem

    raise problem("connect", host, port, cause)


def connect(raw, address, ms, idle):
    """Connect a socket, leaving it non-blocking. Raises OSError."""
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
        for _, events in poll.ipoll(500):
            if events & (select.POLLERR | select.POLLHUP):
                raw.read(1)  # raises what went wrong
                raise OSError(events)
            return
        if idle:
            idle()
    raise OSError(ETIMEDOUT)
