"""Alarms as the pages and the API read them: the timeline, what a person follows, what asks for care with a buyer."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from credit_info.alarms.models import Dimension, EventKind, RiskEvent, RiskSubject, Severity, Subscription
from credit_info.customers import sources as customers
from credit_info.customers.sources import Warning
from credit_info.models.obligor import Obligor
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.notifications.models import Message
from sinosure.notifications.selectors import messages_of
from sinosure.reference.industries import BY_SECTION
from sinosure.reference.models import Country

WARNS_FOR = timedelta(days=90)
MOST_UNREAD = 100
TONES: dict[str, str] = {Severity.WARNING: "amber", Severity.SEVERE: "red"}


def events(actor: Actor) -> QuerySet[RiskEvent]:
    rows = RiskEvent.objects.visible_to(actor)
    return rows.select_related("subject__country", "subject__obligor__country", "correction", "corrects")


def found(
    actor: Actor, q: str = "", dimension: str = "", severity: str = "", country: str = "", section: str = ""
) -> QuerySet[RiskEvent]:
    """The timeline by the three dimensions. `country` finds events on it and on companies in it, `section` likewise."""
    rows = events(actor)
    if q.strip():
        rows = rows.filter(_words(q.strip()))
    if dimension:
        rows = rows.filter(subject__kind=dimension)
    if severity:
        rows = rows.filter(severity=severity)
    if country:
        rows = rows.filter(Q(subject__country=country) | Q(subject__obligor__country=country))
    if section:
        rows = rows.filter(Q(subject__section=section) | Q(subject__obligor__section=section))
    return rows


def _words(q: str) -> Q:
    """In titles, names, the code of a company and the number of the alarm."""
    looked = (
        "title_zh", "title_en", "subject__obligor__name", "subject__obligor__local_name", "subject__country__name_zh",
        "subject__country__name_en",
    )  # fmt: skip
    in_text = Q(number__iexact=q) | Q(subject__obligor__code__iexact=q)
    for name in looked:
        in_text |= Q(**{f"{name}__icontains": q})
    sections = [one.section for one in BY_SECTION.values() if q.casefold() in f"{one.name_zh} {one.name_en}".casefold()]
    return in_text | Q(subject__section__in=sections)


@dataclass(frozen=True)
class Followed:
    """One subject that a person follows: by their own choice, or because the firm deals with the company."""

    kind: str
    key: str
    name: str
    is_default: bool
    by_email: bool = True
    by_webhook: bool = True
    obligor_id: int | None = None

    @property
    def kind_label(self) -> Any:
        return Dimension(self.kind).label


@dataclass(frozen=True)
class Watch:
    """Everything a person follows, as rows and as a condition on events."""

    chosen: list[Subscription]
    obligors: list[Obligor]
    countries: list[Country]

    @property
    def of_events(self) -> Q:
        return (
            Q(subject__in=[row.subject_id for row in self.chosen])
            | Q(subject__obligor__in=self.obligors)
            | Q(subject__country__in=self.countries)
        )

    def rows(self) -> list[Followed]:
        """What was chosen first, then what follows by itself."""
        mine = [
            Followed(row.subject.kind, row.subject.key, row.subject.name, row.is_default, row.by_email, row.by_webhook,
                     row.subject.obligor_id)
            for row in self.chosen
        ]  # fmt: skip
        companies = [Followed(Dimension.COMPANY, row.code, row.name, True, obligor_id=row.pk) for row in self.obligors]
        return [*mine, *companies, *(Followed(Dimension.COUNTRY, row.code, row.name, True) for row in self.countries)]

    def follows(self, kind: str, key: str) -> bool:
        return any((row.kind, row.key) == (kind, key) for row in self.rows())


def watch_of(actor: Actor) -> Watch:
    """Rows of subscriptions, and beside them what the firm deals with as far as the person never touched it."""
    rows = Subscription.objects.visible_to(actor).select_related("subject__country", "subject__obligor")
    known = list(rows.order_by("-pk"))
    touched = {row.subject.obligor_id for row in known}
    touched_countries = {row.subject.country_id for row in known}
    partners = customers.partners_of(actor) if not actor.is_insurer else set()
    obligors = list(Obligor.objects.filter(pk__in=partners - touched).order_by("name", "pk"))
    homes = set(Obligor.objects.filter(pk__in=partners).order_by().values_list("country_id", flat=True))
    countries = list(Country.objects.filter(pk__in=homes - touched_countries))
    return Watch([row for row in known if row.is_followed], obligors, countries)


def is_followed(actor: Actor, obligor: Obligor) -> bool:
    row = Subscription.objects.visible_to(actor).filter(subject__obligor=obligor).first()
    if row is not None:
        return row.is_followed
    return not actor.is_insurer and obligor.pk in customers.partners_of(actor)


def unread(actor: Actor) -> QuerySet[Message]:
    """Alarms that reached the person and were not marked as read."""
    mine = messages_of(actor).filter(user=actor.user_id, kind__startswith="alarm.")
    return mine.filter(is_read=False)  # type: ignore[misc]


def unread_count(actor: Actor) -> int | None:
    return unread(actor)[:MOST_UNREAD].count() or None


def unread_among(actor: Actor, shown: Collection[RiskEvent]) -> set[int]:
    rows = unread(actor).filter(subject_id__in=[row.pk for row in shown])
    return set(rows.values_list("subject_id", flat=True))


def standing_on(actor: Actor, obligor: Obligor) -> QuerySet[RiskEvent]:
    """What is to be known of a company: alarms on it and on its country that nothing corrects, the newest first."""
    on = Q(subject__obligor=obligor) | Q(subject__country=obligor.country_id)
    return events(actor).filter(on, correction=None)


def warnings(actor: Actor, obligor_ids: Collection[int]) -> Iterable[Warning]:
    """我的客户: the newest alarm of the last three months on each company. What the light says is said by the light."""
    rows = (
        events(actor)
        .filter(correction=None, subject__obligor__in=obligor_ids, published_at__gte=clock.now() - WARNS_FOR)
        .exclude(severity=Severity.INFO)
        .exclude(kind=EventKind.LIGHT)
        .order_by("subject__obligor_id", "-published_at", "-pk")
        .distinct("subject__obligor_id")
    )
    for row in rows:
        url = reverse("credit_info:alarm-detail", args=[row.pk])
        pk = row.subject.obligor_id or 0
        yield Warning(pk, row.title, _("Read the alarm"), url, TONES[row.severity])


def follower_count(subject: RiskSubject) -> int:
    return Subscription.objects.filter(subject=subject, is_followed=True).count()
