"""The quote: a schedule with every term of cover, its acceptance, refusal or lapse (Rulebook §2.1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from policies import clocks, messages
from policies.affiliates import Affiliate
from policies.lifecycle import POLICY, waits_at_tier_price
from policies.models import Policy, PolicyAffiliate, PolicySchedule, PolicyState
from policies.moving import locked_policy, move
from policies.schedule import ScheduleTerms, annual_terms, check_terms, with_extension
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.deadlines import services as deadlines
from sinosure.deadlines.models import Deadline
from sinosure.reference.models import Country


@transaction.atomic
def quote(*, actor: Actor, policy_id: int, terms: ScheduleTerms, version: int | None = None) -> Policy:
    """Offer a schedule; a second quote replaces the first. Raises what `check_terms` refuses."""
    policy = locked_policy(actor, policy_id, version)
    POLICY.check("quote", policy, actor)
    if waits_at_tier_price(policy):
        raise DomainError(
            "at_tier_price", _("The offer is the price of the tier. Approve the application."), status=409
        )
    terms = with_extension(terms, policy.wording.named)
    check_terms(terms, policy.product, policy.wording.named, policy.policyholder.uscc)
    _check_validity(terms)
    schedule = write_schedule(actor, policy, terms)
    move(
        actor, policy, "quote", {"schedule": schedule.version, "max_liability": terms.max_liability},
        quoted_at=clock.now(), quoted_by_id=actor.user_id, quote_valid_until=terms.valid_until,
        starts_on=terms.starts_on, ends_on=terms.ends_on,
    )  # fmt: skip
    clocks.arm(actor, policy, clocks.QUOTE_VALIDITY, terms.valid_until)
    messages.tell_insured(actor, "policy.quoted", policy, until=terms.valid_until)
    return policy


def _check_validity(terms: ScheduleTerms) -> None:
    if terms.valid_until < clock.today():
        raise DomainError("quote_already_over", _("The quote must be valid until today or later."), field="valid_until")


def write_schedule(
    actor: Actor, policy: Policy, terms: ScheduleTerms, effective_from: date | None = None, endorsement_no: str = ""
) -> PolicySchedule:
    """The next version: quoted, or made by an endorsement from its own day on."""
    earlier = policy.schedules.order_by("-version").values_list("version", flat=True).first() or 0
    schedule = schedule_row(actor, policy, terms, earlier + 1, effective_from, endorsement_no)
    schedule.save(force_insert=True)
    schedule.excluded_countries.set(Country.objects.filter(code__in=terms.excluded_countries))
    schedule.affiliates.set([_named(policy, one) for one in terms.affiliates])
    policy.__dict__.pop("schedule", None)
    return schedule


def schedule_row(
    actor: Actor, policy: Policy, terms: ScheduleTerms, version: int, effective_from: date | None = None,
    endorsement_no: str = "",
) -> PolicySchedule:  # fmt: skip
    """The row of a version, not written yet."""
    return PolicySchedule(
        policy=policy, policyholder_id=policy.policyholder_id, product=policy.product, version=version,
        effective_from=effective_from or terms.starts_on,
        insured_ratios={risk: f"{ratio:f}" for risk, ratio in terms.insured_ratios.items()},
        highest_ratio=terms.highest_ratio, max_liability=terms.max_liability, minimum_premium=terms.minimum_premium,
        deposit_premium=_at_inception(policy, terms), estimated_turnover=terms.estimated_turnover, rate_basis=terms.rate_basis,
        flat_rate_pct=terms.flat_rate_pct if terms.rate_basis == "FLAT" else None,
        experience_factor=terms.experience_factor, deductible=terms.deductible,
        discretionary_limit=terms.discretionary_limit, declaration_mode=terms.declaration_mode,
        max_credit_days=terms.max_credit_days, long_credit_reason=terms.long_credit_reason, scope=terms.scope,
        covers_services=terms.covers_services, special_terms=terms.special_terms, proposed_by_id=actor.user_id,
        pre_shipment=terms.pre_shipment, pre_shipment_ratio=terms.pre_shipment_ratio,
        pre_shipment_rate_pct=terms.pre_shipment_rate_pct, endorsement_no=endorsement_no, created_at=clock.now(),
    )  # fmt: skip


def _named(policy: Policy, one: Affiliate) -> PolicyAffiliate:
    """The company as this policy knows it; named in two versions of the schedule it is one row."""
    values = {**one.as_stored(), "country_id": one.country}
    del values["country"]
    found, _is_new = PolicyAffiliate.objects.get_or_create(
        policy=policy, policyholder_id=policy.policyholder_id, **values, defaults={"named_at": clock.now()}
    )
    return found


def _at_inception(policy: Policy, terms: ScheduleTerms) -> Decimal:
    """What is paid before cover begins: the premium for the year, else the deposit premium."""
    annual = annual_terms(terms, policy.wording.named, policy.currency)
    return annual.premium if annual else terms.deposit


@transaction.atomic
def accept(*, actor: Actor, policy_id: int, version: int | None = None) -> Policy:
    """The exporter takes the quote as it stands."""
    policy = locked_policy(actor, policy_id, version)
    POLICY.check("accept", policy, actor)
    if policy.quote_valid_until is not None and clock.today() > policy.quote_valid_until:
        message = _("The quote was valid until %(day)s. Ask the underwriter for a new one.")
        raise DomainError("quote_lapsed", message, status=409, day=policy.quote_valid_until)
    move(actor, policy, "accept", accepted_at=clock.now())
    deadlines.meet(actor=actor, kind=clocks.QUOTE_VALIDITY, subject=policy)
    messages.tell_underwriters(actor, "policy.accepted", policy)
    return policy


@transaction.atomic
def refuse(*, actor: Actor, policy_id: int, reason: str = "") -> Policy:
    """The exporter does not want it."""
    policy = locked_policy(actor, policy_id)
    move(actor, policy, "refuse", {"reason": reason}, remark=reason)
    deadlines.cancel(actor=actor, kind=clocks.QUOTE_VALIDITY, subject=policy)
    messages.tell_underwriters(actor, "policy.refused", policy)
    return policy


@transaction.atomic
def lapse_quotes(rows: Iterable[Deadline]) -> None:
    """The quotes whose validity has ended and that nobody has answered; the effect of QUOTE_VALIDITY."""
    for row in rows:
        policy = locked_policy(SYSTEM, row.subject_id)
        if policy.state == PolicyState.QUOTED:
            move(SYSTEM, policy, "lapse")
            messages.tell_insured(SYSTEM, "policy.quote_lapsed", policy)
