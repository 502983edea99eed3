"""《赔款转让协议》 from the draft over three signatures to its release or last day (Rulebook §8.2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from financing import agreed, clocks, letters, messages, scopes, selectors
from financing.interest import HIGHEST_PCT
from financing.lifecycle import AGREEMENT, UNFINISHED
from financing.models import ACTIVE_LOAN, IN_FORCE, Agreement, AgreementKind, AgreementState
from financing.moving import locked_agreement, move, write
from financing.overlap import refuse_overlap
from financing.scopes import ALL_EXPORTS, Given
from financing.services.branches import branch_of
from financing.signals import agreement_ended
from policies.models import AssigneeBank, Policy
from policies.moving import locked_policy
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.accounts.models import Organisation
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.deadlines.models import Deadline
from sinosure.documents import services as documents

EXPORTER, BANK, INSURER = "EXPORTER", "BANK", "INSURER"


@transaction.atomic
def draft(
    *, actor: Actor, policy_id: int, bank_id: int, account_name: str, account_bank: str, account_no: str,
    kind: str = AgreementKind.INDEMNITY, given: Given = ALL_EXPORTS, ends_on: date | None = None,
    claim_rights: bool = False, branch_id: int | None = None,
) -> Agreement:  # fmt: skip
    """The exporter names the policy, what is assigned of it, the bank and the bank's account that indemnities go to.

    `branch_id` is the branch that handles it, None head office.
    """
    if not (actor.is_exporter and actor.can("financing.draft")):
        raise NotAllowed()
    policy = locked_policy(actor, policy_id)
    _refuse_ended(policy)
    agreement = Agreement.objects.create(
        number=documents.next_number(f"AG-{clock.today().year}"), policy=policy, policyholder_id=policy.policyholder_id,
        bank=_bank(bank_id), branch=branch_of(bank_id, branch_id),
        account_name=account_name, account_bank=account_bank, account_no=account_number(account_no),
        kind=kind, claim_rights=claim_rights, ends_on=last_day_given(policy, ends_on), **scopes.columns(policy, given),
        created_by_id=actor.user_id, created_at=clock.now(),
    )  # fmt: skip
    audit.record(actor, "agreement.draft", agreement, detail={"policy": policy.number, "bank": agreement.bank.name_zh})
    return agreement


@transaction.atomic
def edit(
    *, actor: Actor, agreement_id: int, bank_id: int, account_name: str, account_bank: str, account_no: str,
    kind: str = AgreementKind.INDEMNITY, given: Given = ALL_EXPORTS, ends_on: date | None = None,
    claim_rights: bool = False, branch_id: int | None = None, version: int | None = None,
) -> Agreement:  # fmt: skip
    """Another bank, account or scope, before anybody has signed."""
    agreement = locked_agreement(actor, agreement_id, version)
    AGREEMENT.check("edit", agreement, actor)
    bank = _bank(bank_id)
    changes = {
        "account_name": account_name, "account_bank": account_bank, "account_no": account_number(account_no), "kind": kind,
        "claim_rights": claim_rights, "ends_on": last_day_given(agreement.policy, ends_on), **scopes.columns(agreement.policy, given),
    }  # fmt: skip
    branch = branch_of(bank_id, branch_id)
    write(agreement, bank=bank, branch=branch, **changes)
    detail = {"bank": bank.name_zh, "branch": branch.name_zh if branch else "", **changes}
    audit.record(actor, "agreement.edit", agreement, detail=detail)
    return agreement


def _bank(bank_id: int) -> Organisation:
    bank = selectors.banks().filter(pk=bank_id).first()
    if bank is None:
        raise DomainError("unknown_bank", _("Choose a bank from the list."), field="bank")
    return bank


def account_number(text: str) -> str:
    """An account number without the spaces and dashes that people write into it."""
    number = re.sub(r"[\s\-]", "", text).upper()
    if not re.fullmatch(r"[0-9A-Z]{6,34}", number):
        message = _("Write the account number as 6 to 34 digits or capital letters.")
        raise DomainError("bad_account", message, field="account_no")
    return number


def last_day_given(policy: Policy, ends_on: date | None) -> date | None:
    """An agreed last day lies between today and the end of the policy."""
    if ends_on is not None and not clock.today() <= ends_on <= policy.ends_on:
        message = _("The last day lies between today and the end of the policy, %(end)s.")
        raise DomainError("date_out_of_range", message, field="ends_on", end=policy.ends_on)
    return ends_on


def _refuse_ended(policy: Policy) -> None:
    if policy.state not in selectors.ASSIGNABLE:
        message = _("Indemnities are assigned under a signed policy that has not ended. The state is “%(state)s”.")
        raise DomainError("policy_not_live", message, field="policy", status=409, state=policy.get_state_display())


@transaction.atomic
def sign_exporter(*, actor: Actor, agreement_id: int, version: int | None = None) -> Agreement:
    """The exporter signs first: the PDF is issued and hashed; from here on the policy is taken."""
    agreement = locked_agreement(actor, agreement_id, version)
    AGREEMENT.check("sign_exporter", agreement, actor)
    _refuse_ended(agreement.policy)
    refuse_overlap(agreement, agreement)
    move(actor, agreement, "sign_exporter", remark="")
    documents.sign(actor=actor, document=letters.issue_assignment(actor, agreement), party=EXPORTER)
    messages.tell_bank(actor, "agreement.signed_by_exporter", agreement)
    return agreement


@transaction.atomic
def sign_bank(*, actor: Actor, agreement_id: int, version: int | None = None) -> Agreement:
    """The bank's approver signs the same PDF."""
    agreement = locked_agreement(actor, agreement_id, version)
    move(actor, agreement, "sign_bank")
    documents.sign(actor=actor, document=letters.text_of(agreement), party=BANK)
    messages.tell_exporter(actor, "agreement.signed_by_bank", agreement)
    messages.tell_underwriters(actor, "agreement.signed_by_bank", agreement)
    return agreement


