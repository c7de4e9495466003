"""Errors of logging in: a message for each situation; %s takes a detail."""

TEXTS = {
    "text": (
        "name, password and token must be text, not empty, without control characters (CR, LF, NUL); a login needs a"
        " name, and a password or a token"
    ),
    "method": "%s is not a login method here: choose one of %s",
    "APOP": "the server offers no APOP (no timestamp in its greeting): leave method= out",
    "unusable": "%s cannot be used here (%s): leave method= out, or try another",
    "cleartext": (
        "the connection is not encrypted, so the password was not sent: use tls=True, or cleartext=True if you accept"
        " that"
    ),
}
