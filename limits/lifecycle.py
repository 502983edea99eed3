"""Moves of a limit application: one table for buttons, API, guard and docs. What the moves do is in services."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from limits.models import ApplicationState as S
from sinosure.core.lifecycle import Lifecycle, Move

APPLICATION = Lifecycle(
    "limit_application",
    moves=(
        Move("submit", (S.DRAFT,), S.SUBMITTED, "limits.apply", _("Submit")),
        Move("discard", (S.DRAFT,), S.WITHDRAWN, "limits.apply", _("Discard"), tone="plain"),
        Move("take", (S.SUBMITTED,), S.IN_REVIEW, "limits.underwrite", _("Take the case")),
        Move("propose", (S.IN_REVIEW,), S.PROPOSED, "limits.underwrite", _("Propose a decision")),
        Move("ask", (S.IN_REVIEW,), S.INFO_REQUIRED, "limits.underwrite", _("Ask the exporter"), tone="plain"),
        Move("answer", (S.INFO_REQUIRED,), S.IN_REVIEW, "limits.apply", _("Answer")),
        Move("approve", (S.PROPOSED,), S.DECIDED, "limits.decide", _("Approve"), second_person="proposer_id"),
        Move(
            "return",
            (S.PROPOSED,),
            S.IN_REVIEW,
            "limits.decide",
            _("Return"),
            second_person="proposer_id",
            tone="plain",
        ),
        Move("decline", (S.IN_REVIEW,), S.DECLINED, "limits.underwrite", _("Decline"), tone="danger"),
        Move(
            "withdraw",
            (S.SUBMITTED, S.IN_REVIEW, S.INFO_REQUIRED),
            S.WITHDRAWN,
            "limits.apply",
            _("Withdraw"),
            tone="plain",
        ),
    ),
)
