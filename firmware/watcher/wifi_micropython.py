"""Wi-Fi on MicroPython: joined when it is needed, and again when it was lost."""

import sys
import time

import network

from .trouble import WIFI, Trouble

_TIMEOUT = 300  # tenths of a second
_ABSENT = 50  # ... for which there may be no such network: an ESP32 goes on looking for it
_NO_POWER_SAVE = 0xA11140  # of the Pico W's chip, which else loses packets


def join(ssid, password, feed, afresh=False):
    """Return when the board is in the network.

    :param str ssid: the network's name
    :param str password: its password, "" for none
    :param feed: called every now and then meanwhile
    :param bool afresh: switch the radio off and on before, as it may say that all is well when nothing is
    Raises Trouble.
    """
    wlan = network.WLAN(network.STA_IF)
    if afresh:
        off()
    if wlan.active() and wlan.isconnected():
        return
    wlan.active(True)
    if sys.platform == "rp2":
        wlan.config(pm=_NO_POWER_SAVE)
    try:
        try:
            wlan.disconnect()  # else an attempt that still goes on refuses the next
        except OSError:
            pass
        wlan.connect(ssid, password or None)
        absent = 0
        for _ in range(_TIMEOUT):
            feed()
            if wlan.isconnected():
                return
            status = wlan.status()
            absent += status == network.STAT_NO_AP_FOUND
            if status == network.STAT_WRONG_PASSWORD or status < 0 or absent > _ABSENT:
                break
            time.sleep(0.1)
    except OSError as error:
        raise Trouble(WIFI, "Wi-Fi: %r" % error)
    raise Trouble(WIFI, "Wi-Fi %s %s" % (ssid, _why(wlan.status())))


def _why(status):
    if status == network.STAT_NO_AP_FOUND:
        return "is not in reach"
    if status == network.STAT_WRONG_PASSWORD:
        return "refuses the password"
    return "cannot be joined (status %d)" % status


def is_up():
    """Whether the board is in the network."""
    return network.WLAN(network.STA_IF).isconnected()


def off():
    """Switch the radio off."""
    wlan = network.WLAN(network.STA_IF)
    try:
        wlan.disconnect()
    except OSError:
        pass
    wlan.active(False)
