"""信保贷: apply with the data authorisation, be judged at once, offer, sign on both sides, close (Rulebook §8.6)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from financing import services as financing
from financing.microloan import letters, scorecard, selectors
from financing.microloan.authorising import write_authorisation
from financing.microloan.facts import Dossier, dossier
from financing.microloan.lifecycle import OPEN
from financing.microloan.messages import tell
from financing.microloan.moving import locked_line, move
from financing.models import ACTIVE_LOAN, IN_FORCE, Agreement, AgreementState, CreditLine, CreditProduct, CreditState
from financing.schemes import entry
from policies.models import Policy
from policies.moving import locked_policy
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.accounts.models import Organisation
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.core.money import Money
from sinosure.documents import services as documents
from sinosure.documents.services import next_number
from sinosure.reference.services import rate_per_usd

OFFER_DAYS, LINE_DAYS = 15, 365
EXPORTER, BANK = "EXPORTER", "BANK"


@transaction.atomic
def apply(*, actor: Actor, product_id: int, asked: Decimal, tenor_days: int, authorises: bool) -> CreditLine:
    """Apply, authorise and be judged in one deed. Raises `no_micro_policy`, `line_open`, `not_authorised`, `above_…`.

    The answer is an offer, an application that waits for the bank, or a refusal with its reasons.
    """
    policy = _policy_to_borrow_on(actor)
    product = _product(product_id)
    if not authorises:
        message = _("The bank may judge you only with your authorisation. Read it and tick the box.")
        raise DomainError("not_authorised", message, field="authorises")
    _refuse_second(policy, product)
    entry.refuse(product, policy, asked)
    known = dossier(policy)
    most = ceilings_of(product, known)
    _check_request(product, most, asked, tenor_days)
    line = _judged(actor, policy, product, known, most, asked, tenor_days)
    write_authorisation(actor, line)
    _tell_outcome(actor, line)
    return line


def _policy_to_borrow_on(actor: Actor) -> Policy:
    if not (actor.is_exporter and actor.can("financing.sign_exporter")):
        raise NotAllowed("signer_needed", _("Only a signer of your company can apply. Ask one to open this page."))
    policy = selectors.policy_of(actor)
    if policy is None:
        message = _("This loan is for holders of a micro policy in force. Buy one first: it takes a few minutes.")
        raise DomainError("no_micro_policy", message, status=409)
    locked_policy(SYSTEM, policy.pk)
    return policy


def _product(product_id: int) -> CreditProduct:
    product = selectors.products().filter(pk=product_id).first()
    if product is None:
        raise DomainError("unknown_product", _("Choose a product from the list."), field="product")
    return product


def _refuse_second(policy: Policy, product: CreditProduct) -> None:
    """One line at a time, and one bank: all indemnities of the policy are assigned with it."""
    for row in CreditLine.objects.filter(policy=policy, state__in=OPEN):
        if row.shown_state in OPEN:
            message = _("Application %(number)s is under way. Finish or withdraw it first.")
            raise DomainError("line_open", message, status=409, number=row.number)
        row.state = CreditState.CLOSED  # lapsed or over: its day has passed
        row.save(update_fields=["state"])
    if agreement := _assigned_elsewhere(policy, product.bank_id):
        message = _("The policy is assigned to another bank by agreement %(number)s. It must release the policy first.")
        raise DomainError("assigned_elsewhere", message, field="product", status=409, number=agreement.number)


def _assigned_elsewhere(policy: Policy, bank_id: int) -> Agreement | None:
    live = (AgreementState.SIGNED_BY_EXPORTER, AgreementState.SIGNED_BY_BANK, *IN_FORCE)
    return Agreement.objects.filter(policy=policy, state__in=live).exclude(bank=bank_id).first()


def ceilings_of(product: CreditProduct, known: Dossier) -> scorecard.Ceilings:
    per_usd = rate_per_usd(product.currency, clock.today())
    return scorecard.ceilings(product.max_amount, known.exports, known.policy_left, per_usd, product.currency)


def _check_request(product: CreditProduct, most: scorecard.Ceilings, asked: Decimal, tenor_days: int) -> None:
    if asked < scorecard.LEAST:
        message = _("The least that can be asked for is %(least)s.")
        raise DomainError("too_little", message, field="asked", least=Money(scorecard.LEAST, product.currency))
    for code, room in most.rooms.items():
        if asked > room:
            most_money = Money(room, product.currency)
            raise DomainError(code.lower(), scorecard.CEILINGS[code], field="asked", most=most_money)
    if not 1 <= tenor_days <= product.max_tenor_days:
        message = _("Each drawdown runs for 1 to %(days)s days under this product.")
        raise DomainError("tenor_too_long", message, field="tenor_days", days=product.max_tenor_days)


def _judged(
    actor: Actor, policy: Policy, product: CreditProduct, known: Dossier, most: scorecard.Ceilings, asked: Decimal,
    tenor_days: int,
) -> CreditLine:  # fmt: skip
    """The line with its score, and the offer where the model may make it by itself."""
    found = scorecard.score(known.facts)
    terms = selectors.terms_of(product, found.grade) if found.grade else None
    decision = scorecard.decide(found, most, terms.share_ratio if terms else scorecard.ZERO, asked)
    today = clock.today()
    line = CreditLine(
        number=next_number(f"XBD-{today.year}"), policyholder_id=policy.policyholder_id, bank_id=product.bank_id,
        policy=policy, product=product, state=_first_state(product, decision), currency=product.currency, asked=asked,
        asked_tenor_days=tenor_days, applied_at=clock.now(), applied_by_id=actor.user_id, scorecard=found.version,
        points=found.points, grade=found.grade, ceiling=most.most, facts=known.as_shown,
        reasons=[one.code for one in found.scored], barred=list(decision.barred),
        working=[step.as_stored() for step in decision.steps],
    )  # fmt: skip
    if terms is not None and decision.amount:
        line.amount, line.rate_pct, line.tenor_days = decision.amount, terms.rate_pct, tenor_days
        line.offered_until = today + timedelta(days=OFFER_DAYS)
    line.save()
    audit.record(actor, "credit_line.apply", line, detail={
        "points": line.points, "grade": line.grade, "asked": asked, "amount": line.amount, "state": line.state})  # fmt: skip
    return line


def _first_state(product: CreditProduct, decision: scorecard.Decision) -> CreditState:
    if decision.barred:
        return CreditState.DECLINED
    return CreditState.OFFERED if decision.amount <= product.instant_up_to else CreditState.REFERRED


def _tell_outcome(actor: Actor, line: CreditLine) -> None:
    if line.state == CreditState.REFERRED:
        tell(actor, "credit.referred", line, line.bank_id)
    else:
        kind = "credit.offered" if line.state == CreditState.OFFERED else "credit.declined"
        tell(actor, kind, line, line.policyholder_id)


@transaction.atomic
def offer(*, actor: Actor, line_id: int, amount: Decimal, rate_pct: Decimal, tenor_days: int) -> CreditLine:
    """The bank's officer offers, within what the scorecard allows; the approver who signs later is another person."""
    line = locked_line(actor, line_id)
    suggested, dearest = line.amount, line.rate_pct
    _check_offer(line, amount, rate_pct, tenor_days)
    until = clock.today() + timedelta(days=OFFER_DAYS)
    move(
        actor, line, "offer", {"amount": amount, "suggested": suggested, "rate": rate_pct, "table": dearest},
        amount=amount, rate_pct=rate_pct, tenor_days=tenor_days, offered_until=until, offered_by_id=actor.user_id,
    )  # fmt: skip
    tell(actor, "credit.offered", line, line.policyholder_id)
    return line


