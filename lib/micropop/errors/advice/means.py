"""Errors of what a connection is to be made with: a message for each situation; %s takes a detail."""

TEXTS = {
    "file": "the file %s, given as ca=, cannot be read (%r): check its path",
    "no ca": (
        "this firmware has no list of certificate authorities: give ca=, the root that signed the server's"
        " certificate, as DER or PEM (`make check` finds it), or an ssl_context"
    ),
    "bad ca": "ca= is no certificate that this firmware can read (%s): give a root as DER",
    "radio": "there is no network: give radio=, one that adafruit_connection_manager knows, such as wifi.radio (%r)",
    "own roots": "this radio has certificate authorities of its own: leave ca= out",
    "no asyncio": (
        "CircuitPython's asyncio cannot wait for sockets (on an ESP32 it would crash the board): use micropop.connect()"
    ),
    "event loop": (
        "this event loop cannot watch sockets: on Windows run the program in an asyncio.SelectorEventLoop, as in"
        " asyncio.run(main(), loop_factory=asyncio.SelectorEventLoop)"
    ),
    "stls": "this firmware cannot start TLS on an open connection: use tls=True and port 995",
}