@transaction.atomic
def sign_insurer(*, actor: Actor, agreement_id: int, version: int | None = None) -> Agreement:
    """The third signature: shipments from today on are bound, and the bank sees the policy."""
    agreement = locked_agreement(actor, agreement_id, version)
    today = clock.today()
    move(actor, agreement, "sign_insurer", {"active_from": today}, active_from=today)
    documents.sign(actor=actor, document=letters.text_of(agreement), party=INSURER)
    agreed.begin(agreement)
    clocks.arm_end(SYSTEM, agreement)
    for tell in (messages.tell_exporter, messages.tell_bank):
        tell(actor, "agreement.active", agreement)
    return agreement


@transaction.atomic
def record_contract(
    *, actor: Actor, agreement_id: int, contract_no: str, contract_on: date, rate_pct: Decimal | None = None,
    version: int | None = None,
) -> Agreement:  # fmt: skip
    """Step 4 of the flow: bank and exporter have signed their financing contract; only then is money drawn.

    `rate_pct` is what new loans under it begin with; what was lent before keeps its rate.
    """
    agreement = locked_agreement(actor, agreement_id, version)
    AGREEMENT.check("contract", agreement, actor)
    if contract_on > clock.today():
        raise DomainError("date_in_future", _("The day cannot lie in the future."), field="contract_on")
    refuse_odd_rate(rate_pct)
    detail = {"contract": contract_no, "signed_on": contract_on, "rate_pct": rate_pct}
    write(agreement, contract_no=contract_no, contract_on=contract_on, rate_pct=rate_pct)
    audit.record(actor, "agreement.contract", agreement, detail=detail)
    messages.tell_exporter(actor, "agreement.contract", agreement)
    return agreement


def refuse_odd_rate(rate_pct: Decimal | None) -> None:
    if rate_pct is not None and not 0 <= rate_pct <= HIGHEST_PCT:
        message = _("The rate a year lies between 0 and %(most)s %%.")
        raise DomainError("rate_out_of_range", message, field="rate_pct", most=HIGHEST_PCT)


