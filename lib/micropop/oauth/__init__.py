"""Access tokens that renew themselves (OAuth 2.0, RFC 6749, section 6), for mailboxes that take no password.

The first refresh token is made on a computer, by `make authorize`, in a file that goes to the board::

    from micropop import oauth

    token = oauth.Token("/token.txt", "microsoft", "the app's client id", ca="/token.der")
    client.login("you@outlook.com", token=token.get())

What renews is loaded when a token is about to end, once an hour or so, and forgotten then.
"""

import time

from ..memory import forgetting

_MARGIN = 300  # seconds before its end at which a token is renewed
_UNSET = 2024  # a clock that shows an earlier year was not set


class Token:
    """The access token of one mailbox, and what renews it.

    :param str path: the file with the first refresh token, a line of text. It is never written: what a renewal brings
        goes into files beside it, path.1 and path.2, so that the old tokens or the new ones are there wherever the
        power goes
    :param str provider: "microsoft", "google", or the address of a token server, "https://..."; see ``providers.py``
    :param str client_id: of the app that was registered with the provider
    :param str client_secret: its secret, if it has one; that of an app for devices is none in truth
    :param str scope: what to ask for; None: what the user agreed to
    :param PacketPool pool: one packet of it is used during a renewal; None: of a pool of its own
    :param ssl_context, ca, radio: as for ``connect()``; the token server's root is most often not the mail server's
    :param float timeout: seconds for the connection, for the request, and for the answer

    ``renewed``: whether a token was renewed since this was made. ``place``, ``numbers``: see ``record.py``.
    """

    renewed = False
    place = numbers = None

    def __init__(
        self,
        path,
        provider,
        client_id,
        client_secret=None,
        *,
        scope=None,
        pool=None,
        ssl_context=None,
        ca=None,
        timeout=30,
        radio=None,
    ):
        self.path = path
        self.provider = provider
        self.client_id = client_id
        self.client_secret = client_secret
        self.scope = scope
        self.pool = pool
        self.ssl_context = ssl_context
        self.ca = ca
        self.timeout = timeout
        self.radio = radio

    @property
    def fresh(self):
        """Whether the stored access token is good for some minutes: True, False, or None: the clock cannot tell."""
        self._load()
        _, _, obtained, lasts, _, length, _, _ = self.numbers
        if not length:
            return False
        if not self.renewed and time.localtime()[0] < _UNSET:
            return None
        return 0 <= time.time() - obtained < lasts - min(_MARGIN, lasts // 4)

    def get(self, idle=None, stale=False):
        """An access token, renewed if the old one is about to end, for ``login(user, token=...)``.

        :param idle: called about every half second while waiting, to feed a watchdog
        :param bool stale: take the stored one where the clock cannot tell whether it ended: one that did is refused by
            the mail server with AuthenticationError, and ``renew()`` helps
        :returns bytes:
        Raises what ``renew()`` raises.
        """
        fresh = self.fresh
        with forgetting():
            if not fresh and not (fresh is None and stale):
                from .renewal import renew

                renew(self, idle)
            from .record import ACCESS, taken

            return taken(self, ACCESS)

    def renew(self, idle=None):
        """Have the access token renewed now, and stored.

        :param idle: see ``get()``
        Raises TokenRefused, which is an AuthenticationError: the message says what to do; TemporaryFailure, with its
        ``retry_after``; InvalidArgument; StoreError, StoreFull: the flash; ConnectionLost, TLSError, Timeout,
        ProtocolError, PoolEmpty.
        """
        self._load()
        with forgetting():
            from .renewal import renew

            renew(self, idle)

    def _load(self):
        if self.place is not None and not isinstance(self.place, str):
            return  # the flash is read-only: the tokens are in memory
        with forgetting():
            from .record import load

            load(self)
