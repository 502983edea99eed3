"""Electronic seals: the picture as Chinese round seals look, a P-256 key pair, and a certificate that says it is a demo."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString

from sinosure.core import clock
from sinosure.core.at_rest import cipher

RED, DEMO_ISSUER = "#c8102e", "DEMO ISSUER, NO TRUST SERVICE 演示签发"
LIFE = timedelta(days=3650)  # [D]


@dataclass(frozen=True)
class KeyPair:
    """Certificate as DER, private key as encrypted PKCS#8."""

    certificate: bytes
    fingerprint: str
    private_key: bytes


def drawn(name: str) -> SafeString:
    """The picture as SVG: the firm's name round a five-pointed star, “演示印章” below."""
    ring = f'<circle cx="100" cy="100" r="94" fill="none" stroke="{RED}" stroke-width="5"/>'
    star = f'<polygon points="{_star(100, 100, 30)}" fill="{RED}"/>'
    below = (
        f'<text x="100" y="158" font-size="15" text-anchor="middle" fill="{RED}">演示印章</text>'
        f'<text x="100" y="174" font-size="10" text-anchor="middle" fill="{RED}">DEMO SEAL</text>'
    )
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200" width="160" height="160" role="img">'
    return SafeString(f"{head}<title>{escape(name)}</title>{ring}{star}{_round(name)}{below}</svg>")


def _star(x: float, y: float, radius: float) -> str:
    """Ten corners, outer and inner by turns, the first on top."""
    lengths = [radius if n % 2 == 0 else radius * 0.382 for n in range(10)]
    turns = [math.radians(36 * n - 90) for n in range(10)]
    return " ".join(f"{x + r * math.cos(t):.2f},{y + r * math.sin(t):.2f}" for r, t in zip(lengths, turns, strict=True))


def _round(name: str) -> str:
    """Each character upright on the circle, over at most 250 degrees, symmetric about the top."""
    size = min(24.0, 330.0 / max(len(name), 1))
    gap = min(250.0 / max(len(name) - 1, 1), size * 0.95)
    first = -gap * (len(name) - 1) / 2
    return "".join(
        f'<text x="100" y="{28 + size * 0.45:.1f}" font-size="{size:.1f}" text-anchor="middle" fill="{RED}" '
        f'transform="rotate({first + gap * n:.2f} 100 100)">{escape(letter)}</text>'
        for n, letter in enumerate(name)
    )


def new_key_pair(name: str) -> KeyPair:
    """A key pair of the firm with a certificate it signs itself, from yesterday for ten years."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(key, name, _yesterday())
    der = certificate.public_bytes(serialization.Encoding.DER)
    plain = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return KeyPair(der, certificate.fingerprint(hashes.SHA256()).hex(), _cipher().encrypt(plain))


def _yesterday() -> datetime:
    """Before the signature's own time, which the machine gives, also where the business date is moved."""
    day = min(clock.today(), clock.unmoved_today()) - timedelta(days=1)
    return datetime.combine(day, time(), UTC)


def _certificate(key: ec.EllipticCurvePrivateKey, name: str, begins: datetime) -> x509.Certificate:
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, DEMO_ISSUER),
            x509.NameAttribute(NameOID.COMMON_NAME, name[:64]),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(begins).not_valid_after(begins + LIFE)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    return builder.add_extension(usage, critical=True).sign(key, hashes.SHA256())


def opened(private_key: bytes) -> bytes:
    """The private key as PKCS#8, for the moment of one signature."""
    return _cipher().decrypt(private_key)


def _cipher() -> Fernet:
    return cipher(settings.SEAL_KEY, "electronic seals")
