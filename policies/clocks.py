"""The clocks of a policy: validity of a quote, start and end of cover, renewal, notice of termination."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from policies.models import Policy
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.deadlines import services as deadlines
from sinosure.deadlines.models import Deadline
from sinosure.deadlines.registry import DeadlineKind, Effect, before_due, register

QUOTE_VALIDITY, POLICY_START, POLICY_EXPIRY = "QUOTE_VALIDITY", "POLICY_START", "POLICY_EXPIRY"
RENEWAL, TERMINATION = "RENEWAL", "POLICY_TERMINATION"
_PAGE = "policies:policy-detail"


def register_all(effects: dict[str, Effect]) -> None:
    """Make the kinds known; `effects` are services, handed in by AppConfig.ready()."""
    register(DeadlineKind(
        QUOTE_VALIDITY, "§2.1", label=_("Accept the quote of application %(number)s"), verb=_("See the quote"),
        consequence=_("The quote lapses; a new one can be asked for."), url_name=_PAGE,
        reminders=before_due(7, 3, 1), on_due=effects[QUOTE_VALIDITY],
    ))  # fmt: skip
    register(DeadlineKind(
        POLICY_START, "§2.1", label=_("Cover of policy %(number)s begins"), verb=_("See the policy"),
        consequence=_("Cover begins if the deposit premium is booked."), url_name=_PAGE,
        on_due=effects[POLICY_START], is_quiet=True,
    ))  # fmt: skip
    register(DeadlineKind(
        POLICY_EXPIRY, "§2.1", label=_("Policy %(number)s ends"), verb=_("See the policy"),
        consequence=_("Later shipments are not covered; those made before stay covered."), url_name=_PAGE,
        on_due=effects[POLICY_EXPIRY], is_quiet=True,
    ))  # fmt: skip
    register(DeadlineKind(
        RENEWAL, "§11", label=_("Renew policy %(number)s"), verb=_("Renew"),
        consequence=_("Cover for new shipments has ended; a new application is needed."), url_name=_PAGE,
        reminders=before_due(60, 30, 7), waits_for_start=True,
    ))  # fmt: skip
    register(DeadlineKind(
        TERMINATION, "§2.1", label=_("Notice of termination of policy %(number)s runs out"), verb=_("See the policy"),
        consequence=_("The policy ends; shipments made before stay covered."), url_name=_PAGE,
        reminders=before_due(7), on_due=effects[TERMINATION],
    ))  # fmt: skip


def arm(actor: Actor, policy: Policy, kind: str, due_on: date, starts_on: date | None = None, **params: Any) -> None:
    """Open a clock on the policy that ends with `due_on`."""
    one = _opening(policy, kind, due_on, starts_on, **params)
    deadlines.open_deadline(actor=actor, **vars(one))


def _opening(
    policy: Policy, kind: str, due_on: date, starts_on: date | None = None, **params: Any
) -> deadlines.Opening:
    window = deadlines.fixed_window(min(starts_on or clock.today(), due_on), due_on)
    return deadlines.Opening(kind, policy, policy.policyholder_id, window, params={"number": str(policy), **params})


def arm_cover(actor: Actor, policy: Policy, renewal_opens_days: int) -> None:
    """The clocks that a signed policy lives by."""
    for one in cover_openings(policy, renewal_opens_days):
        deadlines.open_deadline(actor=actor, **vars(one))


def cover_openings(policy: Policy, renewal_opens_days: int) -> list[deadlines.Opening]:
    """POLICY_START fires at the first instant of the first day; a policy that began has none."""
    opens_on = policy.ends_on - timedelta(days=renewal_opens_days)
    found = [_opening(policy, POLICY_EXPIRY, policy.ends_on), _opening(policy, RENEWAL, policy.ends_on, opens_on)]
    if policy.starts_on > clock.today():
        found.append(_opening(policy, POLICY_START, policy.starts_on - timedelta(days=1)))
    return found


def end_cover(actor: Actor, policy: Policy) -> None:
    """The policy is over: nothing waits any more."""
    for kind in (POLICY_START, POLICY_EXPIRY, RENEWAL, TERMINATION):
        deadlines.cancel(actor=actor, kind=kind, subject=policy)


def subjects(rows: Sequence[Deadline]) -> list[int]:
    return [row.subject_id for row in rows]
