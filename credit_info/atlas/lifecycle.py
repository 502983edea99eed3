"""Moves of a change of cover on a country (LIM-14): one person proposes, another decides."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from credit_info.atlas.models import ChangeState as S
from sinosure.core.lifecycle import Lifecycle, Move

PROPOSE, DECIDE = "countries.propose", "countries.decide"
COVER_CHANGE = Lifecycle(
    "country cover change",
    moves=(
        Move(
            "approve", (S.PROPOSED,), None, DECIDE, _("Approve"), second_person="proposed_by_id",
            outcomes=(S.APPROVED, S.IN_FORCE),
        ),
        Move("reject", (S.PROPOSED,), S.REJECTED, DECIDE, _("Reject"), second_person="proposed_by_id", tone="danger"),
        Move("withdraw", (S.PROPOSED, S.APPROVED), S.WITHDRAWN, PROPOSE, _("Withdraw"), tone="danger"),
        Move("start", (S.APPROVED,), S.IN_FORCE, DECIDE, _("Takes effect"), automatic=True),
    ),
)  # fmt: skip
