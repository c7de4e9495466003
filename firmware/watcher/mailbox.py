"""The mailbox that the settings name, and what sessions found out about it."""

import gc

import micropop
from micropop.memory import forgetting


class Mailbox:
    """The mailbox.

    :param Watch watch: has the settings and the log

    ``pool``: the packets of all sessions. ``context``: an SSLContext, or None. ``ca``: the file with the root
    certificate, or None.
    ``login_delay``: seconds that the server wants between two logins; 0 if it does not say. ``asked``: whether it was
    asked. ``worked``: whether it took name and password before. ``method``, ``pipelining``: what a session found out,
    which saves the next a round trip or two.
    ``token``: the access token (OAuth 2) of the session that begins, or None. ``refused``: the server did not take the
    last one.
    ``least``: the fewest bytes of the heap that were seen free in a session, or while a mail's header was read; None
    where the platform cannot tell.
    """

    login_delay = 0
    context = ca = least = method = pipelining = token = None
    asked = worked = refused = False

    def __init__(self, watch):
        settings = watch.settings
        self.watch = watch
        self.pool = micropop.PacketPool(settings["PAYLOAD"], settings["PACKETS"])

    def open(self):
        """A Client, logged in. Raises micropop's errors."""
        from .login import enter

        return enter(self)

    def get_token(self):
        """Have an access token (OAuth 2) for the session that begins, while there is no connection: the memory that TLS
        takes is wanted but once. Raises micropop's errors."""
        with forgetting("watcher"), forgetting():
            from .token import access_token

            self.token = access_token(self, self.refused)
            del access_token
        gc.collect()

    def look(self, store):
        """Store every new mail. Raises micropop's errors, those of its store included.

        :param Store store: where they go
        """
        from .session import look

        look(self, store)

    def step(self):
        """A step is done: tell the watchdog, collect what it left, and remember how much memory there was."""
        self.watch.feed()
        gc.collect()
        if hasattr(gc, "mem_free"):
            self.least = min(gc.mem_free(), self.least or 0x3FFFFFFF)
