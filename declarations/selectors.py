"""Reads of shipments, receipts and premium for pages, lists, files and the API."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, DateField, ExpressionWrapper, F, Min, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from credit_info.models import Obligor, ObligorKind
from declarations.ageing import Bucket, bucket, days_overdue
from declarations.line import LC_TERMS
from declarations.models import (
    CoverReason,
    DeclarationPeriod,
    ImportBatch,
    ImportRow,
    LineState,
    NoticeState,
    PremiumNotice,
    Receipt,
    RowError,
    Shipment,
    ShipmentQuerySet,
    TurnoverStatement,
)
from declarations.models.uploads import IN_WORK
from limits.models import CreditLimit
from policies.models import Policy, PolicyState
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation
from sinosure.accounts.roles import Kind
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.core.money import Money, round_money
from sinosure.core.parsing import canonical_invoice_no
from sinosure.reference.services import rate_per_usd

DECLARING = (PolicyState.IN_FORCE, PolicyState.SUSPENDED, PolicyState.EXPIRED)
HELD = (LineState.LATE_REVIEW, LineState.ON_HOLD)
UNDONE = (LineState.REVERSED, LineState.REFUSED)
MOST_OVERDUE = 500


def shipments(actor: Actor) -> ShipmentQuerySet:
    """What the actor may see, with what a list shows."""
    rows: ShipmentQuerySet = Shipment.objects.visible_to(actor)
    return rows.select_related("obligor", "policyholder")


def listed(
    actor: Actor, *, q: str = "", month: date | None = None, buyer: Obligor | None = None, state: str = "",
    cover: str = "", batch: int | None = None,
) -> ShipmentQuerySet:  # fmt: skip
    """The list with its filters. `q` is an invoice number or the number of a line."""
    rows = shipments(actor)
    if q:
        rows = rows.filter(_called(q))
    if month:
        rows = rows.filter(shipped_on__gte=month, shipped_on__lt=next_month(month))
    if buyer is not None:
        rows = rows.filter(obligor=buyer)
    if state:
        rows = rows.filter(state=state)
    if batch:
        rows = rows.filter(batch=batch, pk__range=_ids_of(batch))
    return rows.with_cover(cover)


def _ids_of(batch_id: int) -> tuple[int, int]:
    """First and last line of a file; they were numbered in one go."""
    shown = ImportBatch.objects.filter(pk=batch_id).values_list("preview", flat=True).first() or {}
    return shown.get("first_id", 0), shown.get("last_id", 0)


def _called(q: str) -> Q:
    """By invoice or line number; each part has an index of its own, an OR over them would read the whole list."""
    try:
        named = Q(invoice_key=canonical_invoice_no(q).value)
    except DomainError:
        return Q(pk__in=[])
    undone = Q(state__in=UNDONE)
    parts = (named & ~undone, named & undone, Q(declaration_no=q.strip().upper()))
    found = [Shipment.objects.filter(part).values("pk") for part in parts]
    return Q(pk__in=found[0].union(*found[1:]))


def next_month(month: date) -> date:
    """The first day of the month after."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def recent_months(count: int = 18) -> list[date]:
    """The first days of this month and those before it."""
    months = [clock.today().replace(day=1)]
    while len(months) < count:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months


def declaring_policies(actor: Actor) -> QuerySet[Policy]:
    """Policies under which the actor may declare, or register where no declaration is due, the newest first."""
    rows = Policy.objects.held_by(actor).select_related("wording")
    return rows.filter(state__in=DECLARING).order_by("-starts_on", "-id")


def uploading_policies(actor: Actor) -> QuerySet[Policy]:
    """Those whose exports are declared, where a file is worth its while."""
    return declaring_policies(actor).that("requires_declaration")  # type: ignore[attr-defined, no-any-return]


def own_obligors(actor: Actor) -> QuerySet[Obligor]:
    """Buyers and banks on which the actor's organisation has, or asked for, a limit."""
    limits = CreditLimit.objects.visible_to(actor).filter(policyholder=actor.organisation_id)
    return Obligor.objects.visible_to(actor).filter(pk__in=limits.values("obligor")).select_related("country")


def can_owe(obligor: Obligor, term: str) -> bool:
    """Under an L/C the bank owes, otherwise the buyer."""
    return (obligor.kind == ObligorKind.BANK) == (term in LC_TERMS)


@dataclass(frozen=True)
class WaterfallRow:
    """One open shipment under a limit, in shipment order: what it covers, and the running total."""

    shipment: Shipment
    exposure: Decimal
    covered: Decimal
    total: Decimal
    is_this: bool


