"""The errors that are a server's answer: -ERR, and the response codes of RFC 2449 and 3206."""

from .root import Error

STAYS = True  # see memory.py


class ServerError(Error):
    """The server answered -ERR.

    ``code``: its response code (RFC 2449, 3206), such as ``"SYS/TEMP"``, or ``""``. ``text``: its words.
    ``retry_after``: seconds to wait before the next try, or None where unknown.
    """

    retry_after = None
    advice = ""

    def __init__(self, code, text, advice=None):
        self.code = code
        self.text = text
        if advice is None:
            advice = self.advice
        super().__init__(("[" + code + "] " if code else "") + (text or "the server gave no reason") + advice)


class AuthenticationError(ServerError):
    """Name or password refused (NX_POP3_APOP_FAILED_MD5_DIGEST)."""

    status = 0xB3
    advice = " (check name and password; many providers want an app password or a token)"


class InUse(ServerError):
    """[IN-USE]: another session holds the maildrop."""

    retry = True
    retry_after = 60
    advice = " (another client reads this mailbox; try again in a minute)"


class LoginDelay(ServerError):
    """[LOGIN-DELAY]: the last login was too short a time ago."""

    retry = True
    advice = " (the server wants fewer logins; poll less often)"


class TemporaryFailure(ServerError):
    """[SYS/TEMP]: the server's trouble, likely to pass."""

    retry = True
    advice = " (the server's own trouble; try again later)"


class PermanentFailure(ServerError):
    """[SYS/PERM]: the server's trouble, which a person must fix."""

    advice = " (the mail provider must fix this)"
