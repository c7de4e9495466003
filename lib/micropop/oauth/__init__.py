"""Access tokens that renew themselves (OAuth 2.0, RFC 6749, section 6), for mailboxes that take no password.

The first refresh token is made on a computer, by `make authorize`, in a file that goes to the board::

    from micropop import oauth

    token = oauth.Token("/token.json", "microsoft", "the app's client id", ca="/token.der")
    client.login("you@outlook.com", token=token.get())

What renews is loaded when a token is about to end, once an hour or so, and forgotten then.
"""

import time

from ..memory import forgetting

_MARGIN = 300  # seconds before its end at which a token is renewed
_UNSET = 2024  # a clock that shows an earlier year was not set


class Token:
    """The access token of one mailbox, and what renews it.

    :param str path: the file with the first refresh token, ``{"refresh_token": "..."}``. It is never written: what a
        renewal brings goes into files beside it, path.1 and path.2, so that the old tokens or the new ones are there
        wherever the power goes
    :param str provider: "microsoft", "google", or the address of a token server, "https://..."; see ``providers.py``
    :param str client_id: of the app that was registered with the provider
    :param str client_secret: its secret, if it has one; that of an app for devices is none in truth
    :param str scope: what to ask for; None: what the user agreed to
    :param PacketPool pool: one packet of it is used during a renewal; None: of a pool of its own
    :param ssl_context, ca, radio: as for ``connect()``; the token server's root is most often not the mail server's
    :param float timeout: seconds for the connection, for the request, and for the answer
    """

    _kept = None  # the tokens themselves, where they could not be written
    _own = False  # whether the clock that dates them is this one

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
        with forgetting():
            return self._fresh(self._record())

    def get(self, idle=None, stale=False):
        """An access token, renewed if the old one is about to end, for ``login(user, token=...)``.

        :param idle: called about every half second while waiting, to feed a watchdog
        :param bool stale: take the stored one where the clock cannot tell whether it ended: one that did is refused by
            the mail server with AuthenticationError, and ``renew()`` helps
        :returns bytes:
        Raises what ``renew()`` raises.
        """
        with forgetting():
            record = self._record()
            fresh = self._fresh(record)
            if not fresh and not (fresh is None and stale):
                self._renew(record, idle)
            return record.access_token()

    def renew(self, idle=None):
        """Have the access token renewed now, and stored.

        :param idle: see ``get()``
        Raises TokenRefused, which is an AuthenticationError: the message says what to do; TemporaryFailure, with its
        ``retry_after``; InvalidArgument; StoreError, StoreFull: the flash; ConnectionLost, TLSError, Timeout,
        ProtocolError, PoolEmpty.
        """
        with forgetting():
            self._renew(self._record(), idle)

    def _record(self):
        if self._kept is not None:
            return self._kept
        from .record import Record

        return Record(self.path)

    def _fresh(self, record):
        if record.obtained is None:
            return False
        if not self._own and time.localtime()[0] < _UNSET:
            return None
        lasts = record.expires_in
        return 0 <= time.time() - record.obtained < lasts - min(_MARGIN, lasts // 4)

    def _renew(self, record, idle):
        from .renewal import renew

        renew(self, record, idle)
        self._own = True
        self._kept = record if record.unwritten else None
