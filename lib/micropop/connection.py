"""connect(): a Client over the platform's own sockets. It says how to call it; what it does is in ``opening.py``."""


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
    from .memory import forgetting  # not for dir(micropop), which loads this module

    with forgetting():  # what dialled is gone before the session takes its memory
        from .opening import dialled

        how = dialled(host, port, pool, tls, ssl_context, ca, timeout, radio, idle)
    with forgetting(also=__name__):
        from .entering import greeted

        return greeted(*how)
