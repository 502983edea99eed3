"""What the page of a policy shows beside its columns: buttons, tabs, papers, clocks, history, the next product."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from policies import products
from policies.chain import next_products
from policies.lifecycle import offered, waits_at_tier_price
from policies.micro.buying import price
from policies.micro.buying import tier_named as tier_coded
from policies.micro.selectors import cover_of
from policies.models import MicroCover, Policy, PolicySchedule, PolicyState, Product
from policies.proposal import QUESTIONS, Kind, Question, sections_of, typed
from policies.risks import CoveredRisk
from policies.selectors import is_renewable
from sinosure.accounts.actor import Actor
from sinosure.audit.models import AuditEntry
from sinosure.core.money import Money
from sinosure.deadlines.models import Deadline
from sinosure.deadlines.registry import KINDS
from sinosure.documents.models import Document, Signature
from sinosure.reference.models import Country
from sinosure.ui.actions import Button
from sinosure.ui.actions import buttons as move_buttons
from sinosure.ui.parts import Tab
from sinosure.ui.show import ratio as ratio_in_words

ASKS = {"submit", "ask", "answer", "quote", "decline", "accept", "refuse", "sign", "countersign", "approve"}
_ELSEWHERE = (  # the last: the key of the wording that must say yes
    (_("Credit limits"), "limits.view", ("limits:list", "limits:limit-list"), "requires_limit"),
    (
        _("Declarations"),
        "declarations.view",
        ("declarations:list", "declarations:shipment-list"),
        "requires_declaration",
    ),
    (_("Claims"), "claims.view", ("claims:list", "claims:claim-list"), ""),
    (_("Financing"), "financing.view", ("financing:list", "financing:agreement-list"), ""),
)


def buttons(policy: Policy, actor: Actor) -> list[Button]:
    """The moves of the lifecycle that make sense now, then renewal."""
    signed = policy.insured_signed_at is not None
    hide = {"sign"} if signed else {"countersign"}
    found = move_buttons(offered(policy, actor), "policies:policy-{action}", policy.pk, ask=ASKS, hide=hide)
    if not actor.is_insurer and actor.may("policies.apply", policy) and is_renewable(policy):
        found += [_renewal(policy, product, label) for product, label in next_products(policy)]
    return found


def _renewal(policy: Policy, product: str, label: Any) -> Button:
    """Renew as it is, or move up the ladder (PRD-1)."""
    url = reverse("policies:policy-renew", args=[policy.pk])
    if product == policy.product == Product.MICRO:  # a tier is chosen first
        return Button(_("Renew"), reverse("policies:micro-renew", args=[policy.pk]), asks=True, tone="main")
    if product == policy.product:
        return Button(_("Renew"), url, tone="main")
    return Button(_("Move up to %(product)s") % {"product": label}, url, hidden=(("product", product),))


def tabs(policy: Policy, actor: Actor) -> list[Tab]:
    """This page, and the lists of the apps above narrowed to this policy."""
    found = [Tab(_("Policy"), reverse("policies:policy-detail", args=[policy.pk]), here=True)]
    for label, capability, names, key in _ELSEWHERE:
        url = _first_route(names)
        if policy.number and url and actor.can(capability) and (not key or policy.wording.named.value(key)):
            found.append(Tab(label, f"{url}?policy={policy.pk}"))
    return found


def _first_route(names: Iterable[str]) -> str:
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""


@dataclass(frozen=True)
class Ratio:
    """One covered risk with its share."""

    label: Any
    group: Any
    ratio: Any


def ratios(schedule: PolicySchedule | None) -> list[Ratio]:
    found = schedule.insured_ratios if schedule else {}
    return [Ratio(risk.label, risk.group.label, found[risk]) for risk in CoveredRisk if risk in found]


def schedule_facts(policy: Policy, schedule: PolicySchedule) -> list[tuple[Any, Any]]:
    """The schedule as it is printed."""
    cover = cover_of(policy)
    if cover is not None:
        return _micro_facts(policy, schedule, cover)
    excluded = "、".join(country.name for country in schedule.excluded_countries.all())
    rate = schedule.get_rate_basis_display()
    if schedule.flat_rate_pct is not None:
        rate = f"{rate}: {schedule.flat_rate_pct.normalize():f}%"
    return [
        (_("Period"), f"{policy.starts_on} – {policy.ends_on}"),
        (_("Maximum liability"), Money(schedule.max_liability, policy.currency)),
        (_("Minimum premium"), Money(schedule.minimum_premium, policy.currency)),
        *_premium_facts(policy, schedule, rate),
        (_("Deductible for each loss"), Money(schedule.deductible, policy.currency)),
        (_("Discretionary limit"), Money(schedule.discretionary_limit, policy.currency)),
        *(
            [(_("Declaration"), schedule.get_declaration_mode_display())]
            if policy.wording.named.value("requires_declaration")
            else []
        ),
        (_("Exports covered"), schedule.get_scope_display()),
        (_("Goods and services"), _("Yes") if schedule.covers_services else _("Goods only")),
        (_("Longest credit period in days"), schedule.max_credit_days),
        *(
            [(_("Reason for a longer credit period than usual"), schedule.long_credit_reason)]
            if schedule.long_credit_reason
            else []
        ),
        (_("Excluded countries"), excluded or _("None")),
        *_extension(schedule),
        *((row.get_role_display(), row) for row in schedule.affiliates.order_by("country", "code")),
        *([(_("Special terms"), schedule.special_terms)] if schedule.special_terms else []),
    ]


def _extension(schedule: PolicySchedule) -> list[tuple[Any, Any]]:
    if not schedule.pre_shipment or schedule.pre_shipment_ratio is None or schedule.pre_shipment_rate_pct is None:
        return []
    words = _("%(share)s of direct costs, premium %(rate)s%% of the contract") % {
        "share": ratio_in_words(schedule.pre_shipment_ratio), "rate": f"{schedule.pre_shipment_rate_pct.normalize():f}",
    }  # fmt: skip
    return [(_("Pre-shipment extension"), words)]


def _micro_facts(policy: Policy, schedule: PolicySchedule, cover: MicroCover) -> list[tuple[Any, Any]]:
    """A micro policy has a tier with two caps and one payment in place of limits, declarations and rates."""
    return [
        (_("Period"), f"{policy.starts_on} – {policy.ends_on}"),
        (_("Tier"), cover.tier.code),
        (_("Cap for one buyer"), Money(cover.buyer_cap, cover.currency)),
        (_("Cap for the year"), Money(schedule.max_liability, cover.currency)),
        (_("Premium for the year"), Money(cover.premium, cover.currency)),
        (_("Unshipped orders"), _("Yes") if cover.covers_unshipped else _("No")),
        (_("Exports in the last 12 months, USD"), Money(cover.exports_last_year, "USD")),
        (_("Longest credit period in days"), schedule.max_credit_days),
    ]


def _premium_facts(policy: Policy, schedule: PolicySchedule, rate: Any) -> list[tuple[Any, Any]]:
    """Deposit and rate, or what the premium of the year is reckoned on."""
    at_inception = Money(schedule.deposit_premium, policy.currency)
    if schedule.estimated_turnover is not None:
        turnover = Money(schedule.estimated_turnover, policy.currency)
        return [
            (_("Estimated turnover of the year"), turnover),
            (_("Premium for the year"), at_inception),
            (_("Rate basis"), rate),
        ]
    factor = f"{schedule.experience_factor.normalize():f}"
    return [(_("Deposit premium"), at_inception), (_("Rate basis"), rate), (_("Experience factor"), factor)]


def proposal(policy: Policy) -> list[tuple[Any, list[tuple[Any, Any]]]]:
    """The answers by section, in words."""
    given = typed(policy.proposal)
    codes = [value for name, value in given.items() if QUESTIONS[name].kind == Kind.COUNTRY]
    countries = {country.code: country.name for country in Country.objects.filter(code__in=codes)}
    found = [
        (
            section.title,
            [
                (one.label, _answer(one, given[one.name], policy.currency, countries))
                for one in section.questions
                if one.name in given
            ],
        )
        for section in sections_of(policy.product)
    ]
    return [*_chosen_tier(policy), *((title, rows) for title, rows in found if rows)]


def _chosen_tier(policy: Policy) -> list[tuple[Any, list[tuple[Any, Any]]]]:
    """What is offered to a micro application that waits for approval."""
    if not waits_at_tier_price(policy):
        return []
    tier, more = tier_coded(policy.proposal["tier"]), policy.proposal["covers_unshipped"]
    rows = [
        (_("Tier"), tier.code),
        (_("Cap for one buyer"), Money(tier.buyer_cap, tier.currency)),
        (_("Cap for the year"), Money(tier.annual_cap, tier.currency)),
        (_("Premium for the year"), Money(price(tier, more), tier.currency)),
        (_("Unshipped orders"), _("Yes") if more else _("No")),
    ]
    return [(_("Offer at the price of the tier"), rows)]


def _answer(question: Question, value: Any, currency: str, countries: dict[str, str]) -> Any:
    if question.kind == Kind.AMOUNT:
        return Money(value, currency)
    if question.kind == Kind.RATIO:
        return ratio_in_words(value)
    if question.kind in (Kind.YES_NO, Kind.TICK):
        return _("Yes") if value else _("No")
    if question.kind == Kind.COUNTRY:
        return countries.get(value, value)
    return dict(question.choices).get(value, value) if question.choices else value


def documents(policy: Policy, actor: Actor) -> QuerySet[Document]:
    return Document.objects.visible_to(actor).of(policy).order_by("-id")


def signatures(policy: Policy, actor: Actor) -> QuerySet[Signature]:
    return Signature.objects.visible_to(actor).of(policy).select_related("signer", "document").order_by("id")


def deadlines(policy: Policy, actor: Actor) -> list[tuple[Deadline, str]]:
    """Open clocks with what they are about."""
    rows = Deadline.objects.visible_to(actor).of(policy).open().order_by("legal_due")
    return [(row, str(KINDS[row.kind].label) % row.params) for row in rows if row.kind in KINDS]


@dataclass(frozen=True)
class Event:
    """One line of the history; staff stay nameless for the exporter."""

    text: Any
    who: Any
    at: datetime
    note: str = ""


EVENTS: dict[str, Any] = {
    "policy.drafted": _("Draft begun"),
    "policy.submit": _("Application submitted"),
    "policy.take": _("Taken into underwriting"),
    "policy.ask": _("Question asked"),
    "policy.answer": _("Question answered"),
    "policy.quote": _("Quote made"),
    "policy.decline": _("Application declined"),
    "policy.accept": _("Quote accepted"),
    "policy.refuse": _("Quote not accepted"),
    "policy.approve": _("Approved at the price of the tier"),
    "policy.lapse": _("Quote lapsed"),
    "policy.sign": _("Signed by the insured"),
    "policy.countersign": _("Signed by the insurer"),
    "policy.deposit_paid": _("Deposit premium booked"),
    "policy.activate": _("Cover began"),
    "policy.suspend": _("Suspended: premium unpaid"),
    "policy.resume": _("Suspension lifted"),
    "policy.endorsement_requested": _("Endorsement asked for"),
    "policy.endorsed": _("Endorsed"),
    "policy.liability_drawn": _("Indemnity paid under the maximum"),
    "policy.liability_released": _("Indemnity given back"),
    "policy.termination_notice": _("Notice of termination"),
    "policy.consent_give": _("The bank consents to the termination"),
    "policy.consent_refuse": _("The bank does not consent to the termination"),
    "policy.notice_withdraw": _("Notice of termination withdrawn"),
    "policy.terminate": _("Terminated"),
    "policy.expire": _("Expired"),
    "policy.key_account": _("Marked as a key account"),
    "policy.no_key_account": _("No key account any more"),
    "policy.close": _("Run-off closed"),
}


def history(policy: Policy, actor: Actor) -> list[Event]:
    """The trail of this policy, newest first."""
    rows = AuditEntry.objects.filter(subject_type=policy._meta.label_lower, subject_id=policy.pk, action__in=EVENTS)
    return [_event(row, actor, policy.currency) for row in rows.order_by("-id")[:40]]


def _event(row: AuditEntry, actor: Actor, currency: str) -> Event:
    is_own_side = actor.is_insurer or row.organisation_id == actor.organisation_id
    who = row.actor_name if is_own_side else _("Insurer") if row.organisation_id else _("System")
    detail = row.detail
    note = next((str(detail[name]) for name in ("question", "answer", "reason") if detail.get(name)), "")
    if detail.get("amount"):
        note = str(Money(Decimal(detail["amount"]), currency))
    return Event(EVENTS[row.action], _("System") if row.actor_id is None else who, row.at, note)


@dataclass(frozen=True)
class Rung:
    """One product of the growth ladder (PRD-1)."""

    label: Any
    is_here: bool
    is_sold: bool


def ladder(policy: Policy) -> list[Rung]:
    """小微信保易 → 中小企业保险 → 综合险; empty for bank products."""
    rungs = products.ladder_with(policy.product)
    return [Rung(rung.label, rung.product == policy.product, rung.is_sold) for rung in rungs]


def is_quoted(policy: Policy) -> bool:
    return policy.state not in (
        PolicyState.DRAFT,
        PolicyState.SUBMITTED,
        PolicyState.UNDERWRITING,
        PolicyState.INFO_REQUIRED,
    )
