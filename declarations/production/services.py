"""The only writers of contracts in production: declare, record costs with evidence, instruct, end; claim and release."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from credit_info.models import Obligor
from declarations.line import FX_PLACES
from declarations.models import (
    ContractState,
    DirectCost,
    InstructionKind,
    ProductionContract,
    ProductionInstruction,
    UncoveredReason,
)
from declarations.production import clocks, letters, messages
from declarations.production.lifecycle import CONTRACT
from declarations.production.rules import Contract, Cost, Said, check_contract, key_of, why_uncovered
from declarations.services import cover
from declarations.services.premium import issue_pre_shipment_notice
from limits import services as limits
from limits.models import CreditLimit, LimitStop
from limits.services import LimitMatch
from policies.models import Policy, PolicySchedule, PolicyState
from policies.selectors import schedule_on
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.core.money import Money, round_money
from sinosure.documents import services as documents
from sinosure.reference.services import fx

ZERO = Decimal(0)


@transaction.atomic
def declare_contract(*, actor: Actor, policy_id: int, contract: Contract) -> ProductionContract:
    """Declare one delivery before its costs arise; its premium falls due. Raises at the field that is wrong."""
    if not actor.can("declarations.declare"):
        raise NotAllowed()
    policy, schedule, match = _checked(actor, policy_id, contract)
    row = _create(actor, policy, schedule, contract, match)
    row.premium_notice = issue_pre_shipment_notice(actor=actor, policy=policy, amount=row.premium)
    row.save(update_fields=["premium_notice"])
    audit.record(
        actor, "production_contract.declared", row, detail={"price": row.policy_price, "ships_by": row.ships_by}
    )
    clocks.arm(actor, row)
    messages.tell_desk(actor, "production.declared", row)
    return row


@transaction.atomic
def premium_for(*, actor: Actor, policy_id: int, contract: Contract) -> Money:
    """What declaring it would cost; raises what the declaration would refuse. Nothing is written."""
    policy, schedule, _match = _checked(actor, policy_id, contract)
    return Money(_premium(schedule, _price(policy, contract)[0], policy.currency), policy.currency)


def _checked(actor: Actor, policy_id: int, contract: Contract) -> tuple[Policy, PolicySchedule, LimitMatch]:
    policy, schedule = _covering(actor, policy_id)
    most_days = policy.wording.named.days("pre_shipment_days")
    check_contract(contract, today=clock.today(), policy_ends_on=policy.ends_on, most_days=most_days)
    obligor = Obligor.objects.visible_to(actor).select_related("country").get(pk=contract.obligor_id)
    match = _limit_for(policy, obligor, contract)
    _refuse_twice(policy, obligor, contract)
    return policy, schedule, match


def _covering(actor: Actor, policy_id: int) -> tuple[Policy, PolicySchedule]:
    """The policy, locked, with the schedule of today that has the extension."""
    rows = Policy.objects.held_by(actor).select_related("policyholder", "wording")
    policy: Policy = rows.select_for_update(of=("self",)).get(pk=policy_id)
    if policy.state != PolicyState.IN_FORCE:
        raise DomainError(
            "policy_not_in_force", _("Contracts can be declared while the policy is in force."), status=409
        )
    schedule = schedule_on(policy, clock.today())
    if schedule is None or not schedule.pre_shipment:
        message = _("The policy has no pre-shipment extension. Ask for an endorsement first.")
        raise DomainError("no_pre_shipment", message, field="policy")
    return policy, schedule


def _limit_for(policy: Policy, obligor: Obligor, contract: Contract) -> LimitMatch:
    """The limit of today that says “goods in production too”."""
    match = limits.limit_for(
        policy=policy, obligor=obligor, term=contract.term, credit_days=contract.credit_days, shipped_on=clock.today()
    )
    if match.reason == "STOPPED":
        raise DomainError(
            "limit_stopped", _("Cover on this buyer is stopped. No new contract is covered."), field="obligor"
        )
    if not match.covers or match.version is None or not match.version.pre_shipment:
        message = _("No limit on this buyer covers goods in production on these terms. Apply for one that does.")
        raise DomainError("no_pre_shipment_limit", message, field="obligor")
    return match


def _refuse_twice(policy: Policy, obligor: Obligor, contract: Contract) -> None:
    rows = ProductionContract.objects.filter(policy=policy, obligor=obligor, contract_key=key_of(contract.contract_no))
    same = rows.exclude(state=ContractState.ENDED).first()
    if same is not None:
        message = _(
            "Contract %(contract)s was declared before, in %(number)s. A part delivery has a number of its own."
        )
        raise DomainError(
            "contract_declared", message, field="contract_no", status=409, contract=same.contract_no, number=same.number
        )


def _price(policy: Policy, contract: Contract) -> tuple[Decimal, Decimal]:
    """The contract price in policy currency, and the rate."""
    rate = fx(contract.currency, policy.currency, clock.today()).quantize(FX_PLACES)
    price = round_money(contract.price / rate, policy.currency)
    if not price > 0:
        raise DomainError("must_be_positive", _("The amount must be above zero."), field="price")
    return price, rate


def _premium(schedule: PolicySchedule, price: Decimal, currency: str) -> Decimal:
    return round_money(price * (schedule.pre_shipment_rate_pct or ZERO) / 100, currency)


def _create(
    actor: Actor, policy: Policy, schedule: PolicySchedule, contract: Contract, match: LimitMatch
) -> ProductionContract:
    price, rate = _price(policy, contract)
    assert match.limit is not None and match.version is not None  # noqa: PT018  `_limit_for`
    ratio = schedule.pre_shipment_ratio or ZERO
    return ProductionContract.objects.create(
        number=documents.next_number(f"PC-{clock.today():%Y}"), policy=policy, policyholder_id=policy.policyholder_id,
        obligor_id=contract.obligor_id, limit=match.limit, limit_version=match.version, contract_no=contract.contract_no,
        contract_key=key_of(contract.contract_no), goods=contract.goods, term=contract.term,
        credit_days=contract.credit_days, price=contract.price, currency=contract.currency, fx=rate, policy_price=price,
        production_from=contract.production_from, ships_by=contract.ships_by,
        insured_ratio=min(ratio, match.version.insured_ratio or ratio),
        premium=_premium(schedule, price, policy.currency), declared_on=clock.today(),
        declared_at=clock.now(), declared_by_id=actor.user_id,
    )  # fmt: skip


def locked(actor: Actor, contract_id: int) -> ProductionContract:
    """Limit first, then the contract: the order in which shipments draw."""
    rows = ProductionContract.objects.visible_to(actor)
    limit_id = rows.values_list("limit_id", flat=True).get(pk=contract_id)
    CreditLimit.objects.select_for_update(of=("self",)).get(pk=limit_id)
    row: ProductionContract = (
        rows.select_related("policy__policyholder", "policy__wording", "obligor__country", "limit", "limit_version")
        .select_for_update(of=("self",))
        .get(pk=contract_id)
    )
    return row


@transaction.atomic
def record_cost(*, actor: Actor, contract_id: int, cost: Cost, evidence: UploadedFile) -> DirectCost:
    """One direct cost with its voucher. What price and limit leave free is covered; the rest is kept with the reason."""
    contract = locked(actor, contract_id)
    CONTRACT.check("cost", contract, actor)
    if cost.incurred_on > clock.today():
        raise DomainError("date_in_future", _("The day cannot lie in the future."), field="incurred_on")
    if contract.cost_lines.filter(kind=cost.kind, voucher_no=cost.voucher_no, voided_at=None).exists():
        raise DomainError("voucher_twice", _("This voucher was recorded already."), field="voucher_no", status=409)
    rate = fx(cost.currency, contract.policy.currency, clock.today()).quantize(FX_PLACES)
    amount = round_money(cost.amount / rate, contract.policy.currency)
    line = DirectCost.objects.create(
        contract=contract, policyholder_id=contract.policyholder_id, kind=cost.kind, description=cost.description,
        voucher_no=cost.voucher_no, incurred_on=cost.incurred_on, amount=cost.amount, currency=cost.currency, fx=rate,
        policy_amount=amount, recorded_at=clock.now(), recorded_by_id=actor.user_id,
    )  # fmt: skip
    documents.attach(
        actor=actor, subject=line, policyholder_id=contract.policyholder_id, upload=evidence, purpose="voucher"
    )
    contract.costs += amount
    _cover(contract, line)
    audit.record(
        actor, "production_contract.cost", contract,
        detail={"voucher": line.voucher_no, "amount": line.policy_amount, "covered": line.covered},
    )  # fmt: skip
    return line


def _cover(contract: ProductionContract, line: DirectCost) -> None:
    """Draw the line on the limit as it stood when the contract was declared, within the price."""
    reason = why_uncovered(
        line.incurred_on, declared_on=contract.declared_on, ships_by=contract.ships_by, given=said(contract),
        stopped_on=stopped_on(contract),
    )  # fmt: skip
    part = ZERO if reason else min(line.policy_amount, contract.policy_price - contract.covered)
    if not reason and part < line.policy_amount:
        reason = UncoveredReason.OVER_PRICE
    if part > 0:
        drawn = limits.draw_up_to(
            actor=SYSTEM, limit_id=contract.limit_id, amount=part, subject=contract,
            ceiling=contract.limit_version.amount, despite_stop=True,
        )  # fmt: skip
        reason, part = (UncoveredReason.OVER_LIMIT, drawn) if drawn < part else (reason, drawn)
    line.covered, line.uncovered_reason = part, reason
    line.save(update_fields=["covered", "uncovered_reason"])
    contract.covered += part
    contract.save(update_fields=["costs", "covered"])


def said(contract: ProductionContract) -> list[Said]:
    """The instructions in the order in which they were given."""
    rows = contract.instructions.order_by("id").values_list("kind", "effective_from")
    return [Said(kind, day) for kind, day in rows]


def stopped_on(contract: ProductionContract) -> date | None:
    """Since when cover on the buyer is stopped (LIM-10)."""
    rows = LimitStop.objects.filter(limit=contract.limit_id, closed_at=None).order_by("stopped_on")
    day: date | None = rows.values_list("stopped_on", flat=True).first()
    return day


@transaction.atomic
def void_cost(*, actor: Actor, cost_id: int, reason: str) -> DirectCost:
    """Take back a cost that was recorded by mistake; its room under the limit is free again."""
    contract_id = DirectCost.objects.visible_to(actor).values_list("contract_id", flat=True).get(pk=cost_id)
    contract = locked(actor, contract_id)
    CONTRACT.check("void", contract, actor)
    line = contract.cost_lines.select_for_update().get(pk=cost_id)
    if line.voided_at is not None:
        raise DomainError("already_voided", _("This cost was taken back already."), status=409)
    if not reason.strip():
        raise DomainError("required", _("Say why the cost is taken back."), field="reason")
    contract.costs -= line.policy_amount
    _release(contract, line.covered)
    line.voided_at, line.void_reason, line.covered = clock.now(), reason.strip(), ZERO
    line.save(update_fields=["voided_at", "void_reason", "covered"])
    audit.record(
        actor, "production_contract.cost_voided", contract, detail={"voucher": line.voucher_no, "reason": reason}
    )
    return line


def _release(contract: ProductionContract, amount: Decimal) -> None:
    if amount:
        limits.release(actor=SYSTEM, limit_id=contract.limit_id, amount=amount, subject=contract)
    contract.covered -= amount
    contract.save(update_fields=["costs", "covered"])


@transaction.atomic
def instruct(
    *, actor: Actor, contract_id: int, kind: str, reasons: str, effective_from: date | None = None
) -> ProductionInstruction:
    """The insurer's written instruction to continue or to stop, as a letter; it holds from today or later."""
    contract = locked(actor, contract_id)
    CONTRACT.check("instruct", contract, actor)
    day = effective_from or clock.today()
    if not reasons.strip():
        raise DomainError("required", _("Give the reasons; the exporter reads them."), field="reasons")
    if day < clock.today():
        raise DomainError(
            "effective_in_the_past", _("An instruction holds from today or later."), field="effective_from"
        )
    count = contract.instructions.count() + 1
    row = ProductionInstruction.objects.create(
        number=f"{contract.number}/{count}", contract=contract, policyholder_id=contract.policyholder_id,
        kind=InstructionKind(kind), effective_from=day, reasons=reasons.strip(), given_at=clock.now(),
        given_by_id=actor.user_id,  # type: ignore[misc]
    )  # fmt: skip
    letters.issue_instruction(actor, row)
    audit.record(actor, "production_contract.instruct", contract, detail={"kind": kind, "from": day, "reason": reasons})
    messages.tell_insured(actor, "production.instructed", contract, word=str(row.get_kind_display()))
    return row


