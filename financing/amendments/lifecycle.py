"""Moves of an amendment: the next version of an agreement's terms, signed by the same three in the same order."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from financing.models import OPEN_TERMS
from financing.models import TermsState as S
from sinosure.core.lifecycle import Lifecycle, Move

AMENDMENT = Lifecycle(
    "amendment",
    moves=(
        Move("sign_exporter", (S.PROPOSED,), S.SIGNED_BY_EXPORTER, "financing.sign_exporter", _("Sign for the exporter")),
        Move("sign_bank", (S.SIGNED_BY_EXPORTER,), S.SIGNED_BY_BANK, "financing.sign_bank", _("Sign for the bank")),
        Move("confirm_account", (S.SIGNED_BY_BANK,), S.SIGNED_BY_BANK, "financing.sign_bank", _("Confirm the new account"),
             second_person="bank_signer_id"),
        Move("sign_insurer", (S.SIGNED_BY_BANK,), S.IN_FORCE, "financing.sign_insurer", _("Sign for the insurer")),
        Move("return_insurer", (S.SIGNED_BY_BANK,), S.DROPPED, "financing.sign_insurer", _("Do not sign"), tone="plain"),
        Move("drop", OPEN_TERMS, S.DROPPED, "financing.amend", _("Drop the amendment"), tone="danger"),
        Move("lapse", OPEN_TERMS, S.DROPPED, "financing.sign_bank", _("Lapse"), automatic=True),
    ),
)  # fmt: skip
