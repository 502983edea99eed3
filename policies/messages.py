"""What people are told about an application or a policy."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from policies.models import Policy, Reader
from sinosure.accounts.actor import Actor
from sinosure.accounts.roles import Role
from sinosure.notifications import kinds
from sinosure.notifications.services import notify, notify_insurer

_PAGE = "policies:policy-detail"
KINDS: tuple[tuple[str, Any, str], ...] = (
    ("policy.submitted", _("%(insured)s applies for a policy: application %(number)s."), "blue"),
    ("policy.asked", _("Application %(number)s: the underwriter asks a question."), "amber"),
    ("policy.answered", _("Application %(number)s: %(insured)s has answered."), "blue"),
    ("policy.declined", _("Application %(number)s was declined. The reason is on its page."), "red"),
    ("policy.quoted", _("Application %(number)s: your quote is here, valid until %(until)s."), "green"),
    ("policy.quote_lapsed", _("Application %(number)s: the quote has lapsed."), "grey"),
    ("policy.refused", _("Application %(number)s: %(insured)s does not accept the quote."), "amber"),
    ("policy.accepted", _("Application %(number)s: %(insured)s accepts the quote."), "green"),
    ("policy.insured_signed", _("Policy %(number)s: %(insured)s has signed. The insurer's signature is next."), "blue"),
    ("policy.signed", _("Policy %(number)s is signed by both sides. Pay the deposit premium to begin cover."), "green"),
    ("policy.in_force", _("Policy %(number)s is in force."), "green"),
    ("policy.suspended", _("Policy %(number)s is suspended: new shipments are not covered until the premium is paid."), "red"),
    ("policy.resumed", _("Policy %(number)s: the suspension is lifted."), "green"),
    ("policy.expired", _("Policy %(number)s has ended. Shipments made before stay covered."), "grey"),
    ("policy.unpaid_at_expiry", _("Policy %(number)s ended without the deposit premium: cover never began."), "grey"),
    ("policy.termination_notice", _("Policy %(number)s: notice of termination, effective %(effective)s."), "red"),
    ("policy.terminated", _("Policy %(number)s is terminated. Shipments made before stay covered."), "red"),
    ("policy.consent_asked", _("%(insured)s wants to end policy %(number)s. It is assigned to you: please consent or refuse."), "amber"),
    ("policy.consent_given", _("Policy %(number)s: the bank consents to the termination."), "green"),
    ("policy.consent_refused", _("Policy %(number)s: the bank does not consent to the termination. The policy goes on."), "red"),
    ("policy.notice_withdrawn", _("Policy %(number)s: the notice of termination is withdrawn."), "grey"),
    ("policy.run_off_closed", _("Policy %(number)s: nothing is open any more, the run-off is closed."), "grey"),
    ("policy.renewal_started", _("%(insured)s prepares the renewal of policy %(number)s."), "blue"),
)  # fmt: skip


def register_all() -> None:
    for kind, text, tone in KINDS:
        kinds.register(kind, text, _PAGE, tone)


def tell_insured(actor: Actor, kind: str, policy: Policy, **params: Any) -> None:
    notify(
        actor, kind, policy, organisation_id=policy.policyholder_id, policyholder_id=policy.policyholder_id,
        params=_params(policy, params),
    )  # fmt: skip


def tell_bank(actor: Actor, kind: str, policy: Policy, reader: Reader, **params: Any) -> None:
    """A bank, or its branch, that is loss payee under the policy."""
    notify(
        actor,
        kind,
        policy,
        organisation_id=reader[0],
        branch_id=reader[1],
        policyholder_id=policy.policyholder_id,
        params=_params(policy, params),
    )


def tell_underwriters(actor: Actor, kind: str, policy: Policy, **params: Any) -> None:
    notify_insurer(
        actor, kind, policy, Role.UNDERWRITER, policyholder_id=policy.policyholder_id, params=_params(policy, params)
    )


def _params(policy: Policy, more: dict[str, Any]) -> dict[str, Any]:
    plain = {name: str(value) for name, value in more.items()}
    return {"number": str(policy), "insured": policy.policyholder.name_zh, **plain}