def waterfall(actor: Actor, shipment: Shipment, most: int = 30) -> list[WaterfallRow]:
    """The open shipments under the same limit, oldest first, up to this one; the last `most` of them. Empty once it is paid."""
    if shipment.limit_id is None or not shipment.open_amount:
        return []
    rows = Shipment.objects.visible_to(actor).filter(
        limit=shipment.limit_id, policyholder=shipment.policyholder_id, state=LineState.BOOKED, open_amount__gt=0
    )
    upto = rows.filter(Q(shipped_on__lt=shipment.shipped_on) | Q(shipped_on=shipment.shipped_on, pk__lte=shipment.pk))
    total = upto.aggregate(total=Sum("covered"))["total"] or Decimal(0)
    found = []
    for row in upto.select_related("policy").order_by(_LATEST, "-id")[:most]:
        found.append(WaterfallRow(row, exposure_of(row), row.covered, total, row.pk == shipment.pk))
        total -= row.covered
    return found[::-1]


# the same day as an expression: sorted from the open rows, instead of a walk through the whole list in the order of its index
_LATEST = ExpressionWrapper(F("shipped_on") + 0, output_field=DateField()).desc()


def exposure_of(shipment: Shipment) -> Decimal:
    """What is open, in policy currency at the rate of its declaration."""
    return round_money(shipment.open_amount / shipment.fx, shipment.policy.currency)


def held(actor: Actor) -> ShipmentQuerySet:
    """Lines that wait for an officer, the oldest first."""
    return shipments(actor).filter(state__in=HELD).order_by("declared_at", "id")


def held_count(actor: Actor) -> int | None:
    """For the navigation of those who decide on them."""
    if not (actor.is_insurer and actor.can("declarations.review")):
        return None
    return held(actor).order_by()[:1000].count()


def receipts(actor: Actor) -> QuerySet[Receipt]:
    return Receipt.objects.visible_to(actor).select_related("obligor", "policyholder")


def notices(actor: Actor) -> QuerySet[PremiumNotice]:
    return PremiumNotice.objects.visible_to(actor).select_related("policy", "policyholder")


def open_notice_count(actor: Actor) -> int | None:
    rows = notices(actor).filter(state__in=[NoticeState.ISSUED, NoticeState.PART_PAID])
    return rows.order_by()[:1000].count() or None


def statements(actor: Actor) -> QuerySet[TurnoverStatement]:
    """Year-end adjustments with what their pages show."""
    rows = TurnoverStatement.objects.visible_to(actor)
    return rows.select_related("policy__wording", "policyholder", "schedule", "notice", "stated_by")


def periods(actor: Actor) -> QuerySet[DeclarationPeriod]:
    """The months that have begun."""
    rows = DeclarationPeriod.objects.visible_to(actor).filter(month__lte=clock.today())
    return rows.select_related("policy", "policyholder")


@dataclass(frozen=True)
class Sums:
    """Lines of a month: how many, and what they come to in policy currency."""

    lines: int
    value: Decimal
    covered: Decimal
    premium: Decimal


def sums_of(rows: QuerySet[Shipment]) -> Sums:
    found = rows.aggregate(n=Count("id"), value=Sum("policy_amount"), covered=Sum("covered"), premium=Sum("premium"))
    zero = Decimal(0)
    return Sums(found["n"], found["value"] or zero, found["covered"] or zero, found["premium"] or zero)


@dataclass(frozen=True)
class OverdueBuyer:
    """What one buyer owes late in one currency, by bucket."""

    obligor_id: int
    buyer: str
    country: str
    policy_id: int
    policyholder: str
    currency: str
    by_bucket: dict[Bucket, Decimal]
    invoices: int
    days: int
    oldest_due: date

    @property
    def total(self) -> Decimal:
        return sum(self.by_bucket.values(), Decimal(0))

    @property
    def buckets(self) -> list[tuple[Bucket, Decimal]]:
        return [(name, self.by_bucket.get(name, Decimal(0))) for name in LATE]


LATE = (Bucket.D1_30, Bucket.D31_60, Bucket.D61_90, Bucket.OVER_90)


def overdue(actor: Actor) -> ShipmentQuerySet:
    """Open invoices after their due date, the oldest first."""
    return shipments(actor).overdue(clock.today()).order_by("due_on", "id")


def overdue_by_buyer(actor: Actor) -> list[OverdueBuyer]:
    """The ageing list, the largest delay first; grouped in the database, so that its length does not matter."""
    today = clock.today()
    groups = (
        Shipment.objects.visible_to(actor)
        .overdue(today)
        .values("obligor", "obligor__name", "obligor__country", "policy", "policyholder__name_zh", "currency", "due_on")
        .annotate(open=Sum("open_amount"), n=Count("id"))
        .order_by("due_on")
    )
    found: dict[tuple[int, int, str], list[dict[str, Any]]] = {}
    for group in groups:
        found.setdefault((group["policy"], group["obligor"], group["currency"]), []).append(group)
    rows = [_overdue_buyer(same, today) for same in found.values()]
    return sorted(rows, key=lambda row: (-row.days, row.buyer))[:MOST_OVERDUE]


