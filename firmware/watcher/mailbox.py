"""One look into the mailbox: log in, store what is new, log out, and hand it to the user's program."""

import os
import sys

import micropop

_TLS = {"tls": True, "stls": "stls", "off": False}
# modules of micropop that wait on flash until the next look
_DONE_WITH = "connection auth choice sasl challenges capabilities listing message commands errors advice store_errors"


class Mailbox:
    """The mailbox that the settings name, and the folder where its mail is kept.

    :param dict settings: see settings.py
    :param log: takes a line of text

    ``login_delay``: seconds that the server wants between two logins; 0 if it does not say.
    ``checks_dates``: whether certificates are checked against the clock, which must be set then.
    ``longest``: seconds that a step may take in which nobody can feed a watchdog, or None.
    """

    login_delay = 0
    longest = None
    store = None
    method = pipelining = None  # what a session found out, which saves the next a round trip or two
    asked = False

    def __init__(self, settings, log):
        self.settings = settings
        self.log = log
        self.pool = micropop.PacketPool(settings["PAYLOAD"], settings["PACKETS"])
        self.tls = _TLS[settings["TLS"]]
        self.ca = self._root() if self.tls else None
        self.checks_dates = self.tls and sys.implementation.name == "micropython"

    def _root(self):
        path = self.settings["CA"]
        try:
            os.stat(path)
            return path
        except OSError:
            if sys.implementation.name != "micropython":
                return None  # it has a list of authorities of its own
            from .trouble import SETTINGS, Trouble

            raise Trouble(SETTINGS, "there is no %s, the root certificate of the server: `make check` makes it" % path)

    def open(self, feed):
        """Put the folder in order, and hand out what a power cut kept from being handed out.

        :param feed: called between two mails
        Raises StoreError.
        """
        if self.store is None:
            from micropop.store import Store

            self.store = Store(self.settings["FOLDER"])
        self.hand_out(feed)

    def look(self, feed):
        """Store every new mail, and hand it out.

        :param feed: called about every half second while waiting, and between two mails
        Raises micropop's errors, those of its store included.
        """
        settings = self.settings
        timeout = settings["TIMEOUT"]
        try:
            with micropop.connect(
                settings["HOST"],
                settings["PORT"] or None,
                pool=self.pool,
                tls=self.tls,
                ca=self.ca,
                timeout=min(timeout, self.longest or timeout),
                idle=feed,
            ) as client:
                micropop.unload("transport.micropython_tls")
                feed()
                self.login(client)
                micropop.unload("challenges", "capabilities", "listing")
                for mail in self.store.fetch(client, delete=settings["DELETE"], limit=self._limit()):
                    feed()
                    self.log("%s: %d bytes%s" % (mail.path, mail.size, "" if mail.whole else ", its first part"))
                if self.store.refused:
                    self.log("a mail was passed over: %s" % self.store.refused)
                client.quit()
        finally:
            micropop.unload(*_DONE_WITH.split())
        self.hand_out(feed)

    def login(self, client):
        # the method that worked last time is tried first, which spares the question what the server has
        client.pipelining = self.pipelining
        method, self.method = self.method, None
        try:
            self.log_in(client, method or self.settings["METHOD"])
        except micropop.AuthenticationError:
            if not method:
                raise
            self.log_in(client, self.settings["METHOD"])
        if not self.asked:
            self.login_delay = client.capabilities().login_delay or 0
            self.asked = True
        self.method = client.method
        self.pipelining = client.pipelining

    def log_in(self, client, method):
        settings = self.settings
        client.login(
            settings["USER"],
            settings["PASSWORD"] or None,
            token=settings["TOKEN"] or None,
            method=method or None,
            cleartext=bool(settings["CLEARTEXT"]),
        )

    def _limit(self):
        limit = self.settings["LIMIT"]
        if hasattr(os, "statvfs"):
            found = os.statvfs(self.settings["FOLDER"])
            limit = min(limit, found[1] * found[2] // 4)
        return limit

    def hand_out(self, feed):
        hand_over = None
        for mail in self.store.pending():
            feed()
            if hand_over is None:
                from .user import hand_over
            hand_over(mail, self.store.folder, self.log)
        keep = self.settings["KEEP"]
        if keep:
            self.store.prune(keep)

    def make_room(self):
        """Remove the older half of the mails on the flash, if the settings allow that. Returns how many went."""
        gone = 0
        keep = self.settings["KEEP"]
        while keep > 1 and not gone:
            keep //= 2
            gone = self.store.prune(keep)
        return gone
