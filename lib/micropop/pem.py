"""Certificates as DER, whatever they were given as: some MicroPython builds read only that."""

from binascii import a2b_base64


def ders(ca):
    """The DER certificates in ``ca``: DER or PEM bytes, or a list of such. Raises InvalidArgument if there is none."""
    if ca is None:
        from .errors.problems import problem

        raise problem("no ca")
    found = []
    for certificate in ca if isinstance(ca, (list, tuple)) else (ca,):
        if certificate[:1] == b"\x30":
            found.append(certificate)
        else:
            found.extend(ders_of(certificate))
    if not found:
        from .errors.problems import problem

        raise problem("bad ca", "it is empty")
    return found


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
        try:
            ders.append(a2b_base64(pem[at + len(begin) : end]))
        except ValueError:
            ders = []
            break
        at = pem.find(begin, end)
    if not ders:
        from .errors.problems import problem

        raise problem("bad ca", "no certificate in it")
    return ders
