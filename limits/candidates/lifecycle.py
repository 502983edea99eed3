"""Moves of a stop-cover candidate (CI-3, LIM-10)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from limits.candidates.models import CandidateState as S
from sinosure.core.lifecycle import Lifecycle, Move

CANDIDATE = Lifecycle(
    "stop-cover candidate",
    moves=(
        Move("stop", (S.OPEN,), S.STOPPED, "limits.stop", _("Stop cover"), tone="danger"),
        Move("keep", (S.OPEN,), S.KEPT, "limits.stop", _("Keep cover"), tone="plain"),
    ),
)
