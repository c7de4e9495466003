"""The watch: look for mail, rest, look again, for months.

What is needed now and then only is loaded for that time, and forgotten again: the memory is for the mail.
"""

import gc
import sys
import time

try:
    from time import ticks_diff, ticks_ms
except ImportError:
    from micropop.clock import ticks_diff, ticks_ms

try:
    from micropython import const
except ImportError:
    const = int

from . import forget
from .led import Led
from .log import Log
from .mailbox import Mailbox
from .pace import Pace

_DAY = const(86400)  # seconds
_AFRESH = const(3)  # failures in a row after which the radio is switched off and on each time
_RESET = const(12)  # ... after which the board starts anew
_REACHABLE = const(60)  # seconds for which a board that sleeps stays awake after power on, so that a cable gets in


def run(path="/settings.toml"):
    """Watch until Ctrl-C, which raises KeyboardInterrupt. ``path``: of the settings."""
    watch = _prepared(path)
    forget("settings", "toml", "trouble", "pins", "watchdog")
    try:
        while True:
            watch.rest(*watch.look())
    finally:
        watch.release()


def _prepared(path):
    # what this function loads is not in memory any more when the watch begins
    from .pins import find

    log = Log(0)
    switch = None
    try:
        from .settings import load

        settings = load(path)
        switch = find(settings["POP3_LED"], settings["POP3_RGB_LED"])
        log = Log(settings["POP3_LOG"], [settings[key] for key in settings if key.endswith(("WORD", "_TOKEN"))])
        return Watch(settings, Led(switch), log)
    except Exception as error:
        if not hasattr(error, "blinks"):
            raise
        log(str(error))
        light = Led(switch or find("LED", ""))
        while True:
            light.step(error.blinks)
            time.sleep(0.1)


class Watch:
    """What a watch needs, made once.

    :param dict settings: see settings.py
    :param Led light: shows how things are
    :param Log log: takes what happened
    """

    _dog = None
    _clock_due = None  # the time when the clock is to be set again

    def __init__(self, settings, light, log):
        self.settings = settings
        self.light = light
        self.log = log
        self.mailbox = Mailbox(settings, log)
        self.pace = Pace(settings["POP3_INTERVAL"], settings["POP3_RETRY"], settings["POP3_SLEEP"])
        if settings["POP3_WATCHDOG"]:
            from .watchdog import Watchdog

            self._dog = Watchdog(settings["POP3_SLEEP"])
            self.mailbox.longest = self._dog.longest

    def feed(self):
        """Tell the watchdog that all is well."""
        if self._dog:
            self._dog.feed()

    def release(self):
        """Leave the board to somebody else: the watchdog shall not bite, where that can be had."""
        self.light.set(0)
        if self._dog:
            self._dog.release()

    def look(self):
        """Look for mail once. Returns how many seconds to rest then, and what the LED is to show meanwhile."""
        self.light.set(1)
        gc.collect()
        pace = self.pace
        try:
            self.mailbox.open(self.feed)
            self._reach_network()
            self.mailbox.look(self.feed)
            if pace.failures:
                self.log("all is well again")
            pace.login_delay = self.mailbox.login_delay
            result = pace.after_success(), 0
        except Exception as error:
            result = self._failed(error)
        self.light.set(0)
        gc.collect()
        if hasattr(gc, "mem_free"):
            print("heap: %d bytes free" % gc.mem_free())  # the same after each look, for months
        return result

    def _reach_network(self):
        settings = self.settings
        afresh = self.pace.failures >= _AFRESH
        _wifi().join(settings["CIRCUITPY_WIFI_SSID"], settings["CIRCUITPY_WIFI_PASSWORD"], self.feed, afresh)
        if self.mailbox.checks_dates and (self._clock_due is None or time.time() >= self._clock_due):
            from .clock import set_clock

            set_clock(settings["POP3_NTP"], self.feed)
            self._clock_due = time.time() + _DAY
        forget("clock", "trouble", "wifi_micropython", "wifi_circuitpython")

    def _failed(self, error):
        from .diagnosis import diagnose
        from .trouble import FLASH, LOGIN

        blinks, at_least, text = diagnose(error)
        self.log(text)
        if type(error).__name__ == "StoreFull":
            self.log("%d of the oldest mails were removed to make room" % self.mailbox.make_room())
        pace = self.pace
        seconds = pace.after_failure(at_least)
        if pace.failures >= _RESET and blinks not in (LOGIN, FLASH):
            from .sleep import reset

            self.log("nothing helped: the board starts anew")
            reset()
        forget("diagnosis", "trouble", "user")
        return seconds, blinks

    def rest(self, seconds, blinks):
        """Let time pass, awake or asleep.

        :param seconds: how long
        :param blinks: what the LED is to show
        """
        if self.settings["POP3_SLEEP"]:
            from .sleep import sleep, was_asleep

            awake = 0 if was_asleep() else min(seconds, _REACHABLE)
            self._wait(awake, blinks)
            _wifi().off()
            sleep(seconds - awake)
        else:
            self._wait(seconds, blinks)

    def _wait(self, seconds, blinks):
        start = ticks_ms()
        while ticks_diff(ticks_ms(), start) < seconds * 1000:
            self.feed()
            self.light.step(blinks)
            time.sleep(0.1)
        self.light.set(0)


def _wifi():
    if sys.implementation.name == "circuitpython":
        from . import wifi_circuitpython as wifi
    else:
        from . import wifi_micropython as wifi
    return wifi
