"""Reads for the inbox, the list of clocks and the page that explains a date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.core.money import Money
from sinosure.core.workdays import CountedDay, Window
from sinosure.deadlines.counting import FIXED, in_words, window_of
from sinosure.deadlines.models import CalendarDraft, Deadline, DeadlineQuerySet, DeadlineState, DraftState
from sinosure.deadlines.registry import KINDS, DeadlineKind
from sinosure.reference import calendar
from sinosure.reference.models import CalendarYear
from sinosure.reference.services import rate_per_usd
from sinosure.ui.parts import Todo

COUNTED = 100_000
STILL_SHOWN = timedelta(days=90)  # how long a missed clock stays in the inbox


@dataclass(frozen=True)
class InboxRow:
    """One thing to do: what, by when, how much is at stake, and where."""

    deadline: Deadline
    title: str
    why: str
    verb: str
    url: str
    days_left: int
    at_risk: Money | None
    others: int = 0

    @property
    def todo(self) -> Todo:
        """As the `todo` component takes it."""
        money = self.at_risk
        return Todo(
            due_on=self.deadline.legal_due, title=self.title, why=self.why, url=self.url, verb=self.verb,
            amount=money.amount if money else None, currency=money.currency if money else "",
        )  # fmt: skip


def inbox(actor: Actor, limit: int = 20) -> list[InboxRow]:
    """What the actor's side must do next, by days left, then by money at risk. One row a buyer for clocks that share one."""
    rows = due_for(actor).order_by("legal_due", "id")[: limit * 5]
    found = [_row(group) for group in _grouped(rows)]
    found.sort(key=lambda row: (row.days_left, -_in_usd(row.at_risk), row.deadline.pk))
    return found[:limit]


def inbox_count(actor: Actor) -> int:
    """How many clocks run, at most 1,000."""
    return due_for(actor)[:1000].count()


def due_for(actor: Actor) -> QuerySet[Deadline]:
    """Running or recently missed clocks that the actor's side must meet."""
    today = clock.today()
    rows = Deadline.objects.owned_by(actor).unsettled().exclude(kind__in=_not_for(actor))
    rows = rows.filter(Q(state=DeadlineState.OPEN) | Q(legal_due__gte=today - STILL_SHOWN))
    waiting = [kind.name for kind in KINDS.values() if kind.waits_for_start]
    return rows.exclude(kind__in=waiting, starts_on__gte=today)


def _not_for(actor: Actor) -> list[str]:
    """Kinds that another duty at the insurer minds, and those nobody minds."""
    return [kind.name for kind in KINDS.values() if kind.is_quiet or not _minds(actor, kind)]


def _minds(actor: Actor, kind: DeadlineKind) -> bool:
    return kind.owner != "INSURER" or actor.is_system or bool(actor.roles & set(kind.roles))


def _grouped(rows: Iterable[Deadline]) -> Iterator[list[Deadline]]:
    """Clocks of one kind with the same `group` in their params stand in one row (one buyer = one notice)."""
    groups: dict[tuple[object, ...], list[Deadline]] = {}
    for row in rows:
        group = row.params.get("group")
        key = (row.kind, row.policyholder_id, group) if group is not None else (row.pk,)
        groups.setdefault(key, []).append(row)
    yield from groups.values()


def _row(rows: list[Deadline]) -> InboxRow:
    first = rows[0]
    kind = KINDS.get(first.kind)
    return InboxRow(
        deadline=first, title=title_of(first), why=_why(first, len(rows) - 1), verb=str(kind.verb) if kind else "",
        url=url_of(first), days_left=days_left(first), at_risk=_total(rows), others=len(rows) - 1,
    )  # fmt: skip


def title_of(deadline: Deadline) -> str:
    """What has to be done, in the reader's language; a label whose placeholders are not all known is shown as it is."""
    kind = KINDS.get(deadline.kind)
    return in_full(kind.label, deadline.params) if kind else deadline.kind


