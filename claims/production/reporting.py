"""A covered risk strikes before shipment: the loss notice on one contract, in one deed (§1.3, LN-1)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from claims import windows
from claims.causes import check_before_shipment, check_risk
from claims.filing import arm_filing_clock
from claims.models import LossNotice
from claims.notices import clocks, letters, messages
from claims.notices.facts import NoticeFacts, checked, window_for
from claims.notices.moving import move_notice
from declarations.models import ProductionContract
from declarations.production import services as production
from limits import services as limits
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.core import clock
from sinosure.core.errors import NotAllowed
from sinosure.documents import services as documents


@transaction.atomic
def report(*, actor: Actor, contract_id: int, facts: NoticeFacts, arrived_at: datetime | None = None) -> LossNotice:
    """File the notice: the contract can be claimed and no longer be shipped, cover on the buyer stops."""
    seen = ProductionContract.objects.visible_to(actor).select_related("policy", "obligor").get(pk=contract_id)
    if not actor.may("notices.file", seen):
        raise NotAllowed()
    check_before_shipment(facts.risk, "risk")
    known = checked(facts, seen.obligor, [])
    check_risk(seen.policy, known.risk, "risk")
    contract = production.hold_for_claim(actor=actor, contract_id=contract_id)
    notice = _draft(contract, known)
    received_at = arrived_at or clock.now()
    window = window_for(known, known.known_on)
    move_notice(
        actor, notice, "file", {"contract": contract.number, "received_at": received_at}, received_at=received_at,
        filed_by_id=actor.user_id, legal_due=window.legal_due, due_provisional=window.provisional,
        days_late=windows.lateness_days(clock.business_date(received_at), window),
    )  # fmt: skip
    clocks.arm_response(actor, notice)
    arm_filing_clock(actor, notice)
    limits.stop(
        actor=SYSTEM, policy_id=notice.policy_id, obligor_id=notice.obligor_id, reason="LOSS_NOTICE", source=notice
    )
    letters.issue_notice(actor, notice)
    messages.tell_insured_and_banks(actor, "notice.filed", notice)
    messages.tell_officers(actor, "notice.filed", notice)
    return notice


def _draft(contract: ProductionContract, facts: NoticeFacts) -> LossNotice:
    return LossNotice.objects.create(
        number=documents.next_number(f"LN-{clock.today():%Y}"), policy=contract.policy,
        policyholder_id=contract.policyholder_id, obligor=contract.obligor, production=contract,
        currency=contract.policy.currency, amount=contract.loss_base, created_at=clock.now(),
        **{**asdict(facts), "goods_status": "PRODUCTION"},
    )  # fmt: skip
