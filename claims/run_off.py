"""What of this app keeps the run-off of a policy open."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from claims.lifecycle import ENDED
from claims.models import Claim, LossNotice, RecoveryCase
from claims.notices.lifecycle import OPEN
from policies.above import register_open_item


def register() -> None:
    register_open_item("loss_notices", _("loss notices"), _notices)
    register_open_item("claims", _("claims"), _claims)
    register_open_item("recoveries", _("recovery cases"), _recoveries)


def _notices(policy_id: int) -> int:
    return LossNotice.objects.filter(policy=policy_id, state__in=OPEN).count()


def _claims(policy_id: int) -> int:
    return Claim.objects.filter(policy=policy_id).exclude(state__in=ENDED).count()


def _recoveries(policy_id: int) -> int:
    return RecoveryCase.objects.filter(claim__policy=policy_id).exclude(state="CLOSED").count()
