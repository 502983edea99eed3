"""The service agreement as a PDF that carries the firm's signature, and what such a PDF proves (PAdES, own certificate)."""

from __future__ import annotations

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from django.utils.translation import gettext_lazy as _
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from policies.single_window.models import ESeal
from policies.single_window.seals import opened
from sinosure.core.errors import DomainError

AGREEMENT, VERSION = "window.agreement", "2026.1"
KINDS: dict[str, tuple[str, str, str]] = {
    AGREEMENT: (
        "“单一窗口”信用保险服务协议", "Single window credit insurance service agreement",
        "letters/policies/service_agreement.html",
    ),
}  # fmt: skip
FIELD = "FirmSeal"


@dataclass(frozen=True)
class Verdict:
    """One signature in a PDF. `signer` is the name in the certificate; `seal` the registered seal, None for a stranger's."""

    signer: str
    signed_at: datetime | None
    is_intact: bool
    seal: ESeal | None


def signed(pdf: bytes, seal: ESeal, name: str) -> bytes:
    """The PDF with the firm's signature added; the bytes before it stay as they were."""
    signer = signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(bytes(seal.certificate)),
        signing_key=asn1_keys.PrivateKeyInfo.load(opened(bytes(seal.private_key))),
        cert_registry=SimpleCertificateStore(),
    )
    about = signers.PdfSignatureMetadata(field_name=FIELD, name=name, reason="服务协议 (demo)")
    out = _apart(lambda: signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), about, signer=signer))
    return bytes(out.getvalue())


def _apart(deed: Callable[[], Any]) -> Any:
    """In a thread of its own: pyHanko starts an event loop, which it cannot where the caller's thread runs one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(deed).result()


def verdicts(pdf: bytes) -> list[Verdict]:
    """Every signature in the PDF, the first made first. Raises `not_signed`, `unreadable_pdf`."""
    try:
        found = [_verdict(one) for one in PdfFileReader(io.BytesIO(pdf)).embedded_signatures]
    except (PdfError, SigningError, SignatureValidationError, ValueError, KeyError, TypeError, IndexError) as error:
        message = _("This file cannot be read as a signed PDF. It was changed, or is not one.")
        raise DomainError("unreadable_pdf", message, field="file") from error
    if not found:
        raise DomainError("not_signed", _("This PDF carries no signature."), field="file")
    return found


def _verdict(embedded: Any) -> Verdict:
    certificate = embedded.signer_cert
    context = ValidationContext(trust_roots=[certificate], allow_fetching=False, revocation_mode="soft-fail")
    usage = KeyUsageConstraints(key_usage={"digital_signature"})
    status = _apart(lambda: validate_pdf_signature(embedded, context, key_usage_settings=usage))
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    seal = ESeal.objects.select_related("policyholder").filter(fingerprint=certificate.sha256.hex()).first()
    name = certificate.subject.native.get("common_name", "")
    return Verdict(str(name), status.signer_reported_dt, bool(status.intact and status.valid and whole), seal)