def in_full(text: Any, params: dict[str, Any]) -> str:
    try:
        return str(text) % params
    except (KeyError, TypeError, ValueError):
        return str(text)


def _why(deadline: Deadline, others: int) -> str:
    """What happens when it is missed, and what is special about the date."""
    kind = KINDS.get(deadline.kind)
    parts = [in_full(kind.consequence, deadline.params)] if kind else []
    if others:
        parts.insert(0, _("And %(count)s more of this buyer.") % {"count": others})
    if deadline.state == DeadlineState.MISSED:
        parts.insert(0, _("The last valid day has passed; do it now."))
    if deadline.provisional:
        parts.append(_("Provisional date: it could be %(day)s.") % {"day": deadline.earliest or deadline.legal_due})
    return " ".join(parts)


def url_of(deadline: Deadline) -> str:
    """Page of the subject; the explanation of the date where that page does not exist."""
    kind = KINDS.get(deadline.kind)
    if kind is not None:
        try:
            return reverse(kind.url_name, args=[deadline.subject_id])
        except NoReverseMatch:
            pass
    return reverse("deadlines:detail", args=[deadline.pk])


def days_left(deadline: Deadline) -> int:
    return (deadline.legal_due - clock.today()).days


def at_risk(deadline: Deadline) -> Money | None:
    return Money(deadline.amount_at_risk, deadline.currency) if deadline.amount_at_risk is not None else None


def _total(rows: list[Deadline]) -> Money | None:
    """The sum of those in the currency of the first; amounts in different currencies are never added."""
    same = [money for money in map(at_risk, rows) if money and money.currency == rows[0].currency]
    return sum(same[1:], same[0]) if same else None


def _in_usd(money: Money | None) -> Decimal:
    """For sorting only."""
    if money is None:
        return Decimal(0)
    try:
        return money.amount / rate_per_usd(money.currency, clock.today())
    except DomainError:
        return money.amount


def visible(actor: Actor) -> DeadlineQuerySet:
    """Clocks the actor may look at; of the insurer's people those whose duty is the business."""
    if actor.is_insurer and not actor.can("policies.view"):
        return Deadline.objects.none()
    return Deadline.objects.visible_to(actor)


def is_own(actor: Actor, deadline: Deadline) -> bool:
    """Whether the actor's side has to meet it."""
    return (deadline.owner == "INSURER") == actor.is_insurer


def sees_customers(actor: Actor) -> bool:
    return actor.is_insurer and actor.can("policies.view")


def listed(
    actor: Actor, scope: str, kind: str = "", due_from: date | None = None, due_until: date | None = None
) -> QuerySet[Deadline]:
    """The rows of one tab of the list, filtered."""
    rows = _in_scope(actor, scope)
    if kind:
        rows = rows.filter(kind=kind)
    if due_from:
        rows = rows.filter(legal_due__gte=due_from)
    return rows.filter(legal_due__lte=due_until) if due_until else rows


def _in_scope(actor: Actor, scope: str) -> QuerySet[Deadline]:
    if scope == "settled":
        return visible(actor).exclude(state=DeadlineState.OPEN).exclude(kind__in=_not_for(actor))
    if scope == "customers" and sees_customers(actor):
        running = visible(actor).filter(owner="POLICYHOLDER").unsettled()
        return running.filter(legal_due__gte=clock.today() - STILL_SHOWN)
    return due_for(actor)


def order_of(scope: str) -> tuple[str, ...]:
    return ("-legal_due", "-id") if scope == "settled" else ("legal_due", "id")


@dataclass(frozen=True)
class ListedRow:
    """A clock as the list shows it."""

    deadline: Deadline
    title: str
    detail_url: str
    url: str
    verb: str
    at_risk: Money | None
    left: str
    tone: str