def _check_offer(line: CreditLine, amount: Decimal, rate_pct: Decimal, tenor_days: int) -> None:
    if not scorecard.LEAST <= amount <= line.amount:
        message = _("The scorecard allows at most %(most)s, and the least is %(least)s.")
        least = Money(scorecard.LEAST, line.currency)
        raise DomainError(
            "above_scorecard", message, field="amount", most=Money(line.amount, line.currency), least=least
        )
    if not 0 < rate_pct <= line.rate_pct:
        message = _("The rate lies above 0 and is at most %(rate)s %%, that of grade %(grade)s.")
        rate = f"{line.rate_pct.normalize():f}"
        raise DomainError("rate_above_table", message, field="rate_pct", rate=rate, grade=line.grade)
    if not 1 <= tenor_days <= line.product.max_tenor_days:
        message = _("Each drawdown runs for 1 to %(days)s days under this product.")
        raise DomainError("tenor_too_long", message, field="tenor_days", days=line.product.max_tenor_days)


@transaction.atomic
def sign(*, actor: Actor, line_id: int) -> CreditLine:
    """The exporter signs the contract, and with it assigns the indemnities of the policy to the bank."""
    line = locked_line(actor, line_id)
    if line.shown_state == CreditState.LAPSED:
        message = _("The offer lapsed on %(day)s. Apply again: nothing has to be typed anew.")
        raise DomainError("offer_lapsed", message, status=409, day=line.offered_until)
    refuse_unauthorised(line)
    line.agreement = _standing_agreement(line) or _assign(actor, line)
    move(actor, line, "sign", {"amount": line.amount}, agreement=line.agreement, signed_at=clock.now())
    documents.sign(actor=actor, document=letters.issue_contract(actor, line), party=EXPORTER)
    tell(actor, "credit.signed", line, line.bank_id)
    return line


