"""Moves of an assignment agreement (Rulebook §8.2, simple form) and of a loan (§8.5). What the moves do is in services."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from financing.models import DRAWN_LOAN, IN_FORCE, LoanState
from financing.models import AgreementState as S
from sinosure.core.lifecycle import Lifecycle, Move

LIVE = (S.SIGNED_BY_EXPORTER, S.SIGNED_BY_BANK, *IN_FORCE)
UNFINISHED = (S.DRAFT, *LIVE)

AGREEMENT = Lifecycle(
    "agreement",
    moves=(
        Move("edit", (S.DRAFT,), S.DRAFT, "financing.draft", _("Edit the draft"), tone="plain"),
        Move("sign_exporter", (S.DRAFT,), S.SIGNED_BY_EXPORTER, "financing.sign_exporter", _("Sign for the exporter")),
        Move("withdraw", (S.SIGNED_BY_EXPORTER, S.SIGNED_BY_BANK), S.DRAFT, "financing.sign_exporter",
             _("Take our signature back"), tone="plain"),
        Move("sign_bank", (S.SIGNED_BY_EXPORTER,), S.SIGNED_BY_BANK, "financing.sign_bank", _("Sign for the bank")),
        Move("return_bank", (S.SIGNED_BY_EXPORTER,), S.DRAFT, "financing.sign_bank", _("Send back"), tone="plain"),
        Move("sign_insurer", (S.SIGNED_BY_BANK,), S.ACTIVE, "financing.sign_insurer", _("Sign for the insurer")),
        Move("return_insurer", (S.SIGNED_BY_BANK,), S.DRAFT, "financing.sign_insurer", _("Send back"), tone="plain"),
        Move("contract", IN_FORCE, None, "financing.lend", _("Record the financing contract"), tone="plain"),
        Move("move_branch", (S.SIGNED_BY_EXPORTER, S.SIGNED_BY_BANK, *IN_FORCE, S.EXPIRED), None, "financing.branches",
             _("Move to another branch"), tone="plain"),
        Move("amend", (S.ACTIVE,), S.AMENDING, "financing.amend", _("Amend the agreement"), tone="plain"),
        Move("amended", (S.AMENDING,), S.ACTIVE, "financing.sign_insurer", _("Amendment in force"), automatic=True),
        Move("keep", (S.AMENDING,), S.ACTIVE, "financing.amend", _("Amendment dropped"), automatic=True),
        Move("release", (*IN_FORCE, S.EXPIRED), S.RELEASED, "financing.sign_bank", _("Release the agreement"),
             tone="danger"),
        Move("expire", UNFINISHED, S.EXPIRED, "financing.sign_insurer", _("Expire"), automatic=True),
    ),
)  # fmt: skip
RETURNS = ("withdraw", "return_bank", "return_insurer")

LOAN = Lifecycle(
    "loan",
    moves=(
        Move("draw", (LoanState.APPROVED,), LoanState.DISBURSED, "financing.lend", _("Register the drawdown")),
        Move("give_up", (LoanState.APPROVED,), LoanState.LAPSED, "financing.lend", _("Give up the reservation"), tone="plain"),
        Move("lapse", (LoanState.APPROVED,), LoanState.LAPSED, "financing.lend", _("Lapse"), automatic=True),
        Move("repay", DRAWN_LOAN, None, "financing.lend", _("Book a repayment"),
             outcomes=(LoanState.PARTLY_REPAID, LoanState.REPAID)),
    ),
)  # fmt: skip
