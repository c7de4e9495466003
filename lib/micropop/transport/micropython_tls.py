"""TLS on MicroPython: a socket whose server's certificate is checked."""

try:
    import tls as ssl  # the C module; newer firmware has an ssl in Python over it, whose roots must be in files
except ImportError:
    import ssl


def wrapped(raw, host, context, ca):
    """``raw`` under TLS; the handshake goes with the first bytes read or written.

    :param raw: a connected, non-blocking socket
    :param str host: the name, or address, that the certificate must be for
    :param context: an SSLContext of the caller's, or None: one that accepts only servers whose certificate
        ``ca`` signed
    :param ca: root certificates: DER or PEM bytes, or a list of such
    Raises InvalidArgument if ``ca`` is missing or cannot be read.
    """
    if context is None:
        context = verifying(ca)
    return context.wrap_socket(raw, server_hostname=host, do_handshake_on_connect=False)


def verifying(ca):
    """An SSLContext that accepts only servers whose certificates ``ca`` signed: see ``wrapped``.

    A program that polls may make it once, early, and give it to each ``connect()``: that spares memory in one piece.
    """
    from ..pem import ders

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_mode = ssl.CERT_REQUIRED  # not the default of every firmware
    for der in ders(ca):
        try:
            context.load_verify_locations(der)
        except ValueError as error:
            from ..errors.problems import problem

            raise problem("bad ca", error)
    return context
