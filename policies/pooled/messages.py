"""What members with an account are told; most have none and hear of it from their commerce authority."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from policies.pooled.models import PlatformMember, PooledPlatform
from sinosure.accounts.models import User
from sinosure.notifications import kinds
from sinosure.notifications.services import News, notify_many

ISSUED = "pooled.issued"
KINDS: tuple[tuple[str, Any], ...] = (
    (ISSUED, _("Policy %(number)s was issued for you under the pooled platform %(platform)s.")),
)


def register_all() -> None:
    for kind, text in KINDS:
        kinds.register(kind, text, "policies:policy-detail", "green")


def tell_members(platform: PooledPlatform, members: Sequence[PlatformMember]) -> None:
    ids = [one.organisation_id for one in members]
    with_people = set(
        User.objects.filter(organisation__in=ids, is_active=True).values_list("organisation_id", flat=True)
    )
    notify_many([_news(platform, one) for one in members if one.organisation_id in with_people])


def _news(platform: PooledPlatform, member: PlatformMember) -> News:
    params = {"number": str(member.policy), "platform": platform.name_zh}
    owner = member.organisation_id or 0
    return News(ISSUED, "policies.policy", member.policy_id or 0, owner, owner, params=params)
