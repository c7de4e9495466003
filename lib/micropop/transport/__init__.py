"""One small module for each platform's sockets; ``reach()`` picks the right one."""

import sys


def reach(host, port, tls, ssl_context, ca, timeout, radio=None, idle=None, platform=None):
    """A transport to a server, under TLS if ``tls`` is True; the parameters are those of ``connect()``.

    :param ca: see ``roots()``
    :param str platform: the module that dials, where it is not that of this firmware
    Raises ConnectionLost, TLSError, Timeout, InvalidArgument.
    """
    if platform is None:
        platform = "circuitpython" if radio is not None else sys.implementation.name
    dial = __import__("micropop.transport." + platform, None, None, ("dial",)).dial
    host = named(host)
    transport = dial(host, port, tls, ssl_context, ca, timeout, idle, radio)
    try:
        if tls is True and not transport.secure:
            transport.start_tls(host, ssl_context, ca)
    except BaseException:
        transport.close()
        raise
    return transport


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
    from ..errors.problems import problem

    raise problem("bad host", host)


def roots(ca):
    """Root certificates that were given to ``connect()``, read from their file if it is a path. Raises
    InvalidArgument."""
    if not isinstance(ca, str):
        return ca
    try:
        with open(ca, "rb") as file:
            return file.read()
    except OSError as error:
        from ..errors.problems import problem

        raise problem("file", ca, error)
