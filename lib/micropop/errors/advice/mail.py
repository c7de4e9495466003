"""Errors of what comes over the connection, and of where a mail goes: a message for each situation; %s takes a
detail."""

TEXTS = {
    "limit": "the mail is longer than %d bytes: raise limit=, or read its head with top()",
    "leftover": (
        "more than %d octets of the mail or listing were left unread, so the client was closed: read it to its end, or"
        " raise client.leftover; nothing was deleted"
    ),
    "line": "not a reply of POP3: %s; is this a POP3 server? The client is closed",
    "endless": "an endless line: is this a POP3 server? The client is closed",
    "unasked": "the server sends what nobody asked for; the client is closed",
    "protocol": "%s: is this a POP3 server? The client is closed",
    "impostor": "the server could not prove that it knows the password: it may be an impostor",
    "attack": "bytes were injected before TLS started: somebody tampers with the connection",
    "stream": "the stream took nothing for %d ms: see that it can be written to; call save() again to go on",
    "other size": (
        "mail %d was announced with %d octets and %d came: it likely broke off, and the next reply with it; it was not"
        " deleted, and the client is closed; fetch such mails in turn: client.pipelining = False"
    ),
}
