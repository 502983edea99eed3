"""The only writers of agreements and loans."""

from financing.services.agreements import (
    draft,
    edit,
    expire_agreements,
    expire_due,
    record_contract,
    release,
    send_back,
    sign_bank,
    sign_exporter,
    sign_insurer,
)
from financing.services.branches import move_to_branch
from financing.services.loans import approve, draw, give_up, lapse_reservations, lend, verify
from financing.services.repayments import repay

__all__ = [
    "approve",
    "draft",
    "draw",
    "edit",
    "expire_agreements",
    "expire_due",
    "give_up",
    "lapse_reservations",
    "lend",
    "move_to_branch",
    "record_contract",
    "release",
    "repay",
    "send_back",
    "sign_bank",
    "sign_exporter",
    "sign_insurer",
    "verify",
]
