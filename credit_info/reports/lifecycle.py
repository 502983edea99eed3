"""Moves of a report order (Rulebook §9.5)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from credit_info.reports.models import OrderState as S
from sinosure.core.lifecycle import Lifecycle, Move

REPORT_ORDER = Lifecycle(
    "report order",
    moves=(
        Move("take", (S.ORDERED,), S.IN_PROGRESS, "reports.write", _("Take the order")),
        Move("deliver", (S.IN_PROGRESS,), S.DELIVERED, "reports.write", _("Deliver")),
        Move("cancel", (S.ORDERED,), S.CANCELLED, "reports.order", _("Cancel the order"), tone="danger"),
    ),
)
