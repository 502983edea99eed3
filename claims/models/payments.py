"""Money out: payments behind the gate of four verified papers, and the rights that come back for it."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from claims.models.cases import Claim
from claims.models.decisions import Opinion
from financing.models import Agreement
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.append_only import append_only
from sinosure.core.fields import AmountField
from sinosure.core.states import TonedChoices

GATE = pgtrigger.Trigger(
    name="payment_gate",
    operation=pgtrigger.Insert | pgtrigger.Update,
    when=pgtrigger.Before,
    declare=[("o", "claims_opinion%ROWTYPE"), ("live", "numeric")],
    func="""
        IF NEW.state IN ('RETURNED', 'CANCELLED') THEN
            RETURN NEW;
        END IF;
        SELECT * INTO o FROM claims_opinion WHERE id = NEW.opinion_id FOR SHARE;
        IF o.decided_by_id IS NULL OR o.voided_at IS NOT NULL OR o.claim_id <> NEW.claim_id THEN
            RAISE EXCEPTION 'payment %: no opinion stands behind it', NEW.number USING ERRCODE = 'check_violation';
        END IF;
        IF (SELECT count(*) FROM claims_returndocument r
            WHERE r.opinion_id = NEW.opinion_id AND r.state = 'VERIFIED') < 4 THEN
            RAISE EXCEPTION 'payment %: four return documents must be verified', NEW.number
            USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.prepared_by_id IN (o.proposed_by_id, o.decided_by_id)
           OR NEW.approved_by_id IN (o.proposed_by_id, o.decided_by_id) THEN
            RAISE EXCEPTION 'payment %: payer is adjuster or approver', NEW.number USING ERRCODE = 'check_violation';
        END IF;
        IF EXISTS (
            SELECT 1 FROM financing_agreementterms t
            WHERE t.agreement_id = NEW.agreement_id AND t.account_no = NEW.account_no
              AND t.account_from > (NEW.prepared_at AT TIME ZONE 'Asia/Shanghai')::date
        ) THEN
            RAISE EXCEPTION 'payment %: the account is in its cooling-off', NEW.number USING ERRCODE = 'check_violation';
        END IF;
        SELECT coalesce(sum(amount), 0) INTO live FROM claims_payment
        WHERE opinion_id = NEW.opinion_id AND id <> NEW.id AND state NOT IN ('RETURNED', 'CANCELLED');
        IF live + NEW.amount > o.amount THEN
            RAISE EXCEPTION 'payment %: more than the opinion', NEW.number USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)


class PaymentState(TonedChoices):
    PREPARED = "PREPARED", "blue", _("Prepared")
    APPROVED = "APPROVED", "blue", _("Approved")
    SENT = "SENT", "blue", _("Sent to the bank")
    CONFIRMED = "CONFIRMED", "green", _("Confirmed")
    RETURNED = "RETURNED", "red", _("Returned")
    CANCELLED = "CANCELLED", "grey", _("Cancelled: the opinion no longer stands")


class Payment(models.Model):
    """Money out for one opinion, to the insured or to the bank of the agreement in force at shipment date."""

    number = models.CharField(max_length=30, unique=True)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="payments")
    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="payments")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    payee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, null=True, related_name="+")
    account_name = models.CharField(max_length=120)
    account_bank = models.CharField(max_length=120)
    account_no = models.CharField(max_length=40)
    amount = AmountField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=PaymentState.choices, default=PaymentState.PREPARED)
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    prepared_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    confirmed_on = models.DateField(null=True)
    bank_reference = models.CharField(max_length=60, blank=True)
    remark = models.CharField(max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_positive"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("prepared_by")), name="payment_maker_is_not_checker"
            ),
            models.UniqueConstraint(
                fields=["opinion", "payee", "account_no"],
                condition=~Q(state__in=["RETURNED", "CANCELLED"]),
                name="one_live_payment_per_opinion_and_account",
            ),
        ]
        triggers = [GATE]

    def __str__(self) -> str:
        return self.number


class SubrogationAssignment(models.Model):
    """REC-1: the insured assigns the rights for the paid part."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="assignments")
    opinion = models.OneToOneField(Opinion, on_delete=models.PROTECT, related_name="assignment")
    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    amount = AmountField()
    currency = models.CharField(max_length=3)
    document_zh_id = models.BigIntegerField()
    document_en_id = models.BigIntegerField()
    assigned_on = models.DateField()

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.claim_id} {self.amount}"
