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
    """Watch until Ctrl-C, which raises KeyboardInterrupt. ``path``: of the settings."""
    watch = Watch()
    watch.start(path)
    try:
        while True:
            watch.rest(*watch.look())
    finally:
        watch.release()


class Watch:
    """A watch; ``start()`` makes all that it needs.

    ``settings``, ``light``, ``log``, ``pace``, ``mailbox``: see the modules of these names (the light's is led.py).
    ``dog``: a Watchdog, or None. ``clock_due``: the time when the clock is to be set again, or None.
    """

    clock_due = None

    def start(self, path):
        """Get ready. Where the settings are wrong it does not return, but says and shows what is wrong."""
        from .start import prepare

        prepare(self, path)
        forget("start", "settings", "toml", "trouble", "pins", "watchdog")

    def feed(self):
        """Tell the watchdog that all is well."""
        if self.dog:
            self.dog.feed()

    def release(self):
        """Leave the board to somebody else: the watchdog shall not bite, where that can be had."""
        self.light.set(0)
        if self.dog:
            self.dog.release()

    def look(self):
        """Look for mail once. Returns how many seconds to rest then, and what the LED is to show meanwhile."""
        self.light.set(1)
        gc.collect()
        try:
            self.mailbox.open(self.feed)
            self._reach_network()
            self.mailbox.look(self.feed)
            if self.pace.failures:
                self.log("all is well again")
            self.pace.login_delay = self.mailbox.login_delay
            result = self.pace.after_success(), 0
        except Exception as error:
            result = self._failed(error)
        self.light.set(0)
        gc.collect()
        if hasattr(gc, "mem_free"):
            print("heap: %d bytes free" % gc.mem_free())  # the same after each look, for months
        return result

    def _reach_network(self):
        from .network import reach

        reach(self)
        forget("network", "clock", "trouble", "wifi_micropython", "wifi_circuitpython")

    def _failed(self, error):
        from .diagnosis import treat

        result = treat(self, error)
        forget("diagnosis", "trouble", "user", "network", "clock", "wifi_micropython", "wifi_circuitpython")
        return result

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
