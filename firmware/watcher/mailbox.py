"""One look into the mailbox: log in, store what is new, log out."""

import gc
import os

import micropop
from micropop.memory import forgetting

_TLS = {"tls": True, "stls": "stls", "off": False}


class Mailbox:
    """The mailbox that the settings name.

    :param Watch watch: has the settings and the log

    ``context``: an SSLContext, or None. ``ca``: the file with the root certificate, or None.
    ``login_delay``: seconds that the server wants between two logins; 0 if it does not say.
    ``refused``: the server did not take the last access token (OAuth 2).
    ``least``: the fewest bytes of the heap that were seen free in a session, or None where the platform cannot tell.
    """

    login_delay = 0
    context = ca = least = token = None
    asked = refused = False
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
        with forgetting():
            with self.open() as client:
                self.step()
                keep = settings["KEEP"] or None  # no mail is fetched that would be removed at once
                for mail in store.fetch(client, delete=settings["DELETE"], limit=self.limit(), newest=keep):
                    self.step()
                    watch.log("%s: %d bytes%s" % (mail.path, mail.size, "" if mail.whole else ", its first part"))
                if store.refused:
                    watch.log("a mail was passed over: %s" % store.refused)
                client.quit()

    def open(self):
        """A Client, logged in. Raises micropop's errors."""
        while True:
            client = self.connect()
            try:
                self.step()
                self.login(client)
                self.refused = False
                return client
            except BaseException as error:
                client.close()
                # by its name, which loads nothing
                if not self.token or self.refused or type(error).__name__ != "AuthenticationError":
                    raise
                self.refused = True  # whatever the clock says of the token: a new one is tried, once
            finally:
                self.token = None

    def connect(self):
        """A Client, not logged in. Raises micropop's errors."""
        settings = self.watch.settings
        if settings["OAUTH"]:
            self.get_token()  # before there is a connection: the memory that TLS takes is wanted but once
            gc.collect()
        dog = self.watch.dog
        if dog:
            dog.pause()
        try:
            return micropop.connect(
                settings["HOST"],
                settings["PORT"] or None,
                pool=self.pool,
                tls=_TLS[settings["TLS"]],
                ssl_context=self.context,
                ca=self.ca,
                timeout=settings["TIMEOUT"],
                idle=self.watch.feed,
            )
        finally:
            if dog:
                dog.resume()

    def get_token(self):
        with forgetting(package="watcher"), forgetting():
            from .token import access_token

            self.token = access_token(self, self.refused)

    def step(self):
        self.watch.feed()
        if hasattr(gc, "mem_free"):
            self.least = min(gc.mem_free(), self.least or 0x3FFFFFFF)

    def login(self, client):
        # the method that worked last time is tried first, which spares the question what the server has
        client.pipelining = self.pipelining
        settings = self.watch.settings
        chosen = settings["METHOD"]
        method = self.method or chosen
        self.method = None
        while True:
            try:
                client.login(
                    settings["USER"],
                    settings["PASSWORD"] or None,
                    token=self.token or settings["TOKEN"] or None,
                    method=method or None,
                    cleartext=bool(settings["CLEARTEXT"]),
                )
                break
            except Exception as error:
                if method == chosen or self.token or type(error).__name__ != "AuthenticationError":
                    raise
                method = chosen
        if not self.asked:
            self.login_delay = client.capabilities().login_delay or 0
            self.asked = True
        self.method = client.method
        self.pipelining = client.pipelining

    def limit(self):
        # bytes of the longest mail that is stored whole
        limit = self.watch.settings["LIMIT"]
        if hasattr(os, "statvfs"):
            found = os.statvfs(self.watch.settings["FOLDER"])
            limit = min(limit, found[1] * found[2] // 4)
        return limit
