"""The request for another access token (RFC 6749, section 6)."""

from .record import REFRESH, hand

_PLAIN = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"


def send(exchange, host, port, path, scope, token):
    """Send the POST.

    :param Exchange exchange: takes it
    :param str host, path: of the token server; ``port``: 1 to 65535; ``scope``: text, or None
    :param Token token: who asks
    Raises what the exchange does, StoreError.
    """
    fields = b"grant_type=refresh_token&client_id=" + quoted(token.client_id.encode())
    for name, value in ((b"&client_secret=", token.client_secret), (b"&scope=", scope)):
        if value:
            fields += name + quoted(value.encode())
    fields += b"&refresh_token="
    sizes = [len(fields)]
    hand(token, REFRESH, lambda data: sizes.append(len(quoted(data))))
    if ":" in host:
        host = "[%s]" % host
    if port != 443:
        host = "%s:%d" % (host, port)
    head = "POST %s HTTP/1.1\r\nHost: %s\r\n" % (path, host)
    exchange.put(head.encode())
    exchange.put(
        b"User-Agent: micropop\r\nAccept: application/json\r\nConnection: close\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % sum(sizes)
    )
    exchange.put(fields)
    hand(token, REFRESH, lambda data: exchange.put(quoted(data)))
    exchange.flush()


def quoted(octets):
    """Octets as they stand in a form (application/x-www-form-urlencoded)."""
    found = bytearray()
    for c in octets:
        if c in _PLAIN:
            found.append(c)
        else:
            found += b"%%%02X" % c
    return found
