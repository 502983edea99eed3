"""Double entry, append-only. A journal's postings sum to zero per currency, checked when the transaction commits."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from sinosure.accounts.models import Organisation
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.append_only import append_only
from sinosure.core.fields import LARGEST_AMOUNT, AmountField

BALANCED = pgtrigger.Trigger(
    name="journal_balances",
    operation=pgtrigger.Insert,
    when=pgtrigger.After,
    timing=pgtrigger.Deferred,
    declare=[("wrong", "text")],
    func="""
        SELECT currency INTO wrong FROM ledger_posting WHERE journal_id = NEW.journal_id
        GROUP BY currency HAVING sum(amount) <> 0 OR count(*) < 2 LIMIT 1;
        IF wrong IS NOT NULL THEN
            RAISE EXCEPTION 'journal % does not balance in %', NEW.journal_id, wrong USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    """,
)


class Account(models.TextChoices):
    """Accounts of the insurer's book. A debit is positive, a credit negative."""

    PREMIUM_RECEIVABLE = "PREMIUM_RECEIVABLE", _("Premium receivable")
    PREMIUM_INCOME = "PREMIUM_INCOME", _("Premium income")
    SUBSIDY_RECEIVABLE = "SUBSIDY_RECEIVABLE", _("Premium subsidy receivable")
    PREMIUM_DEPOSIT = "PREMIUM_DEPOSIT", _("Deposit premium held")
    BANK = "BANK", _("Bank account")
    INDEMNITY_EXPENSE = "INDEMNITY_EXPENSE", _("Indemnity expense")
    INDEMNITY_PAYABLE = "INDEMNITY_PAYABLE", _("Indemnity payable")
    RECOVERY_INCOME = "RECOVERY_INCOME", _("Recoveries")
    RECOVERY_COST = "RECOVERY_COST", _("Recovery costs")
    RECOVERY_CLEARING = "RECOVERY_CLEARING", _("Recovery clearing")
    DUE_TO_INSURED = "DUE_TO_INSURED", _("Due to the insured")
    DUE_TO_BANK = "DUE_TO_BANK", _("Due to the assignee bank")
    MITIGATION_EXPENSE = "MITIGATION_EXPENSE", _("Mitigation costs")
    RISK_FUND = "RISK_FUND", _("Risk fund of a regional scheme")
    RISK_FUND_BANK = "RISK_FUND_BANK", _("Bank account of a risk fund")


class Journal(models.Model):
    """One event in money. Corrected only by a journal that reverses it, at most once."""

    kind = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    business_on = models.DateField()
    posted_at = models.DateTimeField()
    posted_by_id = models.BigIntegerField(null=True)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    memo = models.CharField(max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="journal_by_subject")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Posting(models.Model):
    """One side of a journal: debit positive, credit negative."""

    journal = models.ForeignKey(Journal, on_delete=models.PROTECT, related_name="postings")
    account = models.CharField(max_length=30, choices=Account.choices)
    amount = AmountField()
    currency = models.CharField(max_length=3)

    class Meta:
        indexes = [models.Index(fields=["account", "currency"], name="posting_by_account")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(amount=0), name="posting_not_zero"),
            models.CheckConstraint(
                condition=models.Q(amount__gt=-LARGEST_AMOUNT, amount__lt=LARGEST_AMOUNT), name="posting_amount_sane"
            ),
        ]
        triggers = [*append_only(), BALANCED]

    def __str__(self) -> str:
        return f"{self.account} {self.currency} {self.amount}"
