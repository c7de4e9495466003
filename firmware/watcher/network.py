"""What must be before a mailbox can be reached: a network, and a clock by which certificates can be checked.

The network is Wi-Fi, or what a ``my_network.py`` of the user's own makes. That has one function::

    def join(settings, feed):

which returns when the board is in the network, or raises; it is called before each look, so it returns at once where
the board is in the network already. ``settings`` is the dict of the settings, ``feed()``, called every now and then,
keeps the watchdog quiet. On CircuitPython it returns the radio that ``micropop.connect(radio=)`` is to take, if it
is not the firmware's own.
"""

import sys
import time

_AFRESH = 3  # failures in a row after which the radio is switched off and on each time
_DAY = 86400


def reach(watch):
    """Join the network, and once a day set the clock. Raises Trouble."""
    settings = watch.settings
    join(watch, watch.failures >= _AFRESH)
    # CircuitPython does not look at the dates of certificates
    checks_dates = (settings["TLS"] != "off" or settings["OAUTH"]) and sys.implementation.name == "micropython"
    counts_days = settings["DELETE"] and settings["DELETE_AFTER"]
    due = watch.clock_due
    if (checks_dates or counts_days) and (due is None or not 0 < due - time.time() <= _DAY):
        watch.clock_due = time.time() + _DAY if set_clock(watch, checks_dates) else None
        join(watch)  # a look-up of a name hangs where the network is gone


def join(watch, afresh=False):
    """Return when the board is in a network: the user's own, or the first Wi-Fi that lets it in. Raises Trouble.

    :param bool afresh: switch the radio off and on before
    """
    from .trouble import WIFI, Trouble

    settings = watch.settings
    if not settings["WIFI"]:
        try:
            from my_network import join

            watch.radio = join(settings, watch.feed)
        except Exception as error:
            raise Trouble(WIFI, "my_network.py: %r" % error)
        return
    radio = wifi()
    networks = settings["WIFI"]
    reasons = []
    for i in range(len(networks)):
        try:
            radio.join(networks[i][0], networks[i][1], watch.feed, afresh and not i)
        except Trouble as trouble:
            reasons.append(str(trouble))
            continue
        if i:  # it has the first turn from now on
            networks.insert(0, networks.pop(i))
        return
    raise Trouble(WIFI, "; ".join(reasons))


def wifi():
    """The module that joins the Wi-Fi of this firmware."""
    if sys.implementation.name == "circuitpython":
        from . import wifi_circuitpython as it
    else:
        from . import wifi_micropython as it
    return it


def off(watch):
    """Switch the Wi-Fi's radio off, before a deep sleep."""
    if watch.settings["WIFI"]:
        wifi().off()


def _up():
    return True  # as far as anybody knows of a network of the user's own


def set_clock(watch, needed):
    # whether the clock is set; raises Trouble if it is not, and is needed for more than deletions
    if sys.implementation.name == "circuitpython":
        from .clock_circuitpython import ask
    else:
        from .clock_micropython import ask
    from .clock import set_clock

    try:
        set_clock(ask, watch.settings["NTP"], watch.feed, wifi().is_up if watch.settings["WIFI"] else _up)
    except Exception as error:
        if needed or not hasattr(error, "blinks"):
            raise
        watch.log("%s; no mail is deleted meanwhile" % error)
        return False
    return True
