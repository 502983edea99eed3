"""The only writers of agreements and loans."""

from financing.services.agreements import (
    draft,
    edit,
    expire_agreements,
    release,
    send_back,
    sign_bank,
    sign_exporter,
    sign_insurer,
)
from financing.services.loans import lend, repay

__all__ = [
    "draft",
    "edit",
    "expire_agreements",
    "lend",
    "release",
    "repay",
    "send_back",
    "sign_bank",
    "sign_exporter",
    "sign_insurer",
]