def listed_row(deadline: Deadline) -> ListedRow:
    kind, (left, tone) = KINDS.get(deadline.kind), _left(deadline)
    return ListedRow(
        deadline=deadline, title=title_of(deadline), detail_url=reverse("deadlines:detail", args=[deadline.pk]),
        url=url_of(deadline), verb=str(kind.verb) if kind else "", at_risk=at_risk(deadline), left=left, tone=tone,
    )  # fmt: skip


def _left(deadline: Deadline) -> tuple[str, str]:
    """(how many days are left in words, tone) of a running clock."""
    if deadline.state != DeadlineState.OPEN:
        return "", ""
    days = days_left(deadline)
    if days < 1:
        return (_("today"), "red") if days == 0 else ("", "")
    tone = "red" if days <= 3 else "amber" if days <= 10 else "blue"
    return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}, tone


@dataclass(frozen=True)
class Explained:
    """Why a date is what it is."""

    deadline: Deadline
    kind: DeadlineKind | None
    window: Window | None
    days: list[CountedDay] = field(default_factory=list)
    history: list[tuple[Any, str]] = field(default_factory=list)


def explain(deadline: Deadline) -> Explained:
    """The day-by-day count as the calendar stands now, and what the clock did so far."""
    kind = KINDS.get(deadline.kind)
    window = None
    if kind is not None and kind.counting != FIXED:
        window = window_of(kind, deadline.starts_on, int(deadline.params.get("length") or kind.length))
    days = [CountedDay(day.date, day.counts, in_words(day.why)) for day in window.days] if window else []
    return Explained(deadline, kind, window, days, list(_history(deadline)))


def _history(deadline: Deadline) -> Iterator[tuple[Any, str]]:
    for event in deadline.events.order_by("at", "id"):
        yield event.at, _event_in_words(event.key, event.detail)


def _event_in_words(key: str, detail: dict[str, Any]) -> str:
    if key.startswith("reminder:"):
        return _("Reminder sent")
    if key.startswith("recount:"):
        old, new = detail["from"]["legal"], detail["to"]["legal"]
        return _("Counted again on a newly loaded calendar: %(old)s became %(new)s") % {"old": old, "new": new}
    if key == "due":
        return _("The last valid day passed")
    return str(DeadlineState(key).label) if key in DeadlineState.values else key


def calendar_years() -> list[CalendarYear]:
    return list(CalendarYear.objects.order_by("-year"))


def year_to_load() -> int:
    """The year after the last official one."""
    until = calendar.official_until()
    return (until.year if until else clock.today().year) + 1


def drafts() -> QuerySet[CalendarDraft]:
    return CalendarDraft.objects.select_related("proposed_by", "settled_by")


def waiting_drafts() -> QuerySet[CalendarDraft]:
    return drafts().filter(state=DraftState.PROPOSED).order_by("year")


@dataclass(frozen=True)
class CalendarAlarm:
    """The official working days run out soon."""

    until: date
    days: int

    @property
    def text(self) -> str:
        named = {"until": self.until, "days": self.days, "year": self.until.year + 1}
        return _(
            "The official working calendar ends on %(until)s, in %(days)s days. Load the notice for %(year)s: until then "
            "dates in %(year)s are provisional and fall due for nobody."
        ) % named  # fmt: skip


def calendar_alarm(actor: Actor) -> CalendarAlarm | None:
    """For the insurer's staff, from 60 days before the data runs out."""
    if not actor.is_insurer:
        return None
    left, until = calendar.days_until_gap(clock.today()), calendar.official_until()
    return CalendarAlarm(until, left) if left is not None and until is not None else None


def due_now() -> tuple[int, datetime | None]:
    """Clocks whose moment has come and that the sweep has not yet taken, and since when the first of them waits."""
    due = Deadline.objects.filter(state=DeadlineState.OPEN, next_fire_at__lte=clock.now()).order_by("next_fire_at")
    first = due.first()
    return due[:COUNTED].count(), first.next_fire_at if first else None