def notice_optional(actor: Actor) -> frozenset[int]:
    """The actor's own policies under which a claim needs no loss notice and nothing must be declared (AMB-1)."""
    return frozenset(row.pk for row in declaring_policies(actor) if row.wording.named.is_notice_optional)


def _overdue_buyer(groups: Sequence[dict[str, Any]], today: date) -> OverdueBuyer:
    first, by_bucket = groups[0], dict.fromkeys(LATE, Decimal(0))
    for group in groups:
        by_bucket[bucket(group["due_on"], today)] += group["open"]
    return OverdueBuyer(
        first["obligor"], first["obligor__name"], first["obligor__country"], first["policy"],
        first["policyholder__name_zh"], first["currency"], by_bucket, sum(group["n"] for group in groups),
        days_overdue(first["due_on"], today), first["due_on"],
    )  # fmt: skip


def ageing_in_usd(rows: Iterable[OverdueBuyer]) -> dict[Bucket, Decimal]:
    """For the chart: all currencies at today's rates, in thousand dollars with one decimal."""
    today, sums = clock.today(), dict.fromkeys(LATE, Decimal(0))
    for row in rows:
        rate = rate_per_usd(row.currency, today)
        for name, amount in row.by_bucket.items():
            sums[name] += amount / rate
    return {name: (total / 1000).quantize(Decimal("0.1")) for name, total in sums.items()}


STATISTICS = {
    "month": ("month",),
    "country": ("obligor__country", "obligor__country__name_zh", "obligor__country__name_en"),
    "buyer": ("obligor", "obligor__code", "obligor__name"),
    "term": ("term",),
}


def statistics(actor: Actor, by: str, first: date, last: date) -> QuerySet[Any]:
    """DEC-7: booked lines shipped from `first` to `last`, grouped, in policy currency."""
    rows = Shipment.objects.visible_to(actor).filter(state=LineState.BOOKED, shipped_on__range=(first, last))
    if by == "month":
        rows = rows.annotate(month=TruncMonth("shipped_on"))
    grouped = rows.values(*STATISTICS[by], "policy__currency").annotate(
        lines=Count("id"), value=Sum("policy_amount"), covered=Sum("covered"), premium=Sum("premium")
    )
    return grouped.order_by("month" if by == "month" else "-value")


def batches(actor: Actor) -> QuerySet[ImportBatch]:
    return ImportBatch.objects.visible_to(actor).select_related("policy", "uploaded_by")


def faults_of(batch: ImportBatch) -> QuerySet[RowError]:
    """What is wrong in a file that the actor was shown to see, row by row."""
    return RowError.objects.filter(batch=batch)


def row_of(batch: ImportBatch, row_no: int) -> ImportRow | None:
    return ImportRow.objects.filter(batch_id=batch.pk, row_no=row_no).first()


def bad_rows(batch: ImportBatch) -> QuerySet[ImportRow]:
    """The rows with a fault, in order."""
    return ImportRow.objects.filter(batch_id=batch.pk, row_no__in=faults_of(batch).values("row_no")).order_by("row_no")


def obligor_by_code(code: str) -> Obligor | None:
    """The register is open to everybody who is signed in."""
    return Obligor.objects.filter(code=code.upper()).select_related("country").first()


def banks() -> QuerySet[Organisation]:
    """Banks that can finance a shipment."""
    return Organisation.objects.filter(kind=Kind.BANK).order_by("code")


def first_of(text: str) -> date:
    """2026-11 as the first day of the month."""
    return date.fromisoformat(f"{text}-01")


def nothing(model: Any) -> QuerySet[Any]:
    """An empty query, where only the kind of rows matters."""
    return model.objects.none()


def shown_hold(actor: Actor, shipment: Shipment) -> str:
    """Why a line is held; a paper used by another insured is never named to the insured (DEC-2)."""
    return shipment.hold_reason if actor.is_insurer else ""


def uncovered_words(shipment: Shipment) -> Any:
    return CoverReason(shipment.cover_reason).label if shipment.cover_reason else ""


def open_money(shipment: Shipment) -> Money:
    return Money(shipment.open_amount, shipment.currency)


def files_in_work() -> tuple[int, datetime | None]:
    """Files that are being checked or booked, of all customers, and when the first of them was sent."""
    rows = ImportBatch.objects.filter(state__in=IN_WORK)
    return rows.count(), rows.aggregate(first=Min("uploaded_at"))["first"]
