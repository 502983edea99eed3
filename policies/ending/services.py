"""The only writers of notices of termination and of banks' consents (Rulebook §2.1, P:assign).

Either side gives notice; the policy ends when the notice period has run. The insured alone may not end a policy whose
indemnities are assigned: its notice waits until every bank that is loss payee has consented.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from policies import clocks, messages
from policies.ending.lifecycle import CONSENT, TERMINATION
from policies.lifecycle import COVERING
from policies.models import AssigneeBank, ConsentState, NoticeState, Policy, PolicyConsent, Reader, TerminationNotice
from policies.moving import locked_policy, move
from policies.signals import policy_ended
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed, WrongState
from sinosure.deadlines import services as deadlines
from sinosure.deadlines.models import Deadline

ONE_OPEN = _("Notice of termination was given already.")
OPEN = (NoticeState.WAITING, NoticeState.RUNNING)


@transaction.atomic
def give_notice(*, actor: Actor, policy_id: int, reason: str) -> TerminationNotice:
    """Notice by either side. Runs at once, or waits for the consent of each bank that is loss payee (insured only)."""
    policy = locked_policy(actor, policy_id)
    if not (actor.can("policies.underwrite") or actor.may("policies.sign", policy)):
        raise NotAllowed()
    if policy.state not in COVERING:
        raise WrongState("terminate", policy.get_state_display())
    if not reason.strip():
        raise DomainError("required", _("Give the reason for the termination."), field="text")
    if policy.termination_notices.filter(state__in=OPEN).exists():
        raise DomainError("notice_given", ONE_OPEN, status=409)
    notice = TerminationNotice.objects.create(
        policy=policy, policyholder_id=policy.policyholder_id, is_from_insured=not actor.is_insurer,
        reason=reason.strip()[:1000], state=NoticeState.WAITING, given_at=clock.now(), given_by_id=actor.user_id,
    )  # fmt: skip
    audit.record(actor, "policy.termination_notice", policy, detail={"reason": notice.reason})
    if notice.is_from_insured:
        _ask_banks(actor, notice)
    _run_if_free(actor, notice)
    return notice


def _ask_banks(actor: Actor, notice: TerminationNotice) -> None:
    for bank_id in _banks(notice.policy):
        PolicyConsent.objects.create(
            notice=notice, policy=notice.policy, policyholder_id=notice.policyholder_id, bank_id=bank_id,
            asked_at=clock.now(),
        )  # fmt: skip
    for reader in _readers(notice.policy):
        messages.tell_bank(actor, "policy.consent_asked", notice.policy, reader)


def _banks(policy: Policy) -> list[int]:
    """The banks that are loss payee today."""
    return list(dict.fromkeys(bank_id for bank_id, _branch in _readers(policy)))


def _readers(policy: Policy) -> list[Reader]:
    return AssigneeBank.objects.now().filter(policy=policy).readers()


def _run_if_free(actor: Actor, notice: TerminationNotice) -> None:
    """Start the period when no bank is left to consent."""
    given = notice.consents.filter(state=ConsentState.GIVEN).values_list("bank_id", flat=True)
    if notice.is_from_insured and set(_banks(notice.policy)) - set(given):
        return
    policy = notice.policy
    days = policy.wording.named.days("termination_notice_days")
    effective = min(clock.today() + timedelta(days=days), policy.ends_on)
    _move(actor, notice, "run", effective_on=effective)
    clocks.arm(actor, policy, clocks.TERMINATION, effective)
    for tell in (messages.tell_insured, messages.tell_underwriters):
        tell(actor, "policy.termination_notice", policy, effective=effective)
    for reader in _readers(policy):
        messages.tell_bank(actor, "policy.termination_notice", policy, reader, effective=effective)


@transaction.atomic
def give_consent(*, actor: Actor, consent_id: int, remark: str = "") -> PolicyConsent:
    """The bank agrees that the policy ends; with the last consent the notice begins to run."""
    consent = _locked_consent(actor, consent_id)
    _answer(actor, consent, "give", remark)
    messages.tell_insured(actor, "policy.consent_given", consent.policy)
    _run_if_free(actor, consent.notice)
    return consent


@transaction.atomic
def refuse_consent(*, actor: Actor, consent_id: int, remark: str) -> PolicyConsent:
    """The bank does not agree: the notice is stopped and the policy goes on."""
    consent = _locked_consent(actor, consent_id)
    CONSENT.check("refuse", consent, actor)
    if not remark.strip():
        raise DomainError("required", _("Give the reason."), field="text")
    _answer(actor, consent, "refuse", remark)
    _move(actor, consent.notice, "stop")
    _drop_others(actor, consent.notice)
    messages.tell_insured(actor, "policy.consent_refused", consent.policy)
    return consent


def _answer(actor: Actor, consent: PolicyConsent, action: str, remark: str) -> None:
    consent.state = CONSENT.check(action, consent, actor).target or consent.state
    consent.answered_at, consent.answered_by_id = clock.now(), actor.user_id
    consent.remark = remark.strip()[:1000]
    consent.save(update_fields=["state", "answered_at", "answered_by", "remark"])
    audit.record(actor, f"policy.consent_{action}", consent.policy, detail={"reason": consent.remark})


def _drop_others(actor: Actor, notice: TerminationNotice) -> None:
    notice.consents.filter(state=ConsentState.ASKED).update(state=ConsentState.DROPPED)


def _locked_consent(actor: Actor, consent_id: int) -> PolicyConsent:
    """Policy first, then its notice. Only the bank that was asked finds it to answer."""
    seen: PolicyConsent = PolicyConsent.objects.visible_to(actor).get(pk=consent_id)
    if actor.organisation_id != seen.bank_id:
        raise NotAllowed()
    policy = locked_policy(SYSTEM, seen.policy_id)
    notice = TerminationNotice.objects.select_for_update(of=("self",)).get(pk=seen.notice_id)
    consent: PolicyConsent = PolicyConsent.objects.select_for_update(of=("self",)).get(pk=consent_id)
    notice.policy = policy
    consent.policy, consent.notice = policy, notice
    return consent


@transaction.atomic
def withdraw_notice(*, actor: Actor, policy_id: int) -> TerminationNotice:
    """The side that gave notice takes it back while the policy still covers."""
    policy = locked_policy(actor, policy_id)
    if not (actor.can("policies.underwrite") or actor.may("policies.sign", policy)):
        raise NotAllowed()
    notice = policy.termination_notices.select_for_update().filter(state__in=OPEN).first()
    if notice is None:
        raise WrongState("withdraw", policy.get_state_display())
    if notice.is_from_insured == actor.is_insurer:
        raise NotAllowed()
    notice.policy = policy
    _move(actor, notice, "withdraw")
    _drop_others(actor, notice)
    deadlines.cancel(actor=actor, kind=clocks.TERMINATION, subject=policy)
    for tell in (messages.tell_insured, messages.tell_underwriters):
        tell(actor, "policy.notice_withdrawn", policy)
    return notice


@transaction.atomic
def terminate_policies(rows: Iterable[Deadline]) -> None:
    """The effect of POLICY_TERMINATION: the notice has run out; the day after it is the first without cover."""
    for row in rows:
        policy = locked_policy(SYSTEM, row.subject_id)
        notice = policy.termination_notices.filter(state=NoticeState.RUNNING).first()
        if policy.state in COVERING:
            move(SYSTEM, policy, "terminate", terminated_on=row.legal_due + timedelta(days=1))
            clocks.end_cover(SYSTEM, policy)
            messages.tell_insured(SYSTEM, "policy.terminated", policy)
            policy_ended.send(sender=Policy, policy=policy, actor=SYSTEM)
        if notice is not None:
            _move(SYSTEM, notice, "finish")


def _move(actor: Actor, notice: TerminationNotice, action: str, **columns: Any) -> None:
    """Whoever brings it about: services have asked for the duty before."""
    target = TERMINATION.check(action, notice, SYSTEM).target
    for name, value in {"state": target, **columns}.items():
        setattr(notice, name, value)
    notice.save(update_fields=["state", *columns])
    audit.record(actor, f"policy.notice_{action}", notice.policy)
