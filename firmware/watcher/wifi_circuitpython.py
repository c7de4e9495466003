"""Wi-Fi on CircuitPython: joined when it is needed, and again when it was lost."""

import time

import wifi

from .trouble import WIFI, Trouble

_ATTEMPTS = 3
_CALL = 5  # seconds that one call of the radio may take: nothing can feed a watchdog meanwhile, and the RP2's bears 8
_GOES_ON = 250  # tenths of a second for which a join may go on after that


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
        start = time.monotonic()
        try:
            radio.connect(ssid, password, timeout=_CALL)
            return
        except ValueError as error:  # a name or a password that no network can have
            raise Trouble(WIFI, "Wi-Fi %s: %s" % (ssid, error))
        except (OSError, RuntimeError) as error:
            cause = error
        # The RP2's radio only gives up waiting: it goes on joining, and would start over if it was asked again.
        if time.monotonic() - start >= _CALL and _joined(radio, feed):
            return
    raise Trouble(WIFI, "Wi-Fi %s: %s" % (ssid, cause))


def _joined(radio, feed):
    # whether a join that goes on comes to its end
    for _ in range(_GOES_ON):
        feed()
        if radio.connected:
            return True
        time.sleep(0.1)
    return False


def is_up():
    """Whether the board is in the network."""
    return wifi.radio.connected


def off():
    """Switch the radio off."""
    wifi.radio.enabled = False