@transaction.atomic
def end(*, actor: Actor, contract_id: int, reason: str) -> ProductionContract:
    """The contract was given up without a loss; the limit is free again."""
    contract = locked(actor, contract_id)
    if not reason.strip():
        raise DomainError("required", _("Say why the contract is ended."), field="reason")
    CONTRACT.check("end", contract, actor)
    give_room(contract)
    _move(actor, contract, "end", ended_reason=reason.strip())
    cover.refill(contract.limit)
    return contract


def give_room(contract: ProductionContract) -> None:
    """The costs hold nothing of the limit any more."""
    _release(contract, contract.covered)


def take_again(contract: ProductionContract) -> None:
    """The costs are covered again, as far as room is left."""
    contract.costs = ZERO
    for line in contract.cost_lines.filter(voided_at=None).order_by("incurred_on", "id"):
        contract.costs += line.policy_amount
        _cover(contract, line)


def _move(actor: Actor, contract: ProductionContract, action: str, **columns: Any) -> None:
    move = CONTRACT.check(action, contract, actor)
    changes = {"state": move.target, "version": contract.version + 1, **columns}
    for name, value in changes.items():
        setattr(contract, name, value)
    contract.save(update_fields=list(changes))
    if contract.state in (ContractState.ENDED, ContractState.SHIPPED):
        clocks.disarm(SYSTEM, contract)
    audit.record(actor, f"production_contract.{action}", contract)


