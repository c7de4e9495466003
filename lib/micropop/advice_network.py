"""Errors of the connection, and of what comes over it: each situation's exception and message; %s takes a detail."""

TEXTS = {
    "limit": ("LimitExceeded", "the mail is longer than %d bytes: raise limit=, or read its head with top()"),
    "line": ("ProtocolError", "not a reply of POP3: %s; is this a POP3 server? The client is closed"),
    "endless": ("ProtocolError", "an endless line: is this a POP3 server? The client is closed"),
    "unasked": ("ProtocolError", "the server sends what nobody asked for; the client is closed"),
    "protocol": ("ProtocolError", "%s: is this a POP3 server? The client is closed"),
    "impostor": ("ProtocolError", "the server could not prove that it knows the password: it may be an impostor"),
    "attack": ("ProtocolError", "bytes were injected before TLS started: somebody tampers with the connection"),
    "close": ("ConnectionLost", "the server closed the connection; connect again"),
    "lost": ("ConnectionLost", "the connection broke (%r); connect again"),
    "connect": ("ConnectionLost", "cannot connect to %s port %d (%r): check host, port and Wi-Fi"),
    "host": ("ConnectionLost", "cannot find %s (%r): check the name, Wi-Fi and DNS"),
    "timeout": ("Timeout", "no answer within %d ms: check the network, or raise timeout=; then connect again"),
    "os timeout": ("Timeout", "the connection timed out (%r); connect again"),
}