@transaction.atomic
def send_back(*, actor: Actor, agreement_id: int, action: str, reason: str, version: int | None = None) -> Agreement:
    """`action` is one of `lifecycle.RETURNS`: bank or insurer do not sign, or the exporter withdraws. A draft again."""
    agreement = locked_agreement(actor, agreement_id, version)
    AGREEMENT.check(action, agreement, actor)
    text = reason_given(reason)
    bank_had_it = agreement.state == AgreementState.SIGNED_BY_EXPORTER
    move(actor, agreement, action, {"reason": text}, remark=text)
    if action == "withdraw":
        messages.tell_bank(actor, "agreement.withdrawn", agreement)
    else:
        messages.tell_exporter(actor, "agreement.returned", agreement, reason=text)
        if not bank_had_it:
            messages.tell_bank(actor, "agreement.returned", agreement, reason=text)
    return agreement


def reason_given(text: str) -> str:
    if not text.strip():
        raise DomainError("required", _("Give the reason."), field="text")
    return text.strip()[:500]


@transaction.atomic
def release(*, actor: Actor, agreement_id: int, reason: str, version: int | None = None) -> Agreement:
    """The bank's consent to end it: shipments from tomorrow on belong to the insured again; today's stay bound."""
    agreement = locked_agreement(actor, agreement_id, version)
    AGREEMENT.check("release", agreement, actor)
    _refuse_open_loans(agreement)
    until = min(agreement.active_until or date.max, clock.today())
    text = reason_given(reason)
    _end(agreement, until)
    move(actor, agreement, "release", {"reason": text, "until": until}, active_until=until, remark=text)
    documents.sign(actor=actor, document=letters.issue_consent(actor, agreement), party=BANK)
    AssigneeBank.objects.now().filter(agreement_id=agreement.pk).update(until=clock.today())
    agreement_ended.send(sender=Agreement, agreement=agreement)
    messages.tell_exporter(actor, "agreement.released", agreement)
    messages.tell_underwriters(actor, "agreement.released", agreement)
    return agreement


def _refuse_open_loans(agreement: Agreement) -> None:
    count = agreement.loans.filter(state__in=ACTIVE_LOAN).count()
    if count:
        message = _("%(count)s loans under this agreement are still open. Book their repayment first.")
        raise DomainError("loans_open", message, status=409, count=count)


def _end(agreement: Agreement, until: date) -> None:
    """No version binds a shipment after that day, and none comes any more."""
    agreed.end_before(agreement, until + timedelta(days=1))
    agreed.drop_open(agreement)
    clocks.disarm_end(SYSTEM, agreement)


@transaction.atomic
def expire_agreements(*, policy: Policy) -> None:
    """The policy has ended. `AssigneeBank` stays open: the bank is still payee of the shipments made before."""
    rows = Agreement.objects.filter(policy=policy, state__in=UNFINISHED).select_for_update(of=("self",))
    for agreement in rows.select_related("policyholder", "bank", "policy").order_by("id"):
        _expire(agreement, _last_day(agreement, policy), "agreement.expired")


def expire_due(rows: Sequence[Deadline]) -> None:
    """The effect of AGREEMENT_END: the agreed last day is over. What was released or prolonged meanwhile is left alone."""
    for deadline in rows:
        agreement = locked_agreement(SYSTEM, deadline.subject_id)
        if agreement.state in IN_FORCE and agreement.ends_on is not None and agreement.ends_on < clock.today():
            _expire(agreement, agreement.ends_on, "agreement.last_day_passed")


def _expire(agreement: Agreement, last_day: date, kind: str) -> None:
    was = agreement.state
    changes = {"active_until": last_day} if was in IN_FORCE else {}
    if was in IN_FORCE:
        _end(agreement, last_day)
    move(SYSTEM, agreement, "expire", **changes)
    agreement_ended.send(sender=Agreement, agreement=agreement)
    messages.tell_exporter(SYSTEM, kind, agreement)
    if was != AgreementState.DRAFT:
        messages.tell_bank(SYSTEM, kind, agreement)


def _last_day(agreement: Agreement, policy: Policy) -> date:
    ended_on = policy.terminated_on - timedelta(days=1) if policy.terminated_on else policy.ends_on
    return max(min(ended_on, policy.ends_on, agreement.ends_on or ended_on), agreement.active_from or ended_on)
