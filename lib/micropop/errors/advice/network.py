"""Errors of the connection: a message for each situation; %s takes a detail."""

TEXTS = {
    "close": "the server closed the connection; connect again",
    "lost": "the connection broke (%r); connect again",
    "connect": "cannot connect to %s port %d (%r): check host, port and Wi-Fi",
    "host": "cannot find %s (%r): check the name, Wi-Fi and DNS",
    "bad host": "%r cannot be the name of a server: check the host, which is like pop.example.org",
    "timeout": (
        "no answer within %d ms: check the network and the port (one for TLS says nothing in clear), or raise timeout=;"
        " then connect again"
    ),
    "os timeout": "the connection timed out (%r); connect again",
}
