"""One small module for each platform's sockets; ``reach()`` picks the right one."""

import sys


def reach(host, port, tls, ssl_context, ca, timeout, radio, idle):
    """A transport to a server, under TLS if ``tls`` is True; the parameters are those of ``connect()``.

    :param ca: see ``roots()``
    Raises ConnectionLost, TLSError, Timeout, InvalidArgument.
    """
    platform = "micropop.transport." + ("circuitpython" if radio is not None else sys.implementation.name)
    dial = __import__(platform, None, None, ("dial",)).dial
    transport = dial(host, port, tls, ssl_context, ca, timeout, idle, radio)
    try:
        if tls is True and not transport.secure:
            transport.start_tls(host, ssl_context, ca)
    except BaseException:
        transport.close()
        raise
    return transport


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
