"""TLS on MicroPython: a context that checks the certificate, and what its errors mean."""

try:
    import ssl
except ImportError:
    import tls as ssl  # some firmware has only the C module


def verifying_context(ca):
    """An SSLContext that accepts only servers that ``ca`` vouches for.

    :param ca: a root certificate as DER or PEM bytes, or a list of them
    Raises InvalidArgument if there is none, or it cannot be read.
    """
    if not ca:
        from ..errors import no_ca

        raise no_ca()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_mode = ssl.CERT_REQUIRED
    for certificate in ca if isinstance(ca, (list, tuple)) else (ca,):
        if certificate[:1] == b"\x30":
            ders = (certificate,)
        else:
            from ..pem import ders_of

            ders = ders_of(certificate)
        for der in ders:
            try:
                context.load_verify_locations(der)
            except ValueError as error:
                from ..errors import bad_ca

                raise bad_ca(error)
    return context


def explain(error):
    """The TLSError for what MicroPython's TLS raised, or None if it was not TLS."""
    import gc

    from ..errors import tls_error

    number = error.args[0] if error.args else None
    text = str(error)
    ...
