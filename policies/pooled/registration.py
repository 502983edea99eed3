"""What the pooled platforms register at start-up: letters, messages, navigation, and the end of a policy."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _

from policies.models import PlatformMember, Policy
from policies.pooled import letters, messages
from policies.pooled.selectors import waiting_for
from policies.signals import policy_ended
from sinosure.documents import kinds as letter_kinds
from sinosure.ui.navigation import NavItem
from sinosure.ui.navigation import register as register_nav


def register() -> None:
    messages.register_all()
    policy_ended.connect(free_the_place, dispatch_uid="policies.pooled.free_the_place")
    for kind, (chinese, english, template) in letters.KINDS.items():
        letter_kinds.register(kind, chinese, english, template)
    register_nav(
        NavItem(
            key="pooled", label=_("Pooled platforms"), url_name="policies:pooled-list", capability="pooled.view", order=15,
            count=waiting_for, group=_("Policies"),
        )
    )  # fmt: skip


def free_the_place(*, policy: Policy, **_named: Any) -> None:
    """A terminated policy ends early: the enterprise may be listed again for the days left. Receiver of `policy_ended`."""
    if policy.terminated_on is not None:
        last = max(policy.terminated_on, policy.starts_on)
        PlatformMember.objects.filter(policy=policy).update(period=DateRange(policy.starts_on, last, "[]"))
