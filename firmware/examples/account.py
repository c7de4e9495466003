"""What the examples share: the watcher's settings and Wi-Fi, and a session in which somebody is logged in."""

import gc

from micropop.memory import forgetting
from watcher.mailbox import Mailbox


class Account:
    """The mailbox of ``/settings.toml``. Raises Trouble if there is a mistake in the settings.

    ``settings``: a dict, see settings.py. ``failures``: how often ``open()`` failed since it last did not.
    """

    clock_due = None
    failures = 0

    def __init__(self):
        with forgetting("watcher"):  # the memory is for TLS
            from watcher.settings import load
            from watcher.start import trust

            self.settings = load()
            self.mailbox = Mailbox(self)
            if self.settings["TLS"] != "off":
                trust(self.mailbox, self.settings["CA"])

    def feed(self):
        """These examples run no watchdog."""

    def open(self):
        """Join the Wi-Fi, set the clock if need be, log in; returns the Client. Raises Trouble, micropop's errors."""
        from watcher.network import reach

        self.failures += 1
        reach(self)
        gc.collect()
        client = self.mailbox.connect()
        try:
            self.mailbox.log_in(client, self.settings["METHOD"])
        except BaseException:
            client.close()
            raise
        self.failures = 0
        return client
