"""connect(): a Client over the platform's own sockets."""

from .client import Client
from .packets import PacketPool


def connect(host, port=None, *, pool=None, tls=True, ssl_context=None, ca=None, timeout=30, radio=None, idle=None):
    """Connect to a POP3 server and read its greeting.

    :param str host: its name, or an IPv4 or IPv6 address; the certificate must be for it
    :param int port: 995 for TLS and 110 otherwise, unless told
    :param PacketPool pool: four packets of 512 bytes of its own, unless told
    :param tls: True: TLS from the first byte; "stls": STLS (RFC 2595) before anything else; False: in clear
    :param ssl_context: an ssl.SSLContext of your own, instead of one that checks the certificate against ``ca``
    :param ca: the root certificates to trust: DER or PEM bytes, a list of such, or the path of a file with one
    :param float timeout: seconds to wait for the connection, for each reply and each further packet of a long one
    :param radio: CircuitPython's radio; None takes ``wifi.radio``
    :param idle: called about every half second while waiting, to feed a watchdog
    :returns Client: in AUTHORIZATION state
    Raises ConnectionLost, TLSError, Timeout, ProtocolError, ServerError, InvalidArgument.
    """
    port, pool = settled(port, pool, tls, timeout)
    from .memory import forgetting  # not for dir(micropop), which loads this module

    with forgetting(also=__name__):
        return opened(host, port, pool, tls, ssl_context, ca, timeout, radio, idle)


def settled(port, pool, tls, timeout):
    """What stands for parameters of ``connect()`` that were not given. Raises InvalidArgument."""
    if tls is not True and tls is not False and tls != "stls":  # a 1 must not pass for something else
        from .errors.problems import problem

        raise problem("tls", tls)
    if port is None:
        port = 995 if tls is True else 110
    if not isinstance(port, int) or not 0 < port < 65536 or not isinstance(timeout, (int, float)) or timeout <= 0:
        from .errors.problems import problem

        raise problem("port", port, timeout)
    if pool is None:
        pool = PacketPool()
    return port, pool


def opened(host, port, pool, tls, ssl_context, ca, timeout, radio, idle):
    """See ``connect()``: this is what its forgetting is about."""
    from .transport import named, reach, roots

    host = named(host)
    ca = roots(ca)
    transport = reach(host, port, tls, ssl_context, ca, timeout, radio, idle)
    try:
        client = Client(transport, pool, timeout, idle)
        if tls == "stls":
            from .session.stls import stls

            client._run(stls(client._session))
            transport.start_tls(host, ssl_context, ca)
            client._recv = transport.readinto
    except BaseException:
        transport.close()
        raise
    return client
