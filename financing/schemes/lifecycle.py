"""Moves of a top-up of a risk fund, and of a case of a regional scheme."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from financing.schemes.models import CaseState, TopUpState
from sinosure.core.lifecycle import Lifecycle, Move

TOP_UP = Lifecycle(
    "scheme_top_up",
    moves=(
        Move("confirm", (TopUpState.PROPOSED,), TopUpState.CONFIRMED, "schemes.fund", _("Confirm the payment"),
             second_person="proposed_by_id"),
        Move("refuse", (TopUpState.PROPOSED,), TopUpState.REFUSED, "schemes.fund", _("Refuse"), tone="plain"),
    ),
)  # fmt: skip
CASE = Lifecycle(
    "scheme_case",
    moves=(Move("settle", (CaseState.REPORTED,), CaseState.SETTLED, "schemes.fund", _("Compensate")),),
)
