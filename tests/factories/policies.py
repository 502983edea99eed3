"""A policy in each state, brought there through the services by the shared people.

Chen drafts and submits, Zhou takes and quotes, Zhao accepts and signs, Qian signs for the insurer, Yuan books the deposit.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from declarations.models import PremiumKind, PremiumNotice
from declarations.services import book_payment
from policies import services
from policies.cover import policy_year
from policies.models import Policy
from policies.schedule import ScheduleTerms
from policies.seed import TRAIN_RATIOS
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation, RoleGrant, User
from sinosure.accounts.roles import Role
from sinosure.core import clock
from tests.factories import people
from tests.factories.people import actor

RATIOS = {risk: Decimal(ratio) for risk, ratio in TRAIN_RATIOS.items()}


def a_proposal(**changes: Any) -> dict[str, Any]:
    """Complete answers: OA trade of 5 million a year, largest limit 400,000, cover from today."""
    return {
        "uscc": "91330200MA2AGXT410", "legal_representative": "陈海", "contact_name": "Chen", "contact_phone": "0574-1234567",
        "years_exporting": 8, "currency": "USD", "starts_on": clock.today(), "scope": "ALL", "covers_services": True,
        "expected_turnover": Decimal(5_000_000), "largest_limit_wanted": Decimal(400_000),
        "max_liability_wanted": Decimal(1_000_000), "commercial_ratio": Decimal("0.90"), "political_ratio": Decimal("0.90"),
        "longest_credit_days": 120, "main_products": "Machine parts", "buyers_count": 12, "turnover_1": Decimal(4_600_000),
        "market_1_country": "DE", "market_1_amount": Decimal(2_000_000), "market_1_term": "OA", "overdue_now": Decimal(0),
        "worst_overdue_days": 20, "bad_debts": Decimal(0), "is_truthful": True,
        **changes,
    }  # fmt: skip


def terms(**changes: Any) -> ScheduleTerms:
    """Rejection 80 %, everything else 90 %; maximum 1,000,000; minimum and deposit premium 2,000."""
    starts_on = changes.pop("starts_on", None) or clock.today()
    plain = ScheduleTerms(
        insured_ratios=RATIOS, max_liability=Decimal(1_000_000), minimum_premium=Decimal(2_000), starts_on=starts_on,
        ends_on=policy_year(starts_on), valid_until=max(starts_on, clock.today()) + timedelta(days=30), covers_services=True,
    )  # fmt: skip
    return replace(plain, **changes)


def a_draft_policy(policyholder: str | Organisation = "haituo", **answers: Any) -> Policy:
    who = _clerk(policyholder)
    uscc = _organisation(policyholder).uscc or "91330200MA2AGXT410"
    return services.create_draft(actor=who, proposal=a_proposal(**{"uscc": uscc, **answers}))


def a_submitted_policy(policyholder: str | Organisation = "haituo", **answers: Any) -> Policy:
    policy = a_draft_policy(policyholder, **answers)
    return services.submit(actor=_clerk(policyholder), policy_id=policy.pk)


def a_policy_in_underwriting(policyholder: str | Organisation = "haituo", **answers: Any) -> Policy:
    policy = a_submitted_policy(policyholder, **answers)
    return services.take(actor=actor("zhou"), policy_id=policy.pk)


def a_quoted_policy(
    policyholder: str | Organisation = "haituo", starts_on: date | None = None, **changes: Any
) -> Policy:
    """`changes` are fields of ScheduleTerms, plus `currency`."""
    answers = {"starts_on": starts_on or clock.today(), "currency": changes.pop("currency", "USD")}
    policy = a_policy_in_underwriting(policyholder, **answers)
    return services.quote(actor=actor("zhou"), policy_id=policy.pk, terms=terms(starts_on=starts_on, **changes))


def an_accepted_policy(policyholder: str | Organisation = "haituo", **changes: Any) -> Policy:
    policy = a_quoted_policy(policyholder, **changes)
    return services.accept(actor=_signer(policyholder), policy_id=policy.pk)


def a_signed_policy(policyholder: str | Organisation = "haituo", **changes: Any) -> Policy:
    """Signed by both sides, deposit premium not paid yet."""
    policy = an_accepted_policy(policyholder, **changes)
    services.sign(actor=_signer(policyholder), policy_id=policy.pk)
    return services.countersign(actor=actor("qian"), policy_id=policy.pk)


def a_policy_in_force(
    policyholder: str | Organisation = "haituo", starts_on: date | None = None, max_liability: Any = Decimal(1_000_000),
    **changes: Any,
) -> Policy:  # fmt: skip
    """In force from `starts_on` (default today) for a year; everything happened on that day, at noon."""
    day = starts_on or clock.today()
    with clock.frozen(day):
        policy = a_signed_policy(policyholder, starts_on=day, max_liability=Decimal(max_liability), **changes)
        return pay_deposit(policy)


def pay_deposit(policy: Policy) -> Policy:
    """Yuan books the deposit premium notice in full, when there is one; cover begins once the first day has come."""
    notice = PremiumNotice.objects.filter(policy=policy, kind__in=[PremiumKind.DEPOSIT, PremiumKind.ANNUAL]).first()
    if notice is not None:
        book_payment(
            actor=actor("yuan"), notice_id=notice.pk, amount=notice.payable, received_on=clock.today(),
            reference=f"DEPOSIT-{policy.number}",
        )  # fmt: skip
    policy.refresh_from_db()
    return policy


def _organisation(policyholder: str | Organisation) -> Organisation:
    return policyholder if isinstance(policyholder, Organisation) else people.organisation(policyholder)


def _clerk(policyholder: str | Organisation) -> Actor:
    return actor("chen") if policyholder == "haituo" else _signer(policyholder)


def _signer(policyholder: str | Organisation) -> Actor:
    """Zhao of Haituo, Wu of Yunshan, or a signer made for any other exporter."""
    known = {"haituo": "zhao", "yunshan": "wu"}
    code = policyholder if isinstance(policyholder, str) else policyholder.code
    if code in known:
        return actor(known[code])
    return people.actor_of(_new_signer(_organisation(policyholder)))


def _new_signer(organisation: Organisation) -> User:
    name = f"signer-{organisation.code}"
    person, is_new = User.objects.get_or_create(
        username=name, defaults={"name_zh": name, "name_en": name, "organisation": organisation}
    )
    if is_new:
        RoleGrant.objects.create(user=person, role=Role.EXPORTER_SIGNER, granted_at=clock.now())
    return person


SME_RATIOS = dict.fromkeys(RATIOS, Decimal("0.80"))


def sme_terms(**changes: Any) -> ScheduleTerms:
    """80 % of every risk; 0.27 % × 80/90 on 2,000,000 = 4,800 for the year, at least 1,000; maximum 500,000; 180 days."""
    return terms(
        **{
            "insured_ratios": SME_RATIOS, "max_liability": Decimal(500_000), "minimum_premium": Decimal(1_000),
            "rate_basis": "FLAT", "flat_rate_pct": Decimal("0.27"), "estimated_turnover": Decimal(2_000_000),
            "covers_services": False, "max_credit_days": 180, **changes,
        }
    )  # fmt: skip


def an_sme_policy_in_force(starts_on: date | None = None, **changes: Any) -> Policy:
    """Haituo's: applied for, quoted, signed and paid on its first day."""
    day = starts_on or clock.today()
    with clock.frozen(day):
        answers = a_proposal(starts_on=day, covers_services=False, expected_turnover=Decimal(2_000_000))
        policy = services.create_draft(actor=actor("chen"), proposal=answers, product="SME")
        services.submit(actor=actor("chen"), policy_id=policy.pk)
        services.take(actor=actor("zhou"), policy_id=policy.pk)
        services.quote(actor=actor("zhou"), policy_id=policy.pk, terms=sme_terms(starts_on=day, **changes))
        services.accept(actor=actor("zhao"), policy_id=policy.pk)
        services.sign(actor=actor("zhao"), policy_id=policy.pk)
        services.countersign(actor=actor("qian"), policy_id=policy.pk)
        return pay_deposit(policy)
