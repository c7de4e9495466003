"""Getting ready: settings, LED, log, watchdog. Loaded once, and forgotten when the watch begins."""

import time

from .led import Led
from .log import Log
from .mailbox import Mailbox
from .pace import Pace
from .pins import find
from .settings import load
from .trouble import Trouble


def prepare(watch, path):
    """Make what a watch needs, or show for ever what is wrong with the settings.

    :param Watch watch: gets its ``settings``, ``light``, ``log``, ``pace``, ``mailbox`` and ``dog``
    :param str path: of the settings
    """
    watch.log = Log(0)
    switch = None
    try:
        settings = watch.settings = load(path)
        switch = find(settings["LED"], settings["RGB_LED"])
        watch.light = Led(switch)
        watch.log = Log(settings["LOG"], [settings[key] for key in ("PASSWORD", "TOKEN", "WIFI_PASSWORD")])
        watch.pace = Pace(settings["INTERVAL"], settings["RETRY"], settings["SLEEP"])
        watch.mailbox = Mailbox(settings, watch.log)
    except Trouble as error:
        watch.log(str(error))
        light = Led(switch or find("LED", ""))
        while True:
            light.step(error.blinks)
            time.sleep(0.1)
    watch.dog = None
    if settings["WATCHDOG"]:
        from .watchdog import Watchdog

        watch.dog = Watchdog(settings["SLEEP"])
        watch.mailbox.longest = watch.dog.longest
