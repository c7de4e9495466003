"""PEM to DER: some MicroPython builds read only DER certificates."""

from binascii import a2b_base64


def ders_of(pem):
    """The certificates of a PEM file (RFC 7468), as a list of DER bytes.

    :param bytes pem: its contents
    Raises InvalidArgument if there is no certificate in it.
    """
    ders = []
    begin = b"-----BEGIN CERTIFICATE-----"
    at = pem.find(begin)
    while at >= 0:
        end = pem.find(b"-----END", at)
        if end < 0:
            break
        ders.append(a2b_base64(pem[at + len(begin) : end]))
        at = pem.find(begin, end)
    if not ders:
        from .errors import problem

        raise problem("bad ca", "no certificate in it")
    return ders