@transaction.atomic
def hold_for_claim(*, actor: Actor, contract_id: int) -> ProductionContract:
    """Called down when a loss is reported: from now on the contract can be claimed and not be shipped."""
    contract = locked(actor, contract_id)
    if not contract.loss_base:
        raise DomainError("no_costs", _("No covered direct costs are recorded. Record them first."), status=409)
    _move(SYSTEM, contract, "claim")
    return contract


@transaction.atomic
def release_from_claim(*, contract_id: int) -> ProductionContract:
    """The notice or claim ended without payment: production may go on and the goods may be shipped."""
    contract = locked(SYSTEM, contract_id)
    if contract.state == ContractState.IN_CLAIM:
        _move(SYSTEM, contract, "release")
    return contract


def ship(actor: Actor, contract: ProductionContract, shipment_id: int) -> None:
    """The shipment of the contract was declared: cover is that of the shipment from now on (§1.3)."""
    _move(SYSTEM, contract, "ship", shipment_id=shipment_id)
    messages.tell_insured(actor, "production.shipped", contract)


def unship(contract: ProductionContract) -> None:
    """The shipment was taken back: the goods are in production again."""
    _move(SYSTEM, contract, "unship", shipment=None)
    take_again(contract)
    clocks.arm(SYSTEM, contract)
