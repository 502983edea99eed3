"""Amend a signed agreement: propose, three signatures in order, the next version in force (Rulebook §8.2).

Until the insurer has signed, the version before binds. A changed account needs a second person of the bank before the
insurer signs, and a cooling-off day before money goes there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from financing import agreed, clocks, letters, messages, scopes
from financing.amendments.lifecycle import AMENDMENT
from financing.lifecycle import AGREEMENT
from financing.models import ACTIVE_LOAN, Agreement, AgreementTerms
from financing.moving import locked_agreement, move, write
from financing.overlap import refuse_overlap
from financing.scopes import Given
from financing.services.agreements import BANK, EXPORTER, INSURER, account_number, last_day_given, reason_given
from financing.signals import agreement_amended
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed, Stale
from sinosure.deadlines.models import Deadline
from sinosure.documents import services as documents

_ACCOUNT = ("account_name", "account_bank", "account_no")


@transaction.atomic
def propose(
    *, actor: Actor, agreement_id: int, reason: str, given: Given, account_name: str, account_bank: str, account_no: str,
    ends_on: date | None = None, version: int | None = None,
) -> AgreementTerms:  # fmt: skip
    """Exporter or bank writes the next version; what is agreed goes on until all three have signed it."""
    agreement = locked_agreement(actor, agreement_id, version)
    AGREEMENT.check("amend", agreement, actor)
    _refuse_strangers(actor, agreement)
    wanted = {
        "account_name": account_name, "account_bank": account_bank, "account_no": account_number(account_no),
        "ends_on": last_day_given(agreement.policy, ends_on), **scopes.columns(agreement.policy, given),
    }  # fmt: skip
    if all(getattr(agreement, name) == value for name, value in wanted.items()):
        raise DomainError(
            "nothing_changed", _("Nothing differs from what is agreed. Change scope, account or last day.")
        )
    terms = AgreementTerms.objects.create(
        agreement=agreement, policyholder_id=agreement.policyholder_id, edition=agreed.next_edition(agreement),
        is_new_account=any(getattr(agreement, name) != wanted[name] for name in _ACCOUNT), reason=reason_given(reason),
        proposed_by_id=actor.user_id, proposed_at=clock.now(), **wanted,
    )  # fmt: skip
    move(actor, agreement, "amend", {"edition": terms.edition, "reason": terms.reason})
    audit.record(actor, "amendment.propose", terms, detail={"reason": terms.reason})
    _tell(actor, "amendment.proposed", terms, reason=terms.reason)
    return terms


def _refuse_strangers(actor: Actor, agreement: Agreement) -> None:
    """The insurer only signs; another bank finds no agreement at all."""
    if actor.organisation_id not in (agreement.policyholder_id, agreement.bank_id):
        raise NotAllowed()


def locked_terms(actor: Actor, terms_id: int, version: int | None = None) -> AgreementTerms:
    """An amendment with policy and agreement locked before it. Raises AgreementTerms.DoesNotExist, Stale."""
    agreement_id = AgreementTerms.objects.visible_to(actor).values_list("agreement_id", flat=True).get(pk=terms_id)
    agreement = locked_agreement(actor, agreement_id)
    terms: AgreementTerms = AgreementTerms.objects.select_for_update(of=("self",)).get(pk=terms_id)
    terms.agreement = agreement
    if version is not None and terms.version != version:
        raise Stale()
    return terms


def _move(actor: Actor, terms: AgreementTerms, action: str, **changes: Any) -> AgreementTerms:
    found = AMENDMENT.check(action, terms, actor)
    write(terms, state=found.target, **changes)
    audit.record(actor, f"amendment.{action}", terms, detail={"to": terms.state})
    return terms


@transaction.atomic
def sign_exporter(*, actor: Actor, terms_id: int, version: int | None = None) -> AgreementTerms:
    """The text of the new version is issued; what it takes in must still be free of other banks."""
    terms = locked_terms(actor, terms_id, version)
    AMENDMENT.check("sign_exporter", terms, actor)
    refuse_overlap(terms, terms.agreement)
    _move(actor, terms, "sign_exporter")
    documents.sign(actor=actor, document=letters.issue_terms(actor, terms), party=EXPORTER)
    messages.tell_bank(actor, "amendment.signed_by_exporter", terms.agreement, edition=terms.edition)
    return terms


@transaction.atomic
def sign_bank(*, actor: Actor, terms_id: int, version: int | None = None) -> AgreementTerms:
    """The bank's written consent to the change (P:assign)."""
    terms = locked_terms(actor, terms_id, version)
    _move(actor, terms, "sign_bank", bank_signer_id=actor.user_id)
    documents.sign(actor=actor, document=letters.text_of(terms), party=BANK)
    if terms.is_new_account:
        messages.tell_bank(actor, "amendment.confirm_account", terms.agreement, account=terms.account_no)
    else:
        messages.tell_underwriters(actor, "amendment.signed_by_bank", terms.agreement, edition=terms.edition)
    return terms


