"""A certificate that the demo signs itself: phones give a page the camera only over HTTPS."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from visavis._private_files import PrivateFile

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Certificate", "make_certificate"]

_LIFETIME: Final = timedelta(days=2)
_EARLIER: Final = timedelta(hours=1)  # for a phone whose clock is slow


@dataclass(frozen=True, slots=True)
class Certificate:
    """Files for the server, and what a careful person compares with what their phone shows.

    Attributes:
        chain: PEM.
        key: PEM, mode 0600.
        fingerprint: SHA-256 of the certificate, hexadecimal in pairs.
    """

    chain: Path
    key: Path
    fingerprint: str


def make_certificate(host: str, folder: Path) -> Certificate:
    """Make a key and a certificate for one host that is good for two days.

    Args:
        host: an address or a name.
        folder: where the files go.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "visavis demo")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + _LIFETIME)
        .add_extension(x509.SubjectAlternativeName([_name(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    made = Certificate(
        chain=folder / "demo.crt",
        key=folder / "demo.key",
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(":"),
    )
    made.chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    PrivateFile(made.key, what="demo's TLS key").write_new(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return made


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
