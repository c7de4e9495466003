"""What a token server's answer means that has no token in it (RFC 6749, section 5.2), and what to do about it."""

from ..errors import TemporaryFailure
from ..errors.readable import text_of
from ..errors.redaction import redacted
from .errors import TokenRefused
from .record import ACCESS, REFRESH, taken

_AGAIN = (
    " (the permission has ended, was taken back, or is not enough: run `make authorize` on the computer once more, and"
    " `make deploy`; a Google app in testing has to be published, or its permission ends after seven days)"
)
_CLIENT = (
    " (the provider does not know this app so: check client_id=, POP3_CLIENT_ID, and the client secret, which some"
    " providers want and others refuse; at Microsoft the app must allow public client flows)"
)
_SCOPE = " (the provider does not let this app read mail so: check scope=, POP3_SCOPE, and the app's permissions)"
_ADDRESS = " (is this the address of the provider's token server? Check POP3_OAUTH)"
_ADVICE = {
    "invalid_grant": _AGAIN,
    "interaction_required": _AGAIN,
    "consent_required": _AGAIN,
    "login_required": _AGAIN,
    "access_denied": _AGAIN,
    "invalid_client": _CLIENT,
    "unauthorized_client": _CLIENT,
    "invalid_scope": _SCOPE,
}
_PASSING = ("temporarily_unavailable", "server_error", "slow_down")


def refusal(refused, token):
    """The error for an answer without a token.

    :param tuple refused: what ``reply.read()`` returned
    :param Token token: whose tokens and client secret are not shown
    """
    status, code, description, retry_after = refused
    secret = taken(token, REFRESH)
    text = text_of(description, secret)
    code = text_of(code, secret)
    secret = None  # one token at a time: they may be long
    for secret in (token.client_secret, token.numbers[ACCESS + 1] and taken(token, ACCESS)):
        if secret:
            text = redacted(text, secret, False)
            code = redacted(code, secret, False)
    if code in _PASSING or status in (408, 429) or status >= 500:
        error = TemporaryFailure(code or "HTTP %d" % status, text or "the token server cannot answer now")
        error.retry_after = retry_after
        return error
    if code:
        return TokenRefused(code, text, _ADVICE.get(code, _ADDRESS))
    return TokenRefused("HTTP %d" % status, "no token", _ADDRESS)