@transaction.atomic
def confirm_account(*, actor: Actor, terms_id: int, version: int | None = None) -> AgreementTerms:
    """A second approver of the bank has checked the changed account."""
    terms = locked_terms(actor, terms_id, version)
    AMENDMENT.check("confirm_account", terms, actor)
    if not terms.is_new_account:
        raise DomainError("account_unchanged", _("The account stays as it is. Nothing is to be confirmed."), status=409)
    if terms.confirmed_by_id is not None:
        raise DomainError(
            "already_confirmed", _("The account is confirmed already. The insurer signs next."), status=409
        )
    _move(actor, terms, "confirm_account", confirmed_by_id=actor.user_id)
    messages.tell_underwriters(actor, "amendment.signed_by_bank", terms.agreement, edition=terms.edition)
    return terms


@transaction.atomic
def sign_insurer(*, actor: Actor, terms_id: int, version: int | None = None) -> AgreementTerms:
    """The third signature: from today on the new version binds; the days before stay with the old one."""
    terms = locked_terms(actor, terms_id, version)
    AMENDMENT.check("sign_insurer", terms, actor)
    _refuse_unready(terms)
    today = clock.today()
    agreed.end_before(terms.agreement, today)
    window = clocks.cooling_window() if terms.is_new_account else None
    account_from = window.legal_due + timedelta(days=1) if window else None
    _move(actor, terms, "sign_insurer", days=agreed.days_from(today, terms.ends_on), account_from=account_from)
    documents.sign(actor=actor, document=letters.text_of(terms), party=INSURER)
    _take_over(actor, terms)
    if window is not None:
        clocks.arm_cooling(actor, terms, window)
    _tell(actor, "amendment.in_force", terms)
    agreement_amended.send(sender=Agreement, agreement=terms.agreement)
    return terms


def _refuse_unready(terms: AgreementTerms) -> None:
    if terms.is_new_account and terms.confirmed_by_id is None:
        message = _("A second approver of the bank has to confirm the new account first.")
        raise DomainError("account_unconfirmed", message, status=409)
    today = clock.today()
    if terms.ends_on is not None and terms.ends_on < today:
        message = _("The agreed last day %(day)s has passed. Drop this amendment and propose another.")
        raise DomainError("last_day_passed", message, status=409, day=terms.ends_on)
    loans = terms.agreement.loans.filter(state__in=ACTIVE_LOAN, shipment__shipped_on__gte=today)
    outside = [one for one in loans.select_related("shipment__obligor") if not terms.takes(one.shipment)]
    if outside:
        message = _("Loan %(number)s stands on a shipment of today that this version leaves out. Sign tomorrow.")
        raise DomainError("loans_outside", message, status=409, number=outside[0].number)


def _take_over(actor: Actor, terms: AgreementTerms) -> None:
    """The agreement says what its newest version says."""
    agreement = terms.agreement
    names = (*_ACCOUNT, "ends_on", *terms.scope)
    widened = agreement.scope != terms.scope
    move(actor, agreement, "amended", {"edition": terms.edition}, **{name: getattr(terms, name) for name in names})
    if widened:
        agreed.open_to_bank(terms)
    clocks.arm_end(SYSTEM, agreement)


@transaction.atomic
def drop(*, actor: Actor, terms_id: int, reason: str, version: int | None = None) -> AgreementTerms:
    """Exporter or bank gives the amendment up: the agreement goes on as it is."""
    terms = locked_terms(actor, terms_id, version)
    AMENDMENT.check("drop", terms, actor)
    _refuse_strangers(actor, terms.agreement)
    return _drop(actor, terms, "drop", reason_given(reason))


@transaction.atomic
def send_back(*, actor: Actor, terms_id: int, reason: str, version: int | None = None) -> AgreementTerms:
    """The insurer does not sign it."""
    terms = locked_terms(actor, terms_id, version)
    AMENDMENT.check("return_insurer", terms, actor)
    return _drop(actor, terms, "return_insurer", reason_given(reason))


def _drop(actor: Actor, terms: AgreementTerms, action: str, reason: str) -> AgreementTerms:
    _move(actor, terms, action, remark=reason)
    agreed.keep(actor, terms)
    _tell(actor, "amendment.dropped", terms, reason=reason)
    return terms


def _tell(actor: Actor, kind: str, terms: AgreementTerms, **named: Any) -> None:
    """Both sides of the agreement, but not the one that did it."""
    agreement = terms.agreement
    if actor.organisation_id != agreement.policyholder_id:
        messages.tell_exporter(actor, kind, agreement, edition=terms.edition, **named)
    if actor.organisation_id != agreement.bank_id:
        messages.tell_bank(actor, kind, agreement, edition=terms.edition, **named)


def tell_account_open(rows: Sequence[Deadline]) -> None:
    """The effect of ACCOUNT_COOLING: from today on money may go to the changed account."""
    for terms in AgreementTerms.objects.filter(pk__in=[row.subject_id for row in rows]).select_related(
        "agreement__bank", "agreement__policyholder", "agreement__policy"
    ):
        _tell(SYSTEM, "amendment.account_open", terms, account=terms.account_no)
