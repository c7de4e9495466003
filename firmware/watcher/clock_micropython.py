"""The clock of a MicroPython board, set from the network: certificates have dates, which are checked there."""

import time

from .trouble import SERVER, Trouble

_ATTEMPTS = 3


def set_clock(host, feed):
    """Set the clock.

    :param str host: a time server
    :param feed: called before each attempt, which may take a second, and the look-up of a name
    Raises Trouble if the clock was never set; one that is wrong by a little does no harm.
    """
    import ntptime

    ntptime.host = host
    for _ in range(_ATTEMPTS):
        feed()
        try:
            ntptime.settime()
            return
        except OSError as error:
            cause = error
    if time.localtime()[0] < 2024:
        raise Trouble(SERVER, "the clock cannot be set from %s (%r), so no certificate can be checked" % (host, cause))
