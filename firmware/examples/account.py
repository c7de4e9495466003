"""What the examples share: the watcher's settings and Wi-Fi, and a session in which somebody is logged in."""

import gc

from micropop.memory import forgetting
from watcher.mailbox import Mailbox


class Account:
    """The mailbox of ``/settings.toml``. Raises Trouble if there is a mistake in the settings.

    ``settings``: a dict, see settings.py. ``dog``: None, these examples run no watchdog. ``failures``: how often
    ``log_in()`` failed since it last did not.
    """

    clock_due = dog = None
    failures = 0

    def __init__(self):
        with forgetting("watcher"):  # the memory is for TLS
            from watcher.settings import load
            from watcher.start import check_token, trust

            self.settings = load()
            self.mailbox = Mailbox(self)
            also = check_token(self.settings)
            if self.settings["TLS"] != "off":
                trust(self.mailbox, self.settings["CA"], also)

    def feed(self):
        """There is no watchdog."""

    def log_in(self):
        """Join the Wi-Fi, set the clock if need be, log in; returns the Client. Raises Trouble, micropop's errors."""
        self.failures += 1
        with forgetting(), forgetting("watcher"):
            from watcher.login import enter
            from watcher.network import reach

            reach(self)
            gc.collect()
            client = enter(self.mailbox)
        self.failures = 0
        return client
