"""The progress rail of a policy: what happened, whose turn it is, what comes next."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from policies.models import PlatformMember, Policy
from policies.models import PolicyState as S
from policies.pooled.selectors import of_policy
from sinosure.ui.parts import RailStep

INSURED, UNDERWRITER, FINANCE = _("the insured"), _("the underwriter"), _("the insured's payment")
_REACHED: dict[str, int] = {
    S.DRAFT: 0, S.SUBMITTED: 1, S.UNDERWRITING: 1, S.INFO_REQUIRED: 1, S.QUOTED: 2, S.ACCEPTED: 3, S.SIGNED: 5,
    S.IN_FORCE: 6, S.SUSPENDED: 6, S.EXPIRED: 7, S.RENEWED: 7, S.TERMINATED: 7, S.RUN_OFF_CLOSED: 8,
}  # fmt: skip
STOPPED = {S.DECLINED, S.LAPSED_QUOTE}


def rail(policy: Policy) -> list[RailStep]:
    """One step a stage; a declined or lapsed application ends where it stopped."""
    if policy.state in STOPPED:
        return _stopped(policy)
    reached = _REACHED[policy.state]
    if policy.state == S.ACCEPTED and policy.insured_signed_at:
        reached = 4
    member = of_policy(policy)
    steps = _pooled_stages(policy, member) if member else _stages(policy)
    return [_step(place, reached, *step) for place, step in enumerate(steps)]


def _stages(policy: Policy) -> list[tuple[Any, ...]]:
    """(label, who has the turn, when it was done) in order."""
    asked = policy.state == S.INFO_REQUIRED
    return [
        (_("Application"), INSURED, policy.submitted_at),
        (_("Underwriting"), INSURED if asked else UNDERWRITER, policy.quoted_at),
        (_("Quote accepted"), INSURED, policy.accepted_at),
        (_("Signed by the insured"), INSURED, policy.insured_signed_at),
        (_("Signed by the insurer"), _("a second underwriter"), policy.signed_at),
        (_("Deposit premium, cover begins"), FINANCE, policy.in_force_at or policy.starts_on),
        (_("In force"), "", policy.ends_on),
        (_("Run-off"), "", None),
    ]


def _pooled_stages(policy: Policy, member: PlatformMember) -> list[tuple[Any, ...]]:
    """The way through a platform, of as many stages: nobody applies, quotes or signs for the insured."""
    return [
        (_("Listed by the commerce authority"), "", member.list.uploaded_at),
        (_("List confirmed"), "", member.list.confirmed_at),
        (_("List made public"), "", member.list.published_at),
        (_("Subsidy confirmed"), "", member.subsidy_confirmed_at),
        (_("Policy issued"), "", policy.signed_at),
        (_("Own part paid and subsidy confirmed: cover begins"), FINANCE, policy.in_force_at or policy.starts_on),
        (_("In force"), "", policy.ends_on),
        (_("Run-off"), "", None),
    ]


def _step(place: int, reached: int, label: Any, who: Any, on: Any) -> RailStep:
    state = "done" if place < reached else "now" if place == reached else "next"
    if state == "done":
        return RailStep(label, "done", on=on)
    return RailStep(label, state, who=who if state == "now" else "", on=on if place >= 5 else None)


def _stopped(policy: Policy) -> list[RailStep]:
    steps = [RailStep(_("Application"), "done", on=policy.submitted_at)]
    if policy.state == S.LAPSED_QUOTE:
        steps.append(RailStep(_("Quote"), "done", on=policy.quoted_at))
    return [*steps, RailStep(policy.get_state_display(), "now", note=policy.remark)]


def next_sentence(policy: Policy) -> tuple[str, Any] | None:
    """What the reader should know first, as (tone, sentence)."""
    sentences: dict[str, tuple[str, Any]] = {
        S.DRAFT: ("blue", _("This is a draft. Complete it and submit it.")),
        S.SUBMITTED: ("blue", _("The application is in the underwriters' queue.")),
        S.UNDERWRITING: ("blue", _("An underwriter examines the application and prepares a quote.")),
        S.INFO_REQUIRED: ("amber", _("The underwriter has asked a question. The case waits for the answer.")),
        S.QUOTED: ("amber", _("The quote waits for the exporter's acceptance.")),
        S.SIGNED: (
            "amber",
            _("Signed by both sides. Cover begins on the first day once the deposit premium is booked."),
        ),
        S.SUSPENDED: (
            "red",
            _("Premium is overdue. New shipments are not covered until it is paid; earlier ones stay covered."),
        ),
        S.EXPIRED: (
            "grey",
            _("The period is over. Shipments made inside it stay covered; notices and claims are accepted."),
        ),
    }
    if policy.state == S.SIGNED and of_policy(policy):
        return (
            "amber",
            _("Issued under a pooled platform. Cover begins once your part is paid and the subsidy is confirmed."),
        )
    if policy.state == S.ACCEPTED:
        signed = _("The insured has signed. A second underwriter signs next.")
        return ("amber", signed if policy.insured_signed_at else _("Accepted. The insured's signer signs next."))
    return sentences.get(policy.state)
