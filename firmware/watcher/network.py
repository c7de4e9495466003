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
    wifi.join(settings["WIFI_SSID"], settings["WIFI_PASSWORD"], watch.feed, watch.failures >= _AFRESH)
    # CircuitPython does not look at the dates of certificates
    checks_dates = (settings["TLS"] != "off" or settings["OAUTH"]) and sys.implementation.name == "micropython"
    if checks_dates and (watch.clock_due is None or time.time() >= watch.clock_due):
        from .clock_micropython import set_clock

        set_clock(settings["NTP"], watch.feed)
        watch.clock_due = time.time() + _DAY
