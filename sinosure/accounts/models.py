"""Organisations, branches of banks, people and the duties granted to them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, UserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sinosure.accounts.roles import Kind, Role
from sinosure.reference.models import Country, Office, TwoNames, in_chinese


class Organisation(TwoNames):
    """An exporter, a bank, the insurer or a platform sponsor. Exporters and banks can be policyholders."""

    kind = models.CharField(max_length=10, choices=Kind.choices)
    code = models.CharField(max_length=20, unique=True)
    uscc = models.CharField(_("Unified social credit code"), max_length=18, blank=True)
    bic = models.CharField(max_length=11, blank=True)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, default="CN")
    address = models.CharField(max_length=300, blank=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, blank=True)
    account_bank = models.CharField(_("Account-holding bank"), max_length=120, blank=True)
    account_no = models.CharField(_("Account number"), max_length=40, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["uscc"], condition=~Q(uscc=""), name="organisation_uscc_once"),
        ]

    @property
    def masked_account(self) -> str:
        return f"**** {self.account_no[-4:]}" if self.account_no else "–"


class Branch(TwoNames):
    """A branch of a bank. Whoever is at none is at head office. What holds a row for a branch names the bank beside it."""

    bank = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="branches")
    code = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bank", "code"], name="branch_code_once"),
            # what foreign keys of (branch, bank) point at: nobody works at another bank's branch
            models.UniqueConstraint(fields=["id", "bank"], name="branch_of_its_bank"),
        ]


class User(AbstractBaseUser):
    """A person who signs in. What they may do comes from their grants alone."""

    username = models.CharField(max_length=60, unique=True)
    email = models.EmailField(blank=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, null=True, blank=True)
    language = models.CharField(_("Language of e-mails"), max_length=7, choices=settings.LANGUAGES, default="zh-hans")
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    objects = UserManager()

    @property
    def name(self) -> str:
        return self.name_zh if in_chinese() else self.name_en

    def __str__(self) -> str:
        return self.name

    def has_usable_grant(self) -> bool:
        return self.grants.filter(revoked_at=None).exists()


class RoleGrant(models.Model):
    """A duty held by a person. `tier` is the authority level of underwriters (1–3) and claims approvers (1–4)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    tier = models.PositiveSmallIntegerField(default=1)
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], condition=Q(revoked_at=None), name="grant_once_per_role"),
            models.CheckConstraint(condition=Q(tier__gte=1, tier__lte=4), name="grant_tier_1_to_4"),
            models.CheckConstraint(
                condition=Q(granted_by=None) | ~Q(granted_by=models.F("user")), name="grant_not_by_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.tier}"
