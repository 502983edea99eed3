"""Reads of 信保贷: products on sale, lines with their use, invoices that a line may be drawn on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

from django.db.models import F, QuerySet, Sum

from declarations.models import Shipment
from financing import selectors as financing
from financing.microloan.lifecycle import OPEN
from financing.microloan.scorecard import ZERO
from financing.models import ACTIVE_LOAN, CreditLine, CreditProduct, CreditState, DataAuthorisation, ProductTerms
from policies.models import Policy, PolicyState, Product
from sinosure.accounts.actor import Actor
from sinosure.accounts.roles import Kind, Role
from sinosure.core import clock


def products() -> QuerySet[CreditProduct]:
    """The version in force of each product, by bank."""
    rows = CreditProduct.objects.filter(valid_from__lte=clock.today()).select_related("bank")
    newest = rows.order_by("code", "-version").distinct("code").values("pk")
    return rows.filter(pk__in=newest).order_by("bank__name_zh", "code")


def terms_of(product: CreditProduct, grade: str) -> ProductTerms | None:
    return ProductTerms.objects.filter(product=product, grade=grade).first()


def policy_of(actor: Actor) -> Policy | None:
    """The micro policy in force on which the actor's firm may borrow."""
    rows = Policy.objects.held_by(actor).filter(policyholder=actor.organisation_id, product=Product.MICRO)
    rows = rows.filter(state=PolicyState.IN_FORCE, ends_on__gte=clock.today())
    return rows.select_related("policyholder", "wording").order_by("-starts_on").first()


def lines(actor: Actor) -> QuerySet[CreditLine]:
    rows = CreditLine.objects.visible_to(actor)
    return rows.select_related("policyholder", "bank", "policy", "product", "agreement")


def listed(actor: Actor, q: str = "", state: str = "") -> QuerySet[CreditLine]:
    """`q` the number of a line or a firm's name."""
    rows = lines(actor)
    if q:
        rows = rows.filter(number__iexact=q.strip()) | rows.filter(policyholder__name_zh__icontains=q.strip())
    return rows.filter(state=state) if state else rows


def open_line(actor: Actor) -> CreditLine | None:
    """The one that the firm has under way; an offer that lapsed and a line that ended are not."""
    rows = lines(actor).filter(policyholder=actor.organisation_id, state__in=OPEN).order_by("-id")
    return next((row for row in rows if row.shown_state in OPEN), None)


def to_do(actor: Actor) -> QuerySet[CreditLine]:
    """What waits for the actor's side."""
    states = [S for capability, S in _WAITS if actor.can(capability)]
    return lines(actor).filter(state__in=states).order_by("id")


_WAITS = (
    ("financing.lend", CreditState.REFERRED),
    ("financing.sign_bank", CreditState.SIGNED),
    ("financing.sign_exporter", CreditState.OFFERED),
)


def standing_authorisation(line: CreditLine) -> DataAuthorisation | None:
    """The authorisation that holds today."""
    today = clock.today()
    rows = line.authorisations.filter(revoked_at=None, valid_from__lte=today, valid_until__gte=today)
    found: DataAuthorisation | None = rows.first()
    return found


def may_read_data(line: CreditLine, actor: Actor) -> bool:
    """The exporter and the insurer always; the bank while the authorisation stands."""
    return not actor.is_bank or standing_authorisation(line) is not None


@dataclass(frozen=True)
class Use:
    """How much of a line is drawn and not repaid, in its currency."""

    drawn: Decimal
    left: Decimal


def use_of(line: CreditLine) -> Use:
    """A repaid part of a loan frees the same part of its drawdown."""
    share = (F("loan__principal") - F("loan__repaid")) / F("loan__principal")
    rows = line.drawdowns.filter(loan__state__in=ACTIVE_LOAN)
    total = rows.aggregate(total=Sum(F("amount") * share))["total"] or ZERO
    drawn = total.quantize(Decimal("0.01"), ROUND_UP)
    return Use(drawn, max(ZERO, line.amount - drawn))


def bank_desk(line: CreditLine, actor: Actor) -> Actor:
    """The bank's automatic desk, on which the exporter draws a line that the bank has signed.

    It has the duty to lend and nothing more; the person behind it stays named, and is the one whose refusals are counted.
    """
    name = f"{actor.name} · {line.number}"
    return Actor(actor.user_id, name, line.bank_id, Kind.BANK, {Role.BANK_OFFICER: 1})


def drawable(line: CreditLine, actor: Actor) -> QuerySet[Shipment]:
    """Registered, covered and open invoices that left since the assignment took effect, without a loan."""
    rows = financing.financeable(bank_desk(line, actor)).filter(policy=line.policy_id)
    return rows.filter(due_on__gte=clock.today()).order_by("due_on", "id")
