"""What the pages show beside the columns: buttons, rail, papers, history, tiles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from financing import letters, scopes, selectors
from financing.cockpit import LoanRow
from financing.lifecycle import AGREEMENT
from financing.models import DRAWN_LOAN, Agreement, AgreementTerms, Loan
from financing.models import AgreementState as S
from sinosure.accounts.actor import Actor
from sinosure.accounts.selectors import branches
from sinosure.audit.models import AuditEntry
from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.documents.models import Document, Signature
from sinosure.reference.services import rate_per_usd
from sinosure.ui.actions import Button
from sinosure.ui.actions import buttons as move_buttons
from sinosure.ui.parts import RailStep, Tab, Tile

PARTIES = {"EXPORTER": _("Exporter"), "BANK": _("Bank"), "INSURER": _("Insurer")}
_REACHED = {
    S.DRAFT: 0,
    S.SIGNED_BY_EXPORTER: 1,
    S.SIGNED_BY_BANK: 2,
    S.ACTIVE: 4,
    S.AMENDING: 4,
    S.RELEASED: 5,
    S.EXPIRED: 5,
}


def tabs(here: str, actor: Actor) -> list[Tab]:
    found = [
        Tab(_("Overview"), reverse("financing:list"), here == "list"),
        Tab(_("Agreements"), reverse("financing:agreement-list"), here == "agreements"),
        Tab(_("Loans"), reverse("financing:loan-list"), here == "loans"),
    ]
    found.insert(2, Tab(_("Notices of cover"), reverse("financing:notice-list"), here == "notices"))
    found.append(Tab(_("Authorisations"), reverse("financing:authorisation-list"), here == "authorisations"))
    found.append(Tab(_("Micro credit"), reverse("financing:credit-line-list"), here == "credit"))
    if actor.can("schemes.view"):
        found.append(Tab(_("Regional schemes"), reverse("financing:scheme-list"), here == "schemes"))
    if actor.can("financing.book"):
        found.append(Tab(_("Ledger"), reverse("financing:book"), here == "book"))
    return found


def buttons(agreement: Agreement, actor: Actor) -> list[Button]:
    moves = [
        one for one in AGREEMENT.available(agreement, actor) if one.action != "move_branch" or _has_branches(agreement)
    ]
    ask = {move.action for move in moves}
    return move_buttons(moves, "financing:agreement-{action}", agreement.pk, ask=ask)


def _has_branches(agreement: Agreement) -> bool:
    return branches(agreement.bank_id).exists()


def rail(agreement: Agreement, signatures: Iterable[Signature]) -> list[RailStep]:
    """Draft, three signatures, in force; an ended agreement says how it ended."""
    at = {one.party: one.signed_at for one in signatures} if agreement.state != S.DRAFT else {}
    reached = _REACHED[S(agreement.state)]
    steps: list[tuple[Any, Any, Any]] = [
        (_("Exporter signs"), PARTIES["EXPORTER"], at.get("EXPORTER")),
        (_("Bank signs"), PARTIES["BANK"], at.get("BANK")),
        (_("Insurer signs"), PARTIES["INSURER"], at.get("INSURER")),
        (_("In force"), "", agreement.active_from),
    ]
    found = [_step(place, reached, *step) for place, step in enumerate(steps)]
    if reached == 5:
        found.append(RailStep(agreement.get_state_display(), "now", on=agreement.active_until))
    return found


def _step(place: int, reached: int, label: Any, who: Any, on: Any) -> RailStep:
    if place < reached:
        return RailStep(label, "done", on=on)
    return RailStep(label, "now", who=who, on=on) if place == reached else RailStep(label, "next")


def sentence(agreement: Agreement) -> tuple[str, Any] | None:
    """What the reader should know first, as (tone, sentence)."""
    named = {"bank": agreement.bank.name, "day": agreement.active_from, "until": agreement.active_until}
    found: dict[str, tuple[str, Any]] = {
        S.DRAFT: ("blue", _("A draft: check bank and account, then the signer signs.")),
        S.SIGNED_BY_EXPORTER: ("amber", _("The bank's approver signs next.")),
        S.SIGNED_BY_BANK: ("amber", _("The insurer signs last. Then the agreement is in force.")),
        S.ACTIVE: ("green", _("Indemnities for shipments from %(day)s on go to %(bank)s.")),
        S.AMENDING: (
            "amber",
            _("In force; another version of its terms is on its way. Until all three have signed, this one binds."),
        ),
        S.RELEASED: ("grey", _("Released. Shipments up to %(until)s stay bound.")),
        S.EXPIRED: (
            "grey",
            _("Ended on %(until)s. Shipments up to that day stay bound.")
            if agreement.active_until
            else _("Ended unsigned."),
        ),
    }
    tone, text = found[agreement.state]
    return tone, text % named


def with_branch(row: Agreement | Loan) -> str:
    return f"{row.bank.name} · {row.branch.name}" if row.branch else row.bank.name


def _rate(rate_pct: Decimal) -> str:
    """4.350000 as 4.35."""
    return f"{rate_pct.normalize():f}"


def agreement_facts(agreement: Agreement) -> list[tuple[Any, Any]]:
    return [
        (_("Policy"), str(agreement.policy)),
        (_("Exporter"), agreement.policyholder.name),
        (_("Bank"), with_branch(agreement)),
        (_("What is assigned"), agreement.get_kind_display()),
        (_("Scope"), scopes.in_words(agreement)),
        (_("The bank may notify losses itself"), _("Yes") if agreement.gives_claim_rights else _("No")),
        *([(_("Financing contract"), agreement.contract_no)] if agreement.contract_no else []),
        *([(_("Rate a year, %"), _rate(agreement.rate_pct))] if agreement.rate_pct is not None else []),
        (_("Account holder"), agreement.account_name),
        (_("Account kept at"), agreement.account_bank),
        (_("Account number"), agreement.account_no),
        *([(_("In force from"), agreement.active_from)] if agreement.active_from else []),
        *([(_("Agreed last day"), agreement.ends_on)] if agreement.ends_on and not agreement.active_until else []),
        *([(_("Last day"), agreement.active_until)] if agreement.active_until else []),
    ]


def documents(row: Agreement | AgreementTerms, actor: Actor) -> QuerySet[Document]:
    return Document.objects.visible_to(actor).of(row).order_by("-id")


def signatures(row: Agreement | AgreementTerms, actor: Actor) -> list[Signature]:
    """Those on the latest text; earlier texts were sent back."""
    latest = documents(row, actor).filter(kind__in=letters.PAPERS.values()).values("pk")[:1]
    rows = Signature.objects.visible_to(actor).of(row).filter(document__in=latest)
    return list(rows.select_related("signer").order_by("id"))


def signed_by(rows: Iterable[Signature]) -> list[tuple[Any, Signature]]:
    return [(PARTIES.get(one.party, one.party), one) for one in rows]


@dataclass(frozen=True)
class Event:
    """One line of the history; each side sees the names of its own people."""

    text: Any
    who: Any
    at: datetime
    note: str = ""


EVENTS: dict[str, Any] = {
    "agreement.draft": _("Draft begun"),
    "agreement.edit": _("Draft edited"),
    "agreement.sign_exporter": _("Signed by the exporter"),
    "agreement.sign_bank": _("Signed by the bank"),
    "agreement.sign_insurer": _("Signed by the insurer, in force"),
    "agreement.withdraw": _("Signature taken back by the exporter"),
    "agreement.return_bank": _("Sent back by the bank"),
    "agreement.return_insurer": _("Sent back by the insurer"),
    "agreement.contract": _("Financing contract recorded by the bank"),
    "agreement.release": _("Released by the bank"),
    "agreement.move_branch": _("Moved to another branch of the bank"),
    "agreement.amend": _("Amendment proposed"),
    "agreement.amended": _("Amendment in force"),
    "agreement.keep": _("Amendment dropped"),
    "agreement.expire": _("Ended"),
}


def history(agreement: Agreement, actor: Actor) -> list[Event]:
    """The trail, newest first."""
    rows = AuditEntry.objects.filter(
        subject_type=agreement._meta.label_lower, subject_id=agreement.pk, action__in=EVENTS
    )
    return [_event(row, actor) for row in rows.order_by("-id")[:40]]


def _event(row: AuditEntry, actor: Actor) -> Event:
    is_own = actor.is_insurer or row.organisation_id == actor.organisation_id
    who = row.actor_name if is_own and row.actor_id else "" if row.actor_id else _("System")
    return Event(EVENTS[row.action], who, row.at, str(row.detail.get("reason", "")))


def tiles(actor: Actor, policies: int) -> list[Tile]:
    """The bank's key figures; amounts of all currencies in US dollars at today's rates."""
    rows = Loan.objects.visible_to(actor).filter(state__in=DRAWN_LOAN)
    late = rows.filter(matures_on__lt=clock.today())
    return [
        Tile(_("Lent and open"), _in_usd(rows), currency="USD", note=_("All currencies at today's rates")),
        Tile(_("Of that overdue"), _in_usd(late), currency="USD", tone="red" if late.exists() else ""),
        Tile(_("Open loans"), rows.count()),
        Tile(_("Assigned policies"), policies),
    ]


def _in_usd(rows: QuerySet[Loan]) -> Decimal:
    sums = rows.order_by().values("currency").annotate(left=Sum(F("principal") - F("repaid")))
    today = clock.today()
    total = sum((row["left"] / rate_per_usd(row["currency"], today) for row in sums), Decimal(0))
    return total.quantize(Decimal("0.01"))


def loan_facts(row: LoanRow) -> list[tuple[Any, Any]]:
    loan, shipment = row.loan, row.loan.shipment
    return [
        (_("Amount lent"), Money(loan.principal, loan.currency)),
        (_("Repaid so far"), Money(loan.repaid, loan.currency)),
        (_("Still open"), Money(loan.outstanding, loan.currency)),
        (_("Drawn on"), loan.drawn_on) if loan.drawn_on else (_("Reserved until"), loan.reserved_until),
        (_("Matures on"), loan.matures_on),
        *([(_("Rate a year, %"), _rate(loan.rate_pct))] if loan.rate_pct is not None else []),
        (_("Bank"), with_branch(loan)),
        (_("Exporter"), loan.policyholder.name),
        (_("Who owes"), shipment.obligor.name),
        (_("Invoice amount"), Money(shipment.amount, shipment.currency)),
        (_("Open on the invoice"), Money(shipment.open_amount, shipment.currency)),
        (_("Shipped on"), shipment.shipped_on),
        (_("Due date"), shipment.due_on),
    ]


def agreement_loans(agreement: Agreement, actor: Actor) -> QuerySet[Loan]:
    return selectors.loans(actor).filter(agreement=agreement).order_by("-id")[:50]
