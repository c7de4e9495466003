"""The clock, set from the network: certificates have dates, and so have mails that are to be deleted some day."""

import time

from .trouble import SERVER, Trouble

_ATTEMPTS = 3


def set_clock(ask, host, feed, is_up):
    """Set the clock.

    :param ask: ``ask(host)`` sets it from a time server, or raises OSError
    :param str host: a time server
    :param feed: called before each attempt, which may take seconds, and the look-up of a name
    :param is_up: tells whether the board is in the network: else the look-up would hang
    Raises Trouble if the clock was never set; one that is wrong by a little does no harm.
    """
    cause = "no network"
    for _ in range(_ATTEMPTS):
        feed()
        if is_up():
            try:
                ask(host)
                return
            except OSError as error:
                cause = error
    if time.localtime()[0] < 2024:
        raise Trouble(SERVER, "the clock cannot be set from %s (%r), so no date can be checked" % (host, cause))
