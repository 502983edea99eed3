"""The moves of a contract in production (§1.3)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from declarations.models import ContractState as S
from sinosure.core.lifecycle import Lifecycle, Move

CONTRACT = Lifecycle(
    "production_contract",
    (
        Move("cost", (S.IN_PRODUCTION,), S.IN_PRODUCTION, "declarations.declare", _("Record a direct cost")),
        Move("void", (S.IN_PRODUCTION,), S.IN_PRODUCTION, "declarations.declare", _("Take a cost back"), automatic=True),
        Move("instruct", (S.IN_PRODUCTION, S.IN_CLAIM), None, "declarations.review", _("Instruct in writing"),
             outcomes=(S.IN_PRODUCTION, S.IN_CLAIM)),
        Move("end", (S.IN_PRODUCTION,), S.ENDED, "declarations.declare", _("End without shipment"), tone=""),
        Move("ship", (S.IN_PRODUCTION,), S.SHIPPED, "declarations.declare", _("Shipment declared"), automatic=True),
        Move("unship", (S.SHIPPED,), S.IN_PRODUCTION, "declarations.declare", _("Shipment taken back"), automatic=True),
        Move("claim", (S.IN_PRODUCTION,), S.IN_CLAIM, "claims.file", _("Loss reported before shipment"), automatic=True),
        Move("release", (S.IN_CLAIM,), S.IN_PRODUCTION, "claims.file", _("Nothing is claimed any more"), automatic=True),
    ),
)  # fmt: skip
