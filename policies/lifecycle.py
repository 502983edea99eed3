"""Moves of a policy (Rulebook §2.1): one table for buttons, API, guard and docs. What the moves do is in services."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from policies.models import Policy, Product
from policies.models import PolicyState as S
from sinosure.core.lifecycle import Doer, Lifecycle, Move

IN_UNDERWRITING = (S.SUBMITTED, S.UNDERWRITING, S.INFO_REQUIRED)
COVERING = (S.IN_FORCE, S.SUSPENDED)
HOLDING = (S.SIGNED, *COVERING)  # covers, or is about to
# cover was given: declarations, notices and claims of shipments made inside the period are accepted
WITH_COVER = (S.IN_FORCE, S.SUSPENDED, S.EXPIRED, S.TERMINATED, S.RENEWED)

POLICY = Lifecycle(
    "policy",
    moves=(
        Move("submit", (S.DRAFT,), S.SUBMITTED, "policies.apply", _("Submit the application")),
        Move("take", (S.SUBMITTED,), S.UNDERWRITING, "policies.underwrite", _("Take the case")),
        Move("ask", (S.UNDERWRITING,), S.INFO_REQUIRED, "policies.underwrite", _("Ask the exporter"), tone="plain"),
        Move("answer", (S.INFO_REQUIRED,), S.UNDERWRITING, "policies.apply", _("Answer")),
        Move("quote", (S.UNDERWRITING, S.QUOTED), S.QUOTED, "policies.quote", _("Quote")),
        Move("decline", IN_UNDERWRITING, S.DECLINED, "policies.underwrite", _("Decline"), tone="danger"),
        Move("accept", (S.QUOTED,), S.ACCEPTED, "policies.accept", _("Accept the quote")),
        Move("refuse", (S.QUOTED,), S.LAPSED_QUOTE, "policies.accept", _("Do not accept"), tone="plain"),
        Move("lapse", (S.QUOTED,), S.LAPSED_QUOTE, "policies.quote", _("Let the quote lapse"), automatic=True),
        Move("sign", (S.ACCEPTED,), S.ACCEPTED, "policies.sign", _("Sign for the insured")),
        Move(
            "countersign",
            (S.ACCEPTED,),
            S.SIGNED,
            "policies.sign_insurer",
            _("Sign for the insurer"),
            second_person="quoted_by_id",
        ),
        Move("approve", (S.UNDERWRITING,), S.SIGNED, "policies.sign_insurer", _("Approve at the price of the tier")),
        Move("issue", (S.DRAFT,), S.SIGNED, "policies.sign", _("Buy online"), automatic=True),
        Move("activate", (S.SIGNED,), S.IN_FORCE, "premium.book", _("Cover begins"), automatic=True),
        Move("suspend", (S.IN_FORCE,), S.SUSPENDED, "premium.book", _("Suspend new cover"), automatic=True),
        Move("resume", (S.SUSPENDED,), S.IN_FORCE, "premium.book", _("Lift the suspension"), automatic=True),
        Move("terminate", COVERING, S.TERMINATED, "policies.underwrite", _("Terminate"), automatic=True),
        Move("expire", HOLDING, None, "policies.underwrite", _("Expire"), automatic=True,
             outcomes=(S.EXPIRED, S.RENEWED)),
        Move("close", (S.EXPIRED, S.RENEWED, S.TERMINATED), S.RUN_OFF_CLOSED, "policies.underwrite",
             _("Close the run-off")),
    ),
)  # fmt: skip


def waits_at_tier_price(policy: Policy) -> bool:
    """A micro application from the single window: its offer is the price of the tier, so it is approved, not quoted."""
    return policy.product == Product.MICRO and "tier" in policy.proposal


def offered(policy: Policy, actor: Doer) -> list[Move]:
    """The moves that make sense for this policy and may be made now."""
    other = "quote" if waits_at_tier_price(policy) else "approve"
    return [move for move in POLICY.available(policy, actor) if move.action != other]
