"""Moves of a 信保贷 line, from the application over two signatures to its end. What the moves do is in services."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from financing.microloan.models import CreditState as S
from sinosure.core.lifecycle import Lifecycle, Move

OPEN = (S.REFERRED, S.OFFERED, S.SIGNED, S.ACTIVE)

CREDIT_LINE = Lifecycle(
    "credit_line",
    moves=(
        Move("offer", (S.REFERRED,), S.OFFERED, "financing.lend", _("Make the offer")),
        Move("sign", (S.OFFERED,), S.SIGNED, "financing.sign_exporter", _("Sign the contract")),
        Move("sign_bank", (S.SIGNED,), S.ACTIVE, "financing.sign_bank", _("Sign for the bank"), second_person="offered_by_id"),
        Move("draw", (S.ACTIVE,), S.ACTIVE, "financing.sign_exporter", _("Draw money")),
        Move("decline", (S.REFERRED, S.SIGNED), S.DECLINED, "financing.lend", _("Decline to lend"), tone="danger"),
        Move("withdraw", (S.REFERRED, S.OFFERED, S.SIGNED), S.WITHDRAWN, "financing.sign_exporter", _("Withdraw"),
             tone="plain"),
        Move("close", (S.ACTIVE,), S.CLOSED, "financing.sign_bank", _("Close the line"), tone="plain"),
    ),
)  # fmt: skip
