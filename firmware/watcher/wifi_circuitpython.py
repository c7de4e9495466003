"""Wi-Fi on CircuitPython: joined when it is needed, and again when it was lost."""

import wifi

from .trouble import WIFI, Trouble

_TIMEOUT = 5  # seconds for an attempt: nothing can feed a watchdog meanwhile
_ATTEMPTS = 4


def join(ssid, password, feed, afresh=False):
    """Return when the board is in the network.

    :param str ssid: the network's name
    :param str password: its password, "" for none
    :param feed: called every now and then meanwhile
    :param bool afresh: switch the radio off and on before, as it may say that all is well when nothing is
    Raises Trouble.
    """
    radio = wifi.radio
    if afresh:
        off()
    radio.enabled = True
    for _ in range(_ATTEMPTS):
        feed()
        if radio.connected:  # the firmware itself joins too
            return
        try:
            radio.connect(ssid, password, timeout=_TIMEOUT)
        except (ConnectionError, OSError, RuntimeError, ValueError) as error:
            cause = error
    feed()
    if not radio.connected:
        raise Trouble(WIFI, "Wi-Fi %s: %s" % (ssid, cause))


def is_up():
    """Whether the board is in the network."""
    return wifi.radio.connected


def off():
    """Switch the radio off."""
    wifi.radio.enabled = False
