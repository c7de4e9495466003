"""Getting ready: settings, LED, log, watchdog. Loaded once, and forgotten when the watch begins."""

import os
import sys
import time

from .led import Led
from .log import Log
from .mailbox import Mailbox
from .pins import find
from .settings import load
from .trouble import SETTINGS, Trouble

_MICROPYTHON = sys.implementation.name == "micropython"


def prepare(watch, path):
    """Make what a watch needs, or show for ever what is wrong with the settings.

    :param Watch watch: gets its ``settings``, ``light``, ``log``, ``mailbox`` and ``dog``
    :param str path: of the settings
    """
    watch.log = Log(0)
    watch.dog = None
    switch = None
    try:
        settings = watch.settings = load(path)
        switch = find(settings["LED"], settings["RGB_LED"])
        watch.light = Led(switch)
        watch.log = Log(settings["LOG"], [settings[key] for key in ("PASSWORD", "TOKEN", "WIFI_PASSWORD")])
        watch.mailbox = Mailbox(watch)
        if settings["TLS"] != "off":
            trust(watch.mailbox, settings["CA"])
    except Trouble as error:
        watch.log(str(error))
        light = Led(switch or find("LED", ""))
        while True:
            light.step(error.blinks)
            time.sleep(0.1)
    if settings["WATCHDOG"]:
        from .watchdog_start import start

        watch.dog = start(settings["SLEEP"])


def trust(mailbox, path):
    """Let the mailbox trust the servers for which a root certificate vouches.

    :param Mailbox mailbox: gets ``context``, made but once, on MicroPython; elsewhere ``ca`` if there is that file, as
    the firmware has a list of its own
    :param str path: the certificate's file
    Raises Trouble.
    """
    try:
        os.stat(path)
    except OSError:
        if not _MICROPYTHON:
            return
        raise Trouble(SETTINGS, "there is no %s, the root certificate of the server: `make check` makes it" % path)
    if not _MICROPYTHON:
        mailbox.ca = path
        return
    from micropop.transport.micropython_tls import verifying

    try:
        with open(path, "rb") as file:
            mailbox.context = verifying(file.read())
    except Exception as error:
        raise Trouble(SETTINGS, "%s: %s" % (path, error))
