"""connect(): a Client over the platform's own sockets."""

import gc
import sys

from .client import Client
from .memory import forgetting
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
    Raises ConnectionLost, TLSError, Timeout, ProtocolError, ServerError.
    """
    host, port, pool, ca = settled(host, port, pool, tls, ca)
    with forgetting(__name__):
        client = opened(host, port, pool, tls, ssl_context, ca, timeout, radio, idle)
    gc.collect()  # what connecting took comes back in one piece
    return client


def settled(host, port, pool, tls, ca):
    """The parameters of ``connect()``, checked, and what stands for those that were not given. Raises
    InvalidArgument."""
    if tls is not True and tls is not False and tls != "stls":  # a 1 must not pass for something else
        from .errors.problems import problem

        raise problem("tls", tls)
    host = named(host)
    if port is None:
        port = 995 if tls is True else 110
    if isinstance(ca, str):
        ca = contents(ca)
    if pool is None:
        pool = PacketPool()
    return host, port, pool, ca


def opened(host, port, pool, tls, ssl_context, ca, timeout, radio, idle):
    """See ``connect()``: this is what its forgetting is about."""
    platform = "circuitpython" if radio is not None else sys.implementation.name
    transport = reached(platform, host, port, tls, ssl_context, ca, timeout, idle, radio)
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


def reached(platform, host, port, tls, ssl_context, ca, timeout, idle=None, radio=None):
    """A transport to a server, under TLS if ``tls`` is True. Raises ConnectionLost, TLSError, Timeout.

    :param str platform: its module in ``transport/``
    The others are those of ``connect()``, ``ca`` in bytes.
    """
    dial = __import__("micropop.transport." + platform, None, None, ("dial",)).dial
    transport = dial(host, port, tls, ssl_context, ca, timeout, idle, radio)
    try:
        if tls is True and not transport.secure:
            transport.start_tls(host, ssl_context, ca)
    except BaseException:
        transport.close()
        raise
    return transport


def contents(path):
    """The bytes of a file. Raises InvalidArgument."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        from .errors.problems import problem

        raise problem("file", path, error)


def named(host):
    """A host's name or address, an IPv6 address without its brackets. Raises InvalidArgument for what can be none."""
    if isinstance(host, str):
        if host[:1] == "[" and host[-1:] == "]":
            host = host[1:-1]
        if ":" in host:
            return host
        labels = host[:-1].split(".") if host.endswith(".") else host.split(".")
        if all(0 < len(label) < 64 and min(label) > " " for label in labels):
            return host
    from .errors.problems import problem

    raise problem("bad host", host)
