"""Errors of using the library: each situation's exception and message; %s takes a detail."""

TEXTS = {
    "pool": ("PayloadTooSmall", "a pool needs packets of 64 bytes or more, and memory for at least one of them"),
    "allocate": ("PoolEmpty", "all %d packets are in use: release those you keep, or make the pool larger"),
    "size": ("PayloadTooSmall", "it does not fit a packet of %d bytes: make the pool with a larger payload_size"),
    "release": ("InvalidState", "this packet is in its pool already: release a packet once"),
    "open": (
        "InvalidState",
        "a message or a listing is still open: read it to its end, leave its `with`, or call client.discard()",
    ),
    "end": (
        "InvalidState",
        "this message is over: it was discarded, or another command came, or the client is closed",
    ),
    "closed": ("InvalidState", "the client is closed: connect again"),
    "login first": ("InvalidState", "log in first: client.login(name, password)"),
    "logged in": ("InvalidState", "too late: the session is in state %s"),
    "index": ("InvalidIndex", "mails are numbered 1, 2, 3, ...: not %r"),
    "no mail": ("InvalidIndex", "there is no mail %d: the mailbox holds %d"),
    "language": ("InvalidArgument", 'a language tag is like "de" or "en-GB", or "*": not %r'),
    "lines": ("InvalidArgument", "lines must be a whole number, 0 or more: not %r"),
    "tls": ("InvalidArgument", 'tls is True, False or "stls": not %r'),
}
