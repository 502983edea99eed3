"""The moves of an endorsement: asked for, drawn up, approved by a second underwriter, signed by the insured."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from policies.models import EndorsementState as E
from sinosure.core.lifecycle import Lifecycle, Move

OPEN_STATES = (E.REQUESTED, E.DRAFTED, E.APPROVED)
ENDORSEMENT = Lifecycle(
    "endorsement",
    moves=(
        Move("draft", (E.REQUESTED, E.DRAFTED), E.DRAFTED, "policies.quote", _("Draw up the endorsement")),
        Move("approve", (E.DRAFTED,), E.APPROVED, "policies.sign_insurer", _("Approve and sign for the insurer"),
             second_person="drafted_by_id"),
        Move("return", (E.DRAFTED,), E.REQUESTED, "policies.sign_insurer", _("Return"), second_person="drafted_by_id",
             tone="plain"),
        Move("sign", (E.APPROVED,), E.SIGNED, "policies.sign", _("Sign for the insured")),
        Move("refuse", (E.APPROVED,), E.REFUSED, "policies.sign", _("Do not accept"), tone="plain"),
        Move("decline", (E.REQUESTED, E.DRAFTED), E.DECLINED, "policies.underwrite", _("Decline"), tone="danger"),
        Move("withdraw", (E.REQUESTED,), E.WITHDRAWN, "policies.apply", _("Withdraw the request"), tone="plain"),
        Move("lapse", (E.APPROVED,), E.LAPSED, "policies.quote", _("Lapse"), automatic=True),
    ),
)  # fmt: skip
