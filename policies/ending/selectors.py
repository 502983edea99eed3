"""Reads of notices of termination and consents."""

from __future__ import annotations

from django.db.models import QuerySet

from policies.ending.lifecycle import CONSENT
from policies.models import NoticeState, Policy, PolicyConsent, TerminationNotice
from sinosure.accounts.actor import Actor


def consents(actor: Actor) -> QuerySet[PolicyConsent]:
    rows = PolicyConsent.objects.visible_to(actor)
    return rows.select_related("notice", "policy__policyholder", "policy__wording", "bank")


def notice_of(policy: Policy) -> TerminationNotice | None:
    """The notice that waits, runs or has ended the policy; else the last one that a bank refused."""
    shown = [NoticeState.WAITING, NoticeState.RUNNING, NoticeState.DONE, NoticeState.REFUSED]
    return TerminationNotice.objects.filter(policy=policy, state__in=shown).order_by("-id").first()


def answers(notice: TerminationNotice, actor: Actor) -> list[PolicyConsent]:
    """The banks' answers: all for the insurer and the insured, a bank sees its own."""
    return list(consents(actor).filter(notice=notice).order_by("id"))


def may_answer(consent: PolicyConsent, actor: Actor) -> bool:
    return actor.organisation_id == consent.bank_id and bool(CONSENT.available(consent, actor))


def may_withdraw(notice: TerminationNotice | None, actor: Actor) -> bool:
    able = actor.can("policies.underwrite") or (notice is not None and actor.may("policies.sign", notice))
    is_open = notice is not None and notice.state in (NoticeState.WAITING, NoticeState.RUNNING)
    return is_open and able and notice is not None and notice.is_from_insured != actor.is_insurer
