"""File a claim directly (AMB-6): debtor and invoices are registered with it, the simplified path may be chosen (CLM-10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims import filing
from claims.models import Claim, ClaimState, CoveredRisk
from claims.moving import write
from credit_info import services as obligors
from credit_info.models import Light, Obligor
from declarations import services as declarations
from declarations.line import LC_TERMS, Line
from declarations.models import Shipment
from policies.micro.selectors import claimable, cover_of
from policies.models import Policy
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.core.money import Money
from sinosure.core.parsing import canonical_invoice_no

ZERO = Decimal(0)


@dataclass(frozen=True)
class Debtor:
    """Who owes: the buyer, under a letter of credit the issuing bank with its BIC. `confirmed_new`: not one that is known."""

    name: str
    country: str
    bic: str = ""
    confirmed_new: bool = False


@dataclass(frozen=True)
class Unpaid:
    """One unpaid invoice, amounts in its currency; `received` is what was paid on it so far."""

    invoice_no: str
    amount: Decimal
    currency: str
    shipped_on: date
    due_on: date
    term: str = "OA"
    received: Decimal = ZERO
    transport_no: str = ""
    customs_no: str = ""
    lc_no: str = ""


@dataclass(frozen=True)
class Request:
    """The claim as it is filed. `unshipped_orders` in policy currency; `is_disputed`: the buyer disputes the debt."""

    policy_id: int
    debtor: Debtor
    invoices: tuple[Unpaid, ...]
    cause: str
    occurred_on: date
    statement: str
    simplified: bool = False
    is_disputed: bool = False
    unshipped_orders: Decimal = ZERO
    lc_documents_complied: bool | None = None


@transaction.atomic
def file_directly(*, actor: Actor, request: Request) -> Claim:
    """Register debtor and invoices, draw up the claim and file it, all or nothing.

    Raises `possible_duplicate` (until confirmed), `no_lines`, `not_bought`, `simplified_…`, and what a declaration refuses.
    """
    if not (actor.is_exporter and actor.can("claims.file")):
        raise NotAllowed()
    policy = _policy(actor, request.policy_id)
    if not request.invoices:
        raise DomainError("no_lines", _("Enter at least one unpaid invoice."), field="invoice_no")
    if request.occurred_on > clock.today():
        raise DomainError("date_in_future", _("The day cannot lie in the future."), field="occurred_on")
    debtor = _debtor(actor, request.debtor)
    shipments = [_registered(actor, policy, debtor, invoice) for invoice in request.invoices]
    claim = _draft(actor, policy, debtor, request, shipments)
    if request.simplified:
        _simplify(actor, claim, request)
    filed: Claim = filing.file(actor=actor, claim_id=claim.pk)
    return filed


def _policy(actor: Actor, policy_id: int) -> Policy:
    policy = claimable(actor).filter(pk=policy_id).first()
    if policy is None:
        message = _("A direct claim needs a micro policy that was in force at shipment.")
        raise DomainError("no_direct_claim", message, field="policy")
    return policy


def _debtor(actor: Actor, debtor: Debtor) -> Obligor:
    """The one that this exporter means: known by BIC, by exactly this name in this country, or added."""
    if debtor.bic:
        return obligors.add_bank(actor=actor, name=debtor.name, country=debtor.country, bic=debtor.bic)
    return obligors.buyer_named(
        actor=actor, name=debtor.name, country=debtor.country, confirmed_new=debtor.confirmed_new
    )


def _registered(actor: Actor, policy: Policy, debtor: Obligor, invoice: Unpaid) -> Shipment:
    """The invoice as a receivable of the policy; one that was registered before is used as it is."""
    key = canonical_invoice_no(invoice.invoice_no).value
    known = Shipment.objects.live().filter(policy=policy, obligor=debtor, invoice_key=key).first()
    if known is not None:
        return known
    shipment = declarations.declare(actor=actor, policy_id=policy.pk, line=_line(debtor, invoice))
    if invoice.received:
        declarations.record_receipt(
            actor=actor, obligor_id=debtor.pk, amount=invoice.received, currency=invoice.currency,
            received_on=clock.today(), reference=f"{shipment.declaration_no}-PAID", invoice_no=invoice.invoice_no,
        )  # fmt: skip
    shipment.refresh_from_db()
    return shipment


def _line(debtor: Obligor, invoice: Unpaid) -> Line:
    if invoice.received >= invoice.amount:
        message = _("The invoice is paid in full. There is nothing to claim on it.")
        raise DomainError("nothing_open", message, field="received")
    return Line(
        obligor_id=debtor.pk, term=invoice.term, credit_days=max(0, (invoice.due_on - invoice.shipped_on).days),
        invoice_no=invoice.invoice_no, shipped_on=invoice.shipped_on, due_on=invoice.due_on, amount=invoice.amount,
        currency=invoice.currency, destination=debtor.country_id, transport_no=invoice.transport_no,
        customs_no=invoice.customs_no, lc_no=invoice.lc_no if invoice.term in LC_TERMS else "",
    )  # fmt: skip


def _draft(actor: Actor, policy: Policy, debtor: Obligor, request: Request, shipments: list[Shipment]) -> Claim:
    claim = filing.draft(
        actor, policy, debtor, filing.notice_of(policy, debtor), request.cause, request.occurred_on, shipments
    )
    if claim.state != ClaimState.DRAFT:
        message = _("Claim %(number)s on this buyer is open already. Write to your officer there.")
        raise DomainError("claim_open", message, field="name", status=409, number=claim.number)
    filing.update(
        actor=actor, claim_id=claim.pk, cause=request.cause, occurred_on=request.occurred_on,
        statement=request.statement, shipment_ids=[row.pk for row in shipments],
        lc_documents_complied=request.lc_documents_complied,
    )  # fmt: skip
    claim.refresh_from_db()
    if request.unshipped_orders:
        cover = cover_of(policy)
        if cover is None or not cover.covers_unshipped:
            message = _("Your policy does not include unshipped orders. Leave this empty.")
            raise DomainError("not_bought", message, field="unshipped_orders")
        write(claim, unshipped_orders=request.unshipped_orders)
    return claim


def _simplify(actor: Actor, claim: Claim, request: Request) -> None:
    """简易理赔: small, undisputed, no red light. Declining the path costs nothing."""
    ceiling = claim.policy.wording.named.number("simplified_claim_up_to")
    for stands, code, message in _against(claim, request, ceiling):
        if stands:
            raise DomainError(code, message, field="simplified", ceiling=str(Money(ceiling, claim.currency)))
    write(claim, simplified_up_to=ceiling)
    filing.write_checklist(claim)
    audit.record(actor, "claim.simplified", claim, detail={"up_to": ceiling})


def _against(claim: Claim, request: Request, ceiling: Decimal) -> list[tuple[bool, str, object]]:
    return [
        (not ceiling, "simplified_not_offered", _("This policy has no simplified path. File on the standard path.")),
        (claim.claimed > ceiling, "simplified_too_large",
         _("The simplified path takes claims of up to %(ceiling)s. File on the standard path.")),
        (request.is_disputed, "simplified_disputed",
         _("A disputed debt cannot take the simplified path. File on the standard path.")),
        (claim.obligor.light == Light.RED, "simplified_red_light",
         _("The buyer's credit light is red. File on the standard path.")),
        (CoveredRisk(claim.cause) == CoveredRisk.BANK_DEFAULT and not request.lc_documents_complied,
         "simplified_discrepant", _("The documents under the L/C did not comply. File on the standard path.")),
    ]  # fmt: skip
