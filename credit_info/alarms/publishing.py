"""Publish an event: by an analyst, from a file, or by the system. It is told to its followers afterwards, by fan_out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from credit_info.alarms.models import BY_SYSTEM, Dimension, EventKind, FanOut, Origin, RiskEvent, RiskSubject, Severity
from credit_info.alarms.subjects import subject_for, subject_of
from credit_info.atlas.models import CoverChange
from credit_info.models.obligor import Light, Obligor
from credit_info.signals import risk_event_published
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.documents.services import next_number
from sinosure.reference.models import Country, CoverStatus


@dataclass(frozen=True)
class DatedFact:
    """One thing that is known of a day."""

    on: date
    text: str


@dataclass(frozen=True)
class NewEvent:
    """What is to be published. Titles in both languages; texts are Markdown and may be missing."""

    severity: str
    kind: str
    title_zh: str
    title_en: str
    source: str
    happened_on: date
    text_zh: str = ""
    text_en: str = ""
    facts: tuple[DatedFact, ...] = ()


def publish(*, actor: Actor, subject: tuple[str, str], event: NewEvent) -> RiskEvent:
    """By an analyst. Raises `unknown_subject`, `in_the_future`, `title_missing`, `source_missing`, `bad_kind`."""
    return _by_person(actor, Origin.ANALYST, subject, event, uuid4().hex)


@transaction.atomic
def publish_file(*, actor: Actor, rows: Sequence[tuple[tuple[str, str], NewEvent]]) -> list[RiskEvent]:
    """All rows or none; a row that was published before is left out."""
    keys = {_fingerprint(subject, event): (subject, event) for subject, event in rows}
    known = set(RiskEvent.objects.filter(key__in=keys).values_list("key", flat=True))
    return [_by_person(actor, Origin.FILE, *keys[key], key) for key in keys if key not in known]


def _fingerprint(subject: tuple[str, str], event: NewEvent) -> str:
    return hashlib.sha256(repr((subject, asdict(event))).encode()).hexdigest()


@transaction.atomic
def correct(*, actor: Actor, event_id: int, event: NewEvent) -> RiskEvent:
    """A new event on the same subject that puts an earlier one right. Raises `corrected_already` (409)."""
    _check_duty(actor)
    wrong = RiskEvent.objects.visible_to(actor).select_related("subject").get(pk=event_id)
    _check(event)
    try:
        with transaction.atomic():
            return _write(actor, Origin.ANALYST, wrong.subject, event, uuid4().hex, wrong)
    except IntegrityError as error:
        message = _("This alarm was corrected already. Correct the later one.")
        raise DomainError("corrected_already", message, status=409) from error


@transaction.atomic
def _by_person(actor: Actor, origin: str, named: tuple[str, str], event: NewEvent, key: str) -> RiskEvent:
    _check_duty(actor)
    _check(event)
    return _write(actor, origin, subject_of(*named), event, key)


def _check_duty(actor: Actor) -> None:
    if not actor.can("alarms.publish"):
        raise NotAllowed()


def _check(event: NewEvent) -> None:
    if event.severity not in Severity.values:
        raise DomainError("bad_severity", _("Choose how severe it is."), field="severity")
    if event.kind not in EventKind.values or event.kind in BY_SYSTEM:
        raise DomainError("bad_kind", _("Choose what kind of event it is."), field="kind_of_event")
    for name in ("title_zh", "title_en", "source"):
        if not getattr(event, name).strip():
            raise DomainError(f"{name}_missing", _("Both titles and the source are needed."), field=name)
    _check_day(event.happened_on, "happened_on")
    for fact in event.facts:
        _check_day(fact.on, "facts")


def _check_day(day: date, field: str) -> None:
    if day > clock.today():
        message = _("%(day)s is in the future. An alarm tells what has happened.")
        raise DomainError("in_the_future", message, field=field, day=day.isoformat())


def _write(
    actor: Actor, origin: str, subject: RiskSubject, event: NewEvent, key: str, corrects: RiskEvent | None = None
) -> RiskEvent:
    now = clock.now()
    facts = [{"on": fact.on.isoformat(), "text": fact.text} for fact in event.facts]
    row = RiskEvent.objects.create(
        **{**vars(event), "facts": facts}, subject=subject, key=key,
        number=next_number(f"ALM-{clock.today():%Y}"), published_at=now, published_by_id=actor.user_id, origin=origin,
        corrects=corrects,
    )  # fmt: skip
    FanOut.objects.create(event=row, opened_at=now)
    detail = {"subject": [subject.kind, subject.key], "severity": row.severity, "origin": origin}
    audit.record(actor, "alarm.published", row, detail=detail)
    risk_event_published.send(sender=RiskEvent, event=row, actor=actor)
    return row


_LIGHTS = {
    Light.RED: (Severity.SEVERE, "资信红绿灯转为红灯", "The credit light turned red"),
    Light.YELLOW: (Severity.WARNING, "资信红绿灯转为黄灯", "The credit light turned yellow"),
    Light.GREEN: (Severity.INFO, "资信红绿灯转为绿灯", "The credit light turned green"),
}
_STATUSES = {
    CoverStatus.SUSPENDED: (Severity.SEVERE, "暂停承保", "cover suspended"),
    CoverStatus.RESTRICTED: (Severity.WARNING, "限制承保", "cover restricted"),
    CoverStatus.OPEN: (Severity.INFO, "开放承保", "cover open"),
}
OWN_SOURCE = "资信红绿灯 / Credit light"


def on_light(*, obligor: Obligor, was: str, **_named: Any) -> None:
    """A light that turned is an alarm; a first green one is none."""
    told = _LIGHTS.get(Light(obligor.light))
    if told is None or (was == Light.UNKNOWN and obligor.light == Light.GREEN):
        return
    severity, zh, en = told
    event = NewEvent(severity, EventKind.LIGHT, zh, en, OWN_SOURCE, obligor.light_as_of or clock.today())
    _write(SYSTEM, Origin.SYSTEM, subject_for(Dimension.COMPANY, obligor=obligor), event, uuid4().hex)


def on_country(*, country: Country, change: CoverChange, **_named: Any) -> None:
    """Cover on a country was opened, restricted or suspended; another class or cap alone is no alarm."""
    if change.cover_status == change.was_cover_status:
        return
    severity, zh, en = _STATUSES[CoverStatus(change.cover_status)]
    event = NewEvent(
        severity, EventKind.COVER, f"{country.name_zh}：{zh}", f"{country.name_en}: {en}", "承保政策 / Cover policy",
        min(change.effective_on, clock.today()), change.reason, change.reason,
    )  # fmt: skip
    _write(SYSTEM, Origin.SYSTEM, subject_for(Dimension.COUNTRY, country=country), event, uuid4().hex)
