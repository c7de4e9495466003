"""Reaching a server from CircuitPython through adafruit_connection_manager, which knows its radios."""

import gc

from adafruit_connection_manager import get_connection_manager, get_radio_socketpool, get_radio_ssl_context

from .circuitpython_socket import Transport


def dial(host, port, tls, ssl_context, ca, timeout, idle, radio):
    """A Transport to ``host``, under TLS unless ``tls`` is False.

    :param str host: a name or an address; the certificate must be for it
    :param int port: 1 to 65535
    :param tls: True or False; "stls" is refused, for a connected socket cannot be put under TLS there
    :param ssl_context: an SSLContext of the caller's, instead of one that trusts ``ca``, or the firmware's roots
    :param ca: root certificates: DER or PEM bytes, or a list of such
    :param float timeout: seconds for the connection, and for each read and write of the TLS handshake
    :param idle: called before the connection is made, during which nobody else gets the processor
    :param radio: wifi.radio, an ESP_SPIcontrol, a WIZNET5K; None: wifi.radio
    Raises ConnectionLost, TLSError, InvalidArgument.
    """
    if tls == "stls":
        from ..errors.problems import problem

        raise problem("stls")
    try:
        if radio is None:
            from wifi import radio
        pool = get_radio_socketpool(radio)
    except (ImportError, ValueError) as error:
        from ..errors.problems import problem

        raise problem("radio", error)
    context = None
    if tls:
        from .circuitpython_tls import Context

        context = Context(ssl_context or get_radio_ssl_context(radio), None if ssl_context else ca)
    if idle:
        idle()
    transport = Transport(get_connection_manager(pool), tls, type(radio).__name__ == "ESP_SPIcontrol")
    try:
        transport.connect(host, port, timeout, context)
        return transport
    except (OSError, ValueError, RuntimeError, MemoryError) as error:
        cause = error
    transport.close()
    gc.collect()  # which closes a socket that got lost on the way
    raise failure(cause, host, port, tls)


def failure(error, host, port, tls):
    """What to raise for what the radio or its driver raised while connecting."""
    if isinstance(error, RuntimeError) and "pystack" in str(error):
        return error  # Python's own stack is used up, which says nothing about the network
    from ..errors.problems import problem

    if type(error).__name__ == "gaierror":
        return problem("host", host, error)
    if tls:
        from .tls_errors import explain

        situation = "memory" if isinstance(error, MemoryError) else explain(error)
        if situation is not None and not isinstance(error, RuntimeError):
            return problem(situation, error)
    if isinstance(error, (OSError, RuntimeError)):
        return problem("connect", host, port, error)
    return error
