"""The watch: look for mail, rest, look again, for months.

What is needed now and then only is loaded for that time, and forgotten again: the memory is for the mail.
"""

import gc
import time

from micropop.memory import forgetting
from micropop.store import Store

from .led import Led

try:
    from time import ticks_diff, ticks_ms
except ImportError:
    from micropop.clock import ticks_diff, ticks_ms


def run(path="/settings.toml"):
    """Watch until Ctrl-C, which raises KeyboardInterrupt. ``path``: of the settings.

    Whatever else ends it leaves the watchdog to bite, so that the board starts anew.
    """
    watch = Watch()
    try:
        watch.start(path)
        while True:
            watch.rest(*watch.look())
    except KeyboardInterrupt:
        watch.release()
        raise


_HELPLESS = 24  # failures in a row that could not even be treated, after which the board starts anew
_BUG = 7  # blinks, see trouble.py


class Watch:
    """A watch; ``start()`` makes all that it needs.

    ``settings``, ``log``, ``mailbox``: see the modules of these names. ``light``: the Led.
    ``dog``: a Watchdog, or None. ``light``, ``dog``: None before ``start()``.
    ``store``: where mail is kept; None before the first look.
    ``clock_due``: the time when the clock is to be set again, or None.
    ``failures``: looks that failed since the last that did not.
    ``logged``: the serial number of the last mail that it logged; None before the first look.
    """

    store = clock_due = light = dog = logged = None
    failures = 0

    def start(self, path):
        """Get ready. Where the settings are wrong it does not return, but says and shows what is wrong."""
        with forgetting(), forgetting("watcher"):
            from .start import prepare

            prepare(self, path)

    def feed(self):
        """Tell the watchdog that all is well."""
        if self.dog:
            self.dog.feed()

    def release(self):
        """Leave the board to somebody else: the watchdog shall not bite, where that can be had."""
        if self.light:
            self.light.set(0)
        if self.dog:
            self.dog.release()

    def look(self):
        """Look for mail once. Returns how many seconds to rest then, and what the LED is to show meanwhile.

        Raises no Exception: what goes wrong is logged and shown.
        """
        seconds = blinks = 0
        failed = False
        for step in (fetch, hand_out):  # what is on flash is handed out, whether more came or not
            try:
                self.light.set(1)
                gc.collect()
                with forgetting(), forgetting("watcher"):
                    blinks = step(self) or blinks
            except Exception as error:
                self.failures += not failed
                failed = True
                wait, blinks = treat(self, error)
                seconds = max(seconds, wait)
        try:
            with forgetting("watcher"):
                from .outcome import conclude

                return conclude(self, seconds), blinks
        except Exception:
            return seconds or self.settings["INTERVAL"], blinks

    def rest(self, seconds, blinks):
        """Let time pass, awake or asleep.

        :param seconds: how long
        :param blinks: what the LED is to show
        """
        try:
            if self.settings["SLEEP"]:
                from .sleep import rest

                rest(self, seconds, blinks)
            else:
                self.wait(seconds, blinks)
        except Exception as error:
            self.light = Led(None)  # it may be its fault
            treat(self, error)
            self.wait(seconds, blinks)

    def wait(self, seconds, blinks):
        """Let time pass awake."""
        start = ticks_ms()
        while ticks_diff(ticks_ms(), start) < seconds * 1000:
            self.feed()
            self.light.step(blinks)
            time.sleep(0.1)
        self.light.set(0)


def fetch(watch):
    """Store what is new in the mailbox."""
    if watch.store is None:
        with forgetting():
            watch.store = Store(watch.settings["FOLDER"])
    with forgetting("watcher"):
        reach(watch)
    watch.mailbox.look(watch.store)


def reach(watch):
    from .network import reach

    reach(watch)


def hand_out(watch):
    """Log what came, and give the user's program what it did not get yet. Returns what the LED is to show."""
    from .flash import hand_out

    return hand_out(watch) if watch.store else 0


def treat(watch, error):
    """A look failed. Returns how many seconds to rest, and what the LED is to show meanwhile."""
    try:
        with forgetting(), forgetting("watcher"):
            from .diagnosis import treat

            return treat(watch, error)
    except Exception:  # not even the words can be had; what was forgotten makes room for the next look
        if watch.failures >= _HELPLESS:
            from .reset import reset

            reset()
        return watch.settings["INTERVAL"], _BUG
