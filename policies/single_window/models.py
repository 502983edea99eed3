"""The single window's server-side state, and what a firm makes there once: seal, service agreement, data authorisation."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from policies.models.policy import Policy
from policies.single_window.identity import Assurance, Method
from policies.single_window.steps import Step
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.querysets import ScopedQuerySet
from sinosure.core.append_only import append_only
from sinosure.core.fields import AmountField
from sinosure.documents.models import Document
from sinosure.reference.models import Office

_STEP_BY_STEP = """
    BEGIN
        PERFORM 1 FROM policies_windowstep WHERE application_id = NEW.application_id AND position = NEW.position - 1;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'step % of application % comes before the step before it', NEW.position, NEW.application_id
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END;
"""


class LocalWindow(models.Model):
    """A region whose exporters use the local version of the window; they ask their branch (SW-3)."""

    office = models.OneToOneField(Office, on_delete=models.PROTECT, related_name="local_window")
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    tag = models.CharField(max_length=1, default="D")

    def __str__(self) -> str:
        return self.name_zh


class WindowApplication(models.Model):
    """One way through the window. `order` holds what was confirmed in the proposal; `policy` is there once submitted."""

    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    exports_last_year = AmountField(null=True)  # USD, as declared in the eligibility check
    order = models.JSONField(default=dict)
    policy = models.OneToOneField(Policy, on_delete=models.PROTECT, null=True, related_name="window_application")
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["policyholder"], condition=Q(submitted_at=None, withdrawn_at=None), name="window_one_open"
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None, policy=None) | Q(submitted_at__isnull=False, policy__isnull=False),
                name="window_submitted_as_a_policy",
            ),
            models.CheckConstraint(condition=Q(submitted_at=None) | Q(withdrawn_at=None), name="window_one_end"),
        ]

    def __str__(self) -> str:
        return f"SW-{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.submitted_at is None and self.withdrawn_at is None


class WindowStep(models.Model):
    """A step that is done; `earlier_on` when the firm had done it before and it was passed over."""

    application = models.ForeignKey(WindowApplication, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=20, choices=Step.choices)
    position = models.PositiveSmallIntegerField()
    done_at = models.DateTimeField()
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    earlier_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "position"], name="window_step_once"),
            models.CheckConstraint(condition=Q(position__gte=1, position__lte=7), name="window_step_1_to_7"),
            models.CheckConstraint(
                condition=Q(earlier_on=None) | Q(step__in=["SEAL", "SERVICE_AGREEMENT", "DATA_AUTH"]),
                name="window_step_passed_over",
            ),
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="step_by_step", operation=pgtrigger.Insert, when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.position > 1"), func=_STEP_BY_STEP,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.step


class IdentityCheck(models.Model):
    """Who a person proved to be, by which method, and how far one may rely on it. The number is kept masked."""

    application = models.ForeignKey(WindowApplication, on_delete=models.PROTECT, related_name="identities")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=12, choices=Method.choices)
    subject = models.CharField(max_length=120)
    assurance = models.CharField(max_length=12, choices=Assurance.choices)
    provider = models.CharField(max_length=40)
    is_simulated = models.BooleanField()
    checked_at = models.DateTimeField()
    valid_until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(valid_until__gt=F("checked_at")), name="identity_check_lasts"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.method} {self.subject}"


class ESeal(models.Model):
    """A firm's electronic seal: the picture, the certificate, and the private key, encrypted. No trust service issued it."""

    policyholder = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+")
    image = models.TextField()  # SVG
    certificate = models.BinaryField()  # DER
    fingerprint = models.CharField(max_length=64, unique=True)  # SHA-256 of the certificate
    private_key = models.BinaryField()  # PKCS#8, encrypted
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return self.fingerprint


class ServiceAgreement(models.Model):
    """《“单一窗口”信用保险服务协议》, signed with the firm's seal. `sha256` is of the signed PDF in the document's rendition."""

    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    version = models.CharField(max_length=20)
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    seal = models.ForeignKey(ESeal, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policyholder", "version"], name="service_agreement_once"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="service_agreement_hashed"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.policyholder_id} {self.version}"


class DataAuthorisation(models.Model):
    """What data the firm lets the insurer see, for what, until it takes that back."""

    policyholder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    items = models.JSONField()
    scope = models.CharField(max_length=40)
    is_ticked = models.BooleanField()
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["policyholder"], condition=Q(revoked_at=None), name="data_authorisation_one_live"
            ),
            models.CheckConstraint(condition=Q(is_ticked=True), name="data_authorisation_ticked"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__gte=F("given_at"), revoked_by__isnull=False),
                name="data_authorisation_taken_back_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policyholder_id} {self.scope}"
