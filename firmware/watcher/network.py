"""What must be before a mailbox can be reached: Wi-Fi, and a clock by which certificates can be checked."""

import sys
import time

if sys.implementation.name == "circuitpython":
    from . import wifi_circuitpython as wifi
else:
    from . import wifi_micropython as wifi

_AFRESH = 3  # failures in a row after which the radio is switched off and on each time
_DAY = 86400


def reach(watch):
    """Join the Wi-Fi, and once a day set the clock. Raises Trouble."""
    settings = watch.settings
    afresh = watch.failures >= _AFRESH
    wifi.join(settings["WIFI_SSID"], settings["WIFI_PASSWORD"], watch.feed, afresh)
    # CircuitPython does not look at the dates of certificates
    checks_dates = (settings["TLS"] != "off" or settings["OAUTH"]) and sys.implementation.name == "micropython"
    counts_days = settings["DELETE"] and settings["DELETE_AFTER"]
    due = watch.clock_due
    if (checks_dates or counts_days) and (due is None or not 0 < due - time.time() <= _DAY):
        watch.clock_due = time.time() + _DAY if set_clock(watch, checks_dates) else None
        # a look-up of a name hangs where the network is gone
        wifi.join(settings["WIFI_SSID"], settings["WIFI_PASSWORD"], watch.feed)


def set_clock(watch, needed):
    # whether the clock is set; raises Trouble if it is not, and is needed for more than deletions
    if sys.implementation.name == "circuitpython":
        from .clock_circuitpython import ask
    else:
        from .clock_micropython import ask
    from .clock import set_clock

    try:
        set_clock(ask, watch.settings["NTP"], watch.feed, wifi.is_up)
    except Exception as error:
        if needed or not hasattr(error, "blinks"):
            raise
        watch.log("%s; no mail is deleted meanwhile" % error)
        return False
    return True
