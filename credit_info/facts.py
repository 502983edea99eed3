"""Record and end facts; the light follows by rule in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from credit_info.light import RULES, judge
from credit_info.models import Fact, FactKind, Light, Obligor
from credit_info.signals import light_turned
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed

HISTORY = 50
OWN_SOURCE = "Credit analysis"
JUDGED = {Light.RED: FactKind.JUDGED_RED, Light.YELLOW: FactKind.JUDGED_YELLOW, Light.GREEN: FactKind.JUDGED_GREEN}


@transaction.atomic
def record(
    *, actor: Actor, obligor_id: int, kind: str, on: date, text: str, source: str, is_internal: bool = False
) -> Fact:  # fmt: skip
    """A dated fact with its source. Raises `in_the_future`, `text_missing`, `source_missing`."""
    _check(actor, on)
    if not text.strip() or not source.strip():
        field = "source" if text.strip() else "text"
        raise DomainError(f"{field}_missing", _("Say what is known, and where it comes from."), field=field)
    obligor = Obligor.objects.select_for_update().get(pk=obligor_id)
    fact = _write(actor, obligor, kind, on, text.strip(), source.strip(), is_internal)
    _settle(actor, obligor, on, [] if is_internal else [text.strip()])
    return fact


@transaction.atomic
def end(*, actor: Actor, fact_id: int, on: date, text: str) -> Fact:
    """The fact holds no longer (paid, discharged, withdrawn by its source), with the reason why."""
    _check(actor, on)
    if not text.strip():
        raise DomainError("text_missing", _("Say why it holds no longer."), field="text")
    obligor = Obligor.objects.select_for_update().get(facts=fact_id)
    fact = Fact.objects.select_for_update(of=("self",)).get(pk=fact_id)
    if fact.ends_on is not None:
        raise DomainError("ended_already", _("This fact has ended already."), status=409)
    if on < fact.on:
        raise DomainError("before_it_began", _("It cannot end before it began."), field="on")
    fact.ends_on = on
    fact.save(update_fields=["ends_on"])
    audit.record(actor, "fact.ended", fact, detail={"on": on.isoformat(), "text": text})
    _settle(actor, obligor, on, [] if fact.is_internal else [text.strip()])
    return fact


@transaction.atomic
def set_light(
    *, actor: Actor, obligor_id: int, light: str, reasons: Sequence[str], as_of: date | None = None
) -> Obligor:  # fmt: skip
    """The analyst's own judgement with its reasons, in place of an earlier one. A graver fact still outweighs it."""
    day = as_of or clock.today()
    told = [reason.strip() for reason in reasons if reason.strip()]
    _check(actor, day, "as_of")
    if light != Light.UNKNOWN and not told:
        raise DomainError("reason_missing", _("Give at least one reason with the light."), field="reasons")
    obligor = Obligor.objects.select_for_update().get(pk=obligor_id)
    earlier = Fact.objects.filter(obligor=obligor, kind__in=JUDGED.values(), ends_on=None)
    for fact in earlier:
        fact.ends_on = max(day, fact.on)
        fact.save(update_fields=["ends_on"])
    for reason in told if light != Light.UNKNOWN else []:
        _write(actor, obligor, JUDGED[Light(light)], day, reason[:500], OWN_SOURCE, False)
    _settle(actor, obligor, day, told)
    return obligor


def _check(actor: Actor, day: date, field: str = "on") -> None:
    if not actor.can("buyers.light"):
        raise NotAllowed()
    if day > clock.today():
        raise DomainError("in_the_future", _("The light cannot be dated in the future."), field=field)


def _write(actor: Actor, obligor: Obligor, kind: str, on: date, text: str, source: str, is_internal: bool) -> Fact:
    if kind not in RULES:
        raise DomainError("bad_kind", _("Choose what kind of fact it is."), field="kind")
    fact = Fact.objects.create(
        obligor=obligor, kind=kind, on=on, text=text, source=source, is_internal=is_internal,
        recorded_at=clock.now(), recorded_by_id=actor.user_id,
    )  # fmt: skip
    audit.record(actor, "fact.recorded", fact, detail={"obligor": obligor.pk, "kind": kind, "on": on.isoformat()})
    return fact


def _settle(actor: Actor, obligor: Obligor, day: date, told: Sequence[str]) -> None:
    """The light by rule as of today, and the line of its history."""
    was, judged = obligor.light, judge(Fact.objects.filter(obligor=obligor), clock.today())
    obligor.light, obligor.light_as_of = judged.light, day
    lines = [{"light": judged.light.value, "on": day.isoformat(), "text": text, "by": actor.name} for text in told]
    obligor.light_reasons = [*lines, *obligor.light_reasons][:HISTORY]
    obligor.save(update_fields=["light", "light_as_of", "light_reasons"])
    detail = {"was": was, "now": judged.light.value, "reasons": list(told)}
    audit.record(actor, "obligor.light_set", obligor, detail=detail)
    if was != obligor.light:
        light_turned.send(sender=Obligor, obligor=obligor, was=was, actor=actor)
