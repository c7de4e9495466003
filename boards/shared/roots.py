"""Root certificates: those that this computer trusts, and one of the user's own."""

import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from boards.shared.refusal import Refusal


def verified_chain(stream: ssl.SSLSocket) -> list[bytes]:
    """The certificates from the server's to the root that this computer trusts, as DER."""
    if hasattr(stream, "get_verified_chain"):  # Python 3.13
        return stream.get_verified_chain()
    return [ssl.PEM_cert_to_DER_cert(it.public_bytes()) for it in stream._sslobj.get_verified_chain()]


def shown_chain(stream: ssl.SSLSocket) -> list[bytes]:
    """The certificates that the server itself sent, its own first, as DER."""
    if hasattr(stream, "get_unverified_chain"):  # Python 3.13
        return stream.get_unverified_chain()
    return [ssl.PEM_cert_to_DER_cert(it.public_bytes()) for it in stream._sslobj.get_unverified_chain()]


def partial(anchor: bytes) -> ssl.SSLContext:
    """A context that trusts this certificate alone, be it a root or not, as a board does."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=anchor)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def read(ca: str) -> bytes:
    """The certificate in a file, PEM or DER, as DER. Raises Refusal.

    :param ca: CA=, its path
    """
    try:
        data = Path(ca).read_bytes()
    except OSError as error:
        raise Refusal(f"CA={ca}: {error.strerror or error}") from None
    try:
        if b"-----BEGIN" in data:
            return x509.load_pem_x509_certificate(data).public_bytes(Encoding.DER)
        return x509.load_der_x509_certificate(data).public_bytes(Encoding.DER)
    except ValueError:
        raise Refusal(f"CA={ca} is no certificate in PEM or DER") from None
