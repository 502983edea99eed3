"""Stop cover on a buyer and open it again (LIM-10). A stop blocks new cover, never a declaration."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from limits import messages
from limits.models import CreditLimit, LimitStop, StopReason
from limits.signals import limit_reopened, limit_stopped
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.reference.models import Country, CoverStatus


@transaction.atomic
def stop(
    *, actor: Actor, reason: str, limit_id: int | None = None, policy_id: int | None = None,
    obligor_id: int | None = None, source: models.Model | None = None, comment: str = "",
    stopped_on: date | None = None,
) -> list[LimitStop]:  # fmt: skip
    """Stop one limit, or all limits of a policy on an obligor; once per reason and source, whoever repeats it.

    Reasons other than UNDERWRITER are facts that a higher app reports from its own deed, whoever does it.
    """
    _check_duty(actor, reason)
    if limit_id is None and (policy_id is None or obligor_id is None):
        raise ValueError("say which limit, or which policy and obligor")
    named = {"pk": limit_id, "policy_id": policy_id, "obligor_id": obligor_id}
    return _stop(
        actor, {name: value for name, value in named.items() if value is not None}, reason, source, comment, stopped_on
    )


@transaction.atomic
def stop_for_obligor(
    *, actor: Actor, obligor_id: int, reason: str, policyholder_id: int | None = None,
    source: models.Model | None = None, comment: str = "", stopped_on: date | None = None,
) -> list[LimitStop]:  # fmt: skip
    """Stop every limit on an obligor: of one policyholder, or (None) of all, as a red light or a country does."""
    _check_duty(actor, reason)
    named = {"obligor_id": obligor_id} | ({"policyholder_id": policyholder_id} if policyholder_id else {})
    return _stop(actor, named, reason, source, comment, stopped_on)


@transaction.atomic
def stop_for_country(
    *, actor: Actor, country: str, source: models.Model, comment: str = "", stopped_on: date | None = None
) -> list[LimitStop]:
    """LIM-10 d: every limit on an obligor of a country that is suspended."""
    return _stop(actor, {"obligor__country_id": country}, StopReason.COUNTRY, source, comment, stopped_on)


@transaction.atomic
def reopen_country(*, actor: Actor, country: str, comment: str) -> list[LimitStop]:
    """An underwriter opens again what was stopped for the country, once it is not suspended any more."""
    if not actor.can("limits.stop"):
        raise NotAllowed()
    if not comment.strip():
        raise DomainError("comment_required", _("Say why cover is opened again."), field="comment")
    if Country.objects.select_for_update(no_key=True).get(pk=country).cover_status == CoverStatus.SUSPENDED:
        raise DomainError("country_suspended", _("The country is still suspended. Change its cover first."), status=409)
    rows = standing_for_country(country).order_by("limit_id", "pk")
    return list(_close_each(actor, rows.values_list("pk", "limit_id"), comment))


def standing_for_country(country: str) -> models.QuerySet[LimitStop]:
    """Stops of limits in a country that its suspension made and nobody has lifted."""
    return LimitStop.objects.filter(limit__obligor__country=country, reason=StopReason.COUNTRY, closed_at=None)


def _check_duty(actor: Actor, reason: str) -> None:
    if reason == StopReason.UNDERWRITER and not actor.can("limits.stop"):
        raise NotAllowed()


def _stop(
    actor: Actor, named: dict[str, Any], reason: str, source: models.Model | None, comment: str, stopped_on: date | None
) -> list[LimitStop]:
    limits = (
        CreditLimit.objects.filter(**named).select_related("obligor").order_by("pk").select_for_update(of=("self",))
    )
    day = stopped_on or clock.today()
    made = [_stop_one(actor, limit, StopReason(reason), source, comment, day) for limit in limits]
    return [one for one in made if one is not None]


def _stop_one(
    actor: Actor, limit: CreditLimit, reason: StopReason, source: models.Model | None, comment: str, day: date
) -> LimitStop | None:
    source_type, source_id = (source._meta.label_lower, source.pk) if source else ("", None)
    named = {"limit": limit, "reason": reason, "source_type": source_type, "source_id": source_id}
    if LimitStop.objects.filter(**named, closed_at=None).exists():
        return None
    row = LimitStop.objects.create(
        **named, policyholder_id=limit.policyholder_id, stopped_on=day, opened_at=clock.now(),
        opened_by_id=actor.user_id, comment=comment,
    )  # fmt: skip
    _mark(limit, stopped=True)
    audit.record(actor, "limit.stopped", limit, detail={"reason": reason, "stop": row.pk, "comment": comment})
    messages.tell_concerned(actor, "limit.stopped", limit, reason=str(reason.label))
    limit_stopped.send(sender=CreditLimit, limit=limit, stop=row)
    return row


@transaction.atomic
def reopen(*, actor: Actor, stop_id: int, comment: str) -> LimitStop:
    """An underwriter lifts one stop, with the reason why; the limit is open when no other stop stands."""
    if not actor.can("limits.stop"):
        raise NotAllowed()
    if not comment.strip():
        raise DomainError("comment_required", _("Say why cover is opened again."), field="comment")
    row = (
        LimitStop.objects.filter(limit__in=CreditLimit.objects.visible_to(actor))
        .select_related("limit")
        .get(pk=stop_id)
    )
    limit = _locked(row.limit_id)
    row = LimitStop.objects.select_for_update(of=("self",)).get(pk=stop_id)
    if row.closed_at is not None:
        raise DomainError("already_reopened", _("This stop was lifted already."), status=409)
    return _close(actor, limit, row, comment)


@transaction.atomic
def cure(
    *, actor: Actor, reason: str, source: models.Model, limit_id: int | None = None, comment: str = ""
) -> list[LimitStop]:  # fmt: skip
    """What caused a stop is over (paid in full, notice withdrawn): close the stops that this source made."""
    rows = LimitStop.objects.filter(
        reason=reason, source_type=source._meta.label_lower, source_id=source.pk, closed_at=None
    )
    if limit_id is not None:
        rows = rows.filter(limit=limit_id)
    return list(_close_each(actor, rows.order_by("limit_id").values_list("pk", "limit_id"), comment))


def _close_each(actor: Actor, named: Iterable[tuple[int, int]], comment: str) -> Iterable[LimitStop]:
    for stop_id, limit_id in list(named):
        limit = _locked(limit_id)
        row = LimitStop.objects.filter(pk=stop_id, closed_at=None).first()
        if row is not None:
            yield _close(actor, limit, row, comment)


def _close(actor: Actor, limit: CreditLimit, row: LimitStop, comment: str) -> LimitStop:
    row.closed_at, row.closed_by_id = clock.now(), actor.user_id
    row.closing_comment = comment
    row.save(update_fields=["closed_at", "closed_by_id", "closing_comment"])
    _mark(limit, stopped=limit.stops.filter(closed_at=None).exists())
    audit.record(actor, "limit.reopened", limit, detail={"reason": row.reason, "stop": row.pk, "comment": comment})
    if not limit.is_stopped:
        messages.tell_concerned(actor, "limit.reopened", limit)
    limit_reopened.send(sender=CreditLimit, limit=limit, stop=row)
    return row


def carry_over(actor: Actor, limit: CreditLimit) -> None:
    """A new limit on a buyer takes the stops that stand on the policyholder's other limits on the same buyer."""
    standing = LimitStop.objects.filter(
        policyholder=limit.policyholder_id, limit__obligor=limit.obligor_id, closed_at=None
    ).exclude(limit=limit)
    seen = {(row.reason, row.source_type, row.source_id): row for row in standing.order_by("-pk")}
    for row in seen.values():
        LimitStop.objects.create(
            limit=limit, policyholder_id=limit.policyholder_id, reason=row.reason, source_type=row.source_type,
            source_id=row.source_id, stopped_on=row.stopped_on, opened_at=clock.now(), opened_by_id=actor.user_id,
            comment=row.comment,
        )  # fmt: skip
    if seen:
        _mark(limit, stopped=True)


def _locked(limit_id: int) -> CreditLimit:
    return CreditLimit.objects.select_related("obligor").select_for_update(of=("self",)).get(pk=limit_id)


def _mark(limit: CreditLimit, *, stopped: bool) -> None:
    limit.is_stopped = stopped
    limit.save(update_fields=["is_stopped"])