def refuse_unauthorised(line: CreditLine) -> None:
    if selectors.standing_authorisation(line) is None:
        message = _("The data authorisation was revoked or has ended. Authorise the bank again first.")
        raise DomainError("no_data_authorisation", message, status=409)


def _standing_agreement(line: CreditLine) -> Agreement | None:
    """An assignment of all exports to this bank that holds already."""
    rows = Agreement.objects.filter(policy=line.policy_id, bank=line.bank_id, state__in=IN_FORCE)
    return rows.filter(countries=[], obligors=[], invoices=[]).first()


def _assign(actor: Actor, line: CreditLine) -> Agreement:
    bank: Organisation = line.bank
    drafted = financing.draft(
        actor=actor, policy_id=line.policy_id, bank_id=bank.pk, account_name=bank.name_zh,
        account_bank=bank.account_bank or bank.name_zh, account_no=bank.account_no,
    )  # fmt: skip
    return financing.sign_exporter(actor=actor, agreement_id=drafted.pk)


@transaction.atomic
def sign_bank(*, actor: Actor, line_id: int) -> CreditLine:
    """The bank's approver signs contract and assignment: never the officer who made the offer."""
    line = locked_line(actor, line_id)
    ends_on = min(clock.today() + timedelta(days=LINE_DAYS), line.policy.ends_on)
    move(actor, line, "sign_bank", bank_signed_at=clock.now(), bank_signed_by_id=actor.user_id, ends_on=ends_on)
    documents.sign(actor=actor, document=letters.contract_of(line), party=BANK)
    if line.agreement is not None and line.agreement.state == AgreementState.SIGNED_BY_EXPORTER:
        financing.sign_bank(actor=actor, agreement_id=line.agreement.pk)
    tell(actor, "credit.active", line, line.policyholder_id)
    return line


@transaction.atomic
def decline(*, actor: Actor, line_id: int, reason: str) -> CreditLine:
    line = locked_line(actor, line_id)
    move(actor, line, "decline", {"reason": _reason(reason)}, remark=_reason(reason))
    _give_back(actor, line, "return_bank", reason)
    tell(actor, "credit.declined", line, line.policyholder_id)
    return line


@transaction.atomic
def withdraw(*, actor: Actor, line_id: int) -> CreditLine:
    """The exporter does not want it after all; the authorisation ends with it."""
    line = locked_line(actor, line_id)
    move(actor, line, "withdraw")
    line.authorisations.filter(revoked_at=None).update(revoked_at=clock.now())
    _give_back(actor, line, "withdraw", line.number)
    tell(actor, "credit.withdrawn", line, line.bank_id)
    return line


def _give_back(actor: Actor, line: CreditLine, action: str, reason: str) -> None:
    """The assignment that was signed for this line alone becomes a draft again."""
    if line.agreement is not None and line.agreement.state == AgreementState.SIGNED_BY_EXPORTER:
        financing.send_back(actor=actor, agreement_id=line.agreement.pk, action=action, reason=reason)


@transaction.atomic
def close(*, actor: Actor, line_id: int) -> CreditLine:
    """Once everything is repaid. The assignment of the indemnities is released by itself."""
    line = locked_line(actor, line_id)
    count = line.drawdowns.filter(loan__state__in=ACTIVE_LOAN).count()
    if count:
        message = _("%(count)s loans under this line are still open. Book their repayment first.")
        raise DomainError("loans_open", message, status=409, count=count)
    move(actor, line, "close")
    tell(actor, "credit.closed", line, line.policyholder_id)
    return line


def _reason(text: str) -> Any:
    if not text.strip():
        raise DomainError("required", _("Give the reason."), field="text")
    return text.strip()[:500]
