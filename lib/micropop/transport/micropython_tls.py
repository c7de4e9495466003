"""TLS on MicroPython: a socket whose server's certificate is checked, and what its errors mean."""

import gc
import sys

try:
    import ssl
except ImportError:
    import tls as ssl  # some firmware has only the C module


def wrapped(raw, host, context, ca):
    """``raw`` under TLS; the handshake goes with the first bytes read or written.

    :param raw: a connected, non-blocking socket
    :param str host: the name, or address, that the certificate must be for
    :param context: an SSLContext of the caller's, or None: one that accepts only servers that ``ca`` vouches for
    :param ca: root certificates: DER or PEM bytes, or a list of such
    Raises InvalidArgument if ``ca`` is missing or cannot be read.
    """
    if context is None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.verify_mode = ssl.CERT_REQUIRED  # not the default of every firmware
        for der in ders(ca):
            try:
                context.load_verify_locations(der)
            except ValueError as error:
                from ..errors import problem

                raise problem("bad ca", error)
    return context.wrap_socket(raw, server_hostname=host, do_handshake_on_connect=False)


def ders(ca):
    """The DER certificates in ``ca``, as a list. Raises InvalidArgument if there is none."""
    if not ca:
        from ..errors import problem

        raise problem("no ca")
    found = []
    for certificate in ca if isinstance(ca, (list, tuple)) else (ca,):
        if certificate[:1] == b"\x30":
            found.append(certificate)
        else:
            from ..pem import ders_of

            found.extend(ders_of(certificate))
    return found


# What MicroPython's builds say, by words of the message (ValueError, long error strings) or by number (short ones)
_SAYS = (
    ("memory", ("ALLOC", "ENOMEM", "memory", "Errno 12", "-32512")),
    ("wrong-host", ("common name", "CN_MISMATCH", "does not match", "mismatch")),
    ("dates", ("expired", "validity", "future", "starts in")),
    ("unknown-ca", ("trusted", "NOT_TRUSTED", "CERT_VERIFY", "verif", "-9984")),
)


def explain(error):
    """The situation (see ``advice.py``) behind what MicroPython's TLS raised, or None if it was not TLS that failed."""
    said = "%s %s" % (type(error).__name__, error)
    for situation, words in _SAYS:
        for word in words:
            if word in said:
                # on a chip whose TLS lives in Python's heap, too little of it is reported as an unknown authority
                if situation == "unknown-ca" and sys.platform == "rp2" and gc.mem_free() < 48000:
                    return "unknown-ca or memory"
                return situation
    number = error.args[0] if error.args else 0
    if isinstance(number, int) and number > -1000:
        return None  # a socket's errno, of either sign
    return "handshake"
