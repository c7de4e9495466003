"""Certificates made on the spot: one that clients must accept, and each kind that they must refuse."""

import datetime
import ipaddress
from dataclasses import dataclass
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

__all__ = ["HOST_NAMES", "Certificate", "Certificates", "make"]

HOST_NAMES = ("localhost", "127.0.0.1", "127.0.0.2", "::1", "mail.example.org")
"""The names and addresses that the good certificate, and all bad ones but wrong_host, are for."""


@dataclass(frozen=True)
class Certificate:
    """What a server needs.

    :ivar chain: PEM file with the certificate
    :ivar key: PEM file with its private key
    """

    chain: Path
    key: Path

    def copied(self, folder: Path) -> "Certificate":
        """The same in another folder, where a server running as another user can read it."""
        return _written(folder, "certificate", self.chain.read_bytes(), self.key.read_bytes())


@dataclass(frozen=True)
class Certificates:
    """One root, which clients are to trust, and certificates for servers.

    :ivar ca_pem: the root as a PEM file
    :ivar ca_der: the root as a DER file
    :ivar good: to be accepted
    :ivar self_signed: for the right host, but nobody vouches for it
    :ivar unknown_root: for the right host, from a root that the client does not have
    :ivar wrong_host: from the right root, for another host
    :ivar expired: from the right root, for the right host, until yesterday
    :ivar not_yet_valid: the same from tomorrow on, as a board sees it whose clock is not set
    """

    ca_pem: Path
    ca_der: Path
    good: Certificate
    self_signed: Certificate
    unknown_root: Certificate
    wrong_host: Certificate
    expired: Certificate
    not_yet_valid: Certificate

    @property
    def bad(self) -> dict[str, Certificate]:
        """The ones to be refused, by name."""
        names = ("self_signed", "unknown_root", "wrong_host", "expired", "not_yet_valid")
        return {name: getattr(self, name) for name in names}


def make(folder: Path) -> Certificates:
    """Make all of them (elliptic curve P-256) in a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    root = trustme.CA(key_type=trustme.KeyType.ECDSA)
    stranger = trustme.CA(key_type=trustme.KeyType.ECDSA)
    ca_pem, ca_der = folder / "ca.pem", folder / "ca.der"
    root.cert_pem.write_to_path(ca_pem)
    certificate = x509.load_pem_x509_certificate(root.cert_pem.bytes())
    ca_der.write_bytes(certificate.public_bytes(serialization.Encoding.DER))

    def issued(name: str, by: trustme.CA, *hosts: str, since: datetime.datetime, until: datetime.datetime):
        leaf = by.issue_cert(*hosts, not_before=since, not_after=until, key_type=trustme.KeyType.ECDSA)
        chain = b"".join(blob.bytes() for blob in leaf.cert_chain_pems)
        return _written(folder, name, chain, leaf.private_key_pem.bytes())

    valid = {"since": now - day, "until": now + 30 * day}
    return Certificates(
        ca_pem,
        ca_der,
        good=issued("good", root, *HOST_NAMES, **valid),
        self_signed=_written(folder, "self_signed", *_self_signed(**valid)),
        unknown_root=issued("unknown_root", stranger, *HOST_NAMES, **valid),
        wrong_host=issued("wrong_host", root, "elsewhere.example.net", **valid),
        expired=issued("expired", root, *HOST_NAMES, since=now - 30 * day, until=now - day),
        not_yet_valid=issued("not_yet_valid", root, *HOST_NAMES, since=now + day, until=now + 30 * day),
    )


def _written(folder: Path, name: str, chain: bytes, key: bytes) -> Certificate:
    certificate = Certificate(folder / f"{name}.pem", folder / f"{name}.key")
    certificate.chain.write_bytes(chain)
    certificate.key.write_bytes(key)
    return certificate


def _self_signed(since: datetime.datetime, until: datetime.datetime) -> tuple[bytes, bytes]:
    """(certificate, key) in PEM of a certificate that only itself vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([_general_name(host) for host in HOST_NAMES]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM), private


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
