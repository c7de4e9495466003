"""Errors of calls that cannot work as they were made, logging in among them: a message for each situation; %s takes a
detail."""

TEXTS = {
    "pool": "a pool needs packets of 64 bytes or more, and memory for at least one of them",
    "allocate": "all %d packets are in use: release those you keep, or make the pool larger",
    "size": "it does not fit a packet of %d bytes: make the pool with a larger payload_size",
    "index": "mails are numbered 1, 2, 3, ...: not %r",
    "no mail": "there is no mail %d: the mailbox holds %d",
    "language": 'a language tag is like "de" or "en-GB", or "*": not %r',
    "count": "%s must be a whole number, 0 or more: not %r",
    "port": "a port is a number from 1 to 65535, and a timeout is seconds, more than 0: not %r, %r",
    "tls": 'tls is True, False or "stls": not %r',
    "text": (
        "name, password and token must be text, not empty, without control characters (CR, LF, NUL); a login needs a"
        " name, and a password or a token"
    ),
    "method": "%s is not a login method here: choose one of %s",
    "APOP": "the server offers no APOP (no timestamp in its greeting): log in without it",
    "unusable": "%s cannot be used here (%s): leave method= out, or try another",
    "cleartext": (
        "the connection is not encrypted, so the password was not sent: use tls=True, or cleartext=True if you accept"
        " that"
    ),
}
