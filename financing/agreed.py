"""The agreed versions of an agreement, each with the days that it binds: the first with the third signature, then by amendment."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max, Q

from financing.lifecycle import AGREEMENT
from financing.models import Agreement, AgreementTerms, TermsState
from financing.moving import write
from policies.models import AssigneeBank
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.audit import services as audit
from sinosure.core import clock

_A_DAY = timedelta(days=1)


def begin(agreement: Agreement) -> AgreementTerms:
    """Version 1, as the three have signed it."""
    terms = AgreementTerms.objects.create(
        agreement=agreement, policyholder_id=agreement.policyholder_id, edition=1, state=TermsState.IN_FORCE,
        account_name=agreement.account_name, account_bank=agreement.account_bank, account_no=agreement.account_no,
        ends_on=agreement.ends_on, days=days_from(clock.today(), agreement.ends_on), proposed_at=clock.now(),
        **agreement.scope,
    )  # fmt: skip
    open_to_bank(terms)
    return terms


def days_from(first: date, last: date | None) -> DateRange:
    return DateRange(first, last + _A_DAY if last else None)


def next_edition(agreement: Agreement) -> int:
    """Numbers of dropped amendments are not used again."""
    return int(agreement.terms.aggregate(last=Max("edition"))["last"] or 0) + 1


def end_before(agreement: Agreement, day: date) -> None:
    """No agreed version binds from `day` on."""
    runs_on = Q(days__upper_inf=True) | Q(days__endswith__gt=day)
    for terms in agreement.terms.agreed().filter(runs_on, days__isempty=False):
        terms.days = _cut(terms.days, day)
        terms.save(update_fields=["days"])


def _cut(days: DateRange, day: date) -> DateRange:
    return DateRange(days.lower, day) if days.lower < day else DateRange(empty=True)


def open_to_bank(terms: AgreementTerms) -> None:
    """The bank reads what the version takes in. What an earlier version took in stays open to it."""
    agreement = terms.agreement
    AssigneeBank.objects.create(
        policy_id=agreement.policy_id, bank_id=agreement.bank_id, branch_id=agreement.branch_id,
        since=clock.today(), agreement_id=agreement.pk,
        edition=terms.edition, **terms.scope,
    )  # fmt: skip


def keep(actor: Actor, terms: AgreementTerms) -> None:
    """The amendment came to nothing: the agreement goes on as it is."""
    agreement = terms.agreement
    write(agreement, state=AGREEMENT["keep"].target)
    audit.record(actor, "agreement.keep", agreement, detail={"edition": terms.edition, "reason": terms.remark})


def drop_open(agreement: Agreement) -> None:
    """The agreement ends while an amendment is on its way."""
    for terms in agreement.terms.open().select_for_update():
        write(terms, state=TermsState.DROPPED)
        audit.record(SYSTEM, "amendment.lapse", terms)
