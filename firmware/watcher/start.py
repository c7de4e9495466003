"""Getting ready: settings, LED, log, watchdog. Loaded once, and forgotten when the watch begins."""

import os
import sys
import time

from .led import Led
from .log import Log
from .mailbox import Mailbox
from .pins import find
from .reset import reset
from .settings import SECRETS, load
from .trouble import BUG, SETTINGS, Trouble

_MICROPYTHON = sys.implementation.name == "micropython"
_MINUTE = 600  # tenths of a second


def prepare(watch, path):
    """Make what a watch needs, or show for ever what is wrong with the settings. Anything else that goes wrong is shown
    for a minute; then the board starts anew.

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
        watch.log = Log(settings["LOG"], secrets(settings))
        watch.mailbox = mailbox(watch)
        also = check_token(settings)
        if settings["TLS"] != "off":
            trust(watch.mailbox, settings["CA"], also)
        if settings["WATCHDOG"]:
            from .watchdog_start import start

            watch.dog = start(settings["SLEEP"])
    except Trouble as error:
        watch.log(str(error))
        while True:
            show(switch, error.blinks)
    except Exception as error:
        from .user import traceback_of

        watch.log(traceback_of(error))
        show(switch, BUG)
        reset()


def secrets(settings):
    """What no log shows: the passwords, and the texts of the user's own keys that are called SECRET or PASSWORD."""
    found = [settings.get(key) for key in SECRETS] + [password for _, password in settings["WIFI"]]
    for key in settings:
        if key.startswith("MY_") and ("SECRET" in key or "PASSWORD" in key) and isinstance(settings[key], str):
            found.append(settings[key])
    return found


def show(switch, blinks):
    """Show a sign for a minute."""
    light = Led(switch or find("LED", ""))
    for _ in range(_MINUTE):
        light.step(blinks)
        time.sleep(0.1)


def mailbox(watch):
    """The Mailbox. Raises Trouble."""
    try:
        return Mailbox(watch)
    except MemoryError:
        settings = watch.settings
        raise Trouble(
            SETTINGS,
            "POP3_PACKETS = %d of POP3_PAYLOAD = %d bytes do not fit into the memory"
            % (settings["PACKETS"], settings["PAYLOAD"]),
        )


def trust(mailbox, path, also=None):
    """Let the mailbox trust the servers whose certificates a root certificate signed: that of the settings, or one of
    those in a ``ca.pem`` beside it.

    :param Mailbox mailbox: gets ``context``, made but once, on MicroPython; elsewhere ``ca`` if there is a file, as
    the firmware has a list of its own
    :param str path: the certificate's file
    :param str also: that of the token server's, or None: one context for all spares the memory of others
    Raises Trouble.
    """
    more = path[: path.rfind("/") + 1] + "ca.pem"
    places = [place for place in (path, more) if is_there(place)]
    if path == more:
        places = places[:1]
    if not places:
        if not _MICROPYTHON:
            return
        raise Trouble(SETTINGS, "there is no %s, the root certificate of the server: `make check` makes it" % path)
    if not _MICROPYTHON and len(places) == 1:
        mailbox.ca = places[0]  # read for each connection: the memory is for mail
        return
    if also and _MICROPYTHON:
        places.append(also)
    roots = []
    place = path
    try:
        for place in places:
            with open(place, "rb") as file:
                roots.append(file.read())
        if _MICROPYTHON:
            from micropop.transport.micropython_tls import verifying

            mailbox.context = verifying(roots)
        else:
            mailbox.ca = roots
    except Exception as error:
        raise Trouble(SETTINGS, "%s: %s" % (place, error))


def check_token(settings):
    """See that there is what tokens are renewed with. Returns the path of the token server's root certificate, or None
    where the firmware's own roots must do, or there is no such server. Raises Trouble."""
    if not settings["OAUTH"]:
        return None
    path = settings["TOKEN_FILE"]
    if not is_there(path):
        raise Trouble(SETTINGS, "there is no %s, the first refresh token: `make authorize` makes it" % path)
    path = settings["TOKEN_CA"]
    if is_there(path):
        return path
    if _MICROPYTHON:
        raise Trouble(SETTINGS, "there is no %s, the token server's root certificate: `make authorize` makes it" % path)
    settings["TOKEN_CA"] = None
    return None


def is_there(path):
    """Whether there is such a file."""
    try:
        os.stat(path)
    except OSError:
        return False
    return True
