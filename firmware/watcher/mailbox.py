"""One look into the mailbox: log in, store what is new, log out."""

import gc
import os

import micropop

_TLS = {"tls": True, "stls": "stls", "off": False}
# modules of micropop that wait on flash until the next look
_DONE_WITH = (
    "connection transport transport.micropython transport.micropython_socket transport.micropython_tls"
    " transport.tls_errors auth choice sasl challenges capabilities listing message commands extensions leftover"
)


class Mailbox:
    """The mailbox that the settings name.

    :param Watch watch: has the settings and the log

    ``context``: an SSLContext, or None. ``ca``: the file with the root certificate, or None.
    ``login_delay``: seconds that the server wants between two logins; 0 if it does not say.
    ``longest``: seconds that a step may take in which nobody can feed a watchdog, or None.
    ``least``: the fewest bytes of the heap that were seen free in a session, or None where the platform cannot tell.
    """

    login_delay = 0
    context = ca = longest = least = None
    asked = False
    method = pipelining = None  # what a session found out, which saves the next a round trip or two

    def __init__(self, watch):
        settings = watch.settings
        self.watch = watch
        self.pool = micropop.PacketPool(settings["PAYLOAD"], settings["PACKETS"])

    def look(self, store):
        """Store every new mail. Raises micropop's errors, those of its store included.

        :param Store store: where they go
        """
        watch = self.watch
        settings = watch.settings
        try:
            with self.connect() as client:
                micropop.unload("transport.micropython_tls")
                self.step()
                self.login(client)
                self.step()
                micropop.unload("challenges", "capabilities", "extensions", "listing")
                keep = settings["KEEP"] or None  # no mail is fetched that would be removed at once
                for mail in store.fetch(client, delete=settings["DELETE"], limit=self.limit(), newest=keep):
                    self.step()
                    watch.log("%s: %d bytes%s" % (mail.path, mail.size, "" if mail.whole else ", its first part"))
                if store.refused:
                    watch.log("a mail was passed over: %s" % store.refused)
                client.quit()
        finally:
            micropop.unload(*_DONE_WITH.split())

    def connect(self):
        """A Client, not logged in. Raises micropop's errors."""
        settings = self.watch.settings
        timeout = settings["TIMEOUT"]
        return micropop.connect(
            settings["HOST"],
            settings["PORT"] or None,
            pool=self.pool,
            tls=_TLS[settings["TLS"]],
            ssl_context=self.context,
            ca=self.ca,
            timeout=min(timeout, self.longest or timeout),
            idle=self.watch.feed,
        )

    def step(self):
        self.watch.feed()
        if hasattr(gc, "mem_free"):
            self.least = min(gc.mem_free(), self.least or 0x3FFFFFFF)

    def login(self, client):
        # the method that worked last time is tried first, which spares the question what the server has
        client.pipelining = self.pipelining
        method, self.method = self.method, None
        chosen = self.watch.settings["METHOD"]
        try:
            self.log_in(client, method or chosen)
        except Exception as error:
            if not method or type(error).__name__ != "AuthenticationError":  # by its name, which loads nothing
                raise
            self.log_in(client, chosen)
        if not self.asked:
            self.login_delay = client.capabilities().login_delay or 0
            self.asked = True
        self.method = client.method
        self.pipelining = client.pipelining

    def log_in(self, client, method):
        settings = self.watch.settings
        client.login(
            settings["USER"],
            settings["PASSWORD"] or None,
            token=settings["TOKEN"] or None,
            method=method or None,
            cleartext=bool(settings["CLEARTEXT"]),
        )

    def limit(self):
        # bytes of the longest mail that is stored whole
        limit = self.watch.settings["LIMIT"]
        if hasattr(os, "statvfs"):
            found = os.statvfs(self.watch.settings["FOLDER"])
            limit = min(limit, found[1] * found[2] // 4)
        return limit
