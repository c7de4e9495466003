"""Errors of calls that come at the wrong time: a message for each situation; %s takes a detail."""

TEXTS = {
    "release": "this packet is in its pool already: release a packet once",
    "lent": (
        "a packet of this message was lent and its data was not taken: go on reading it, or call discard(); nothing"
        " of the mail may be skipped"
    ),
    "open": "a message or a listing is still open: read it to its end, leave its `with`, or call client.discard()",
    "busy": (
        "another call of this client is in progress (its idle, progress or write, the numbers that retrieve_many()"
        " takes, or another thread or task called): let it return first; only close() may be called from there"
    ),
    "end": "this message is over: it was discarded, or another command came, or the client is closed",
    "ended": "this listing is over: the client was closed before its end; connect again, and ask again",
    "closed": "the client is closed: connect again",
    "over": "the client was closed (%s): connect again",
    "login first": "log in first: client.login(name, password)",
    "logged in": "too late: the session is in state %s",
}
