"""The watch: look for mail, rest, look again, for months.

What is needed now and then only is loaded for that time, and forgotten again: the memory is for the mail.
"""

import gc
import time

try:
    from time import ticks_diff, ticks_ms
except ImportError:
    from micropop.clock import ticks_diff, ticks_ms

from . import forget


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


class Watch:
    """A watch; ``start()`` makes all that it needs.

    ``settings``, ``log``, ``mailbox``: see the modules of these names. ``light``: the Led.
    ``dog``: a Watchdog, or None. ``light``, ``dog``: None before ``start()``.
    ``store``: where mail is kept; None before the first look.
    ``clock_due``: the time when the clock is to be set again, or None.
    ``failures``: looks that failed since the last that did not.
    """

    store = clock_due = light = dog = None
    failures = 0

    def start(self, path):
        """Get ready. Where the settings are wrong it does not return, but says and shows what is wrong."""
        from .start import prepare

        prepare(self, path)
        forget("start", "settings", "toml", "trouble", "pins", "watchdog_start")

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
        """Look for mail once. Returns how many seconds to rest then, and what the LED is to show meanwhile."""
        self.light.set(1)
        gc.collect()
        try:
            if self.store is None:
                from micropop.store import Store

                self.store = Store(self.settings["FOLDER"])
            try:
                self.reach_network()
                self.mailbox.look(self.store)
            finally:
                self.hand_out()  # all that came before something failed, or a power cut
            if self.failures:
                self.failures = 0
                self.log("all is well again")
            from .pace import after_success

            result = after_success(self.settings["INTERVAL"], self.mailbox.login_delay), 0
        except Exception as error:
            self.failures += 1
            try:
                from .diagnosis import treat

                result = treat(self, error)
            except MemoryError:  # not even for the words; what is forgotten below makes room for the next look
                result = self.settings["INTERVAL"], 7
        forget("pace", "diagnosis", "user", "trouble")
        forget("network", "clock_micropython", "wifi_micropython", "wifi_circuitpython")
        self.light.set(0)
        gc.collect()
        if hasattr(gc, "mem_free"):  # the same after each look, for months
            pool = self.mailbox.pool
            found = gc.mem_free(), self.mailbox.least, pool.total - pool.low_water, pool.total
            print("heap: %d bytes free, in a session %s at the least; packets: %d of %d" % found)
        return result

    def reach_network(self):
        from .network import reach

        reach(self)
        forget("network", "clock_micropython", "trouble", "wifi_micropython", "wifi_circuitpython")

    def hand_out(self):
        from .flash import hand_out

        hand_out(self)
        forget("flash", "user")

    def rest(self, seconds, blinks):
        """Let time pass, awake or asleep.

        :param seconds: how long
        :param blinks: what the LED is to show
        """
        if self.settings["SLEEP"]:
            from .sleep import rest

            rest(self, seconds, blinks)
        else:
            self.wait(seconds, blinks)

    def wait(self, seconds, blinks):
        """Let time pass awake."""
        start = ticks_ms()
        while ticks_diff(ticks_ms(), start) < seconds * 1000:
            self.feed()
            self.light.step(blinks)
            time.sleep(0.1)
        self.light.set(0)
