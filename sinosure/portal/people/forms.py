"""Forms of the people desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext_lazy as _

from policies.forms import UsccField
from sinosure.accounts.duties import HIGHEST_TIER, ROLES_OF_KIND
from sinosure.accounts.roles import Kind, Role
from sinosure.accounts.selectors import branches
from sinosure.reference.models import Office
from sinosure.ui.fields import NameField, PickField
from sinosure.ui.forms import Form

TIERS = [(tier, str(tier)) for tier in range(1, max(HIGHEST_TIER.values()) + 1)]


class FilterForm(Form):
    q = forms.CharField(label=_("Name or firm"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("Organisation"), required=False, choices=[("", _("All")), *Kind.choices])
    role = forms.ChoiceField(label=_("Duty"), required=False, choices=[("", _("All")), *Role.choices])

    def chosen(self) -> dict[str, str]:
        if not self.is_bound:
            return {}
        self.full_clean()
        return {name: text for name, text in self.cleaned_data.items() if text}


class OrganisationForm(Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=[row for row in Kind.choices if row[0] != Kind.INSURER])
    code = forms.SlugField(
        label=_("Short name"), max_length=20, help_text=_("Small letters and digits, for example haituo.")
    )
    name_zh = NameField(label=_("Name in Chinese"))
    name_en = NameField(label=_("Name in English"))
    uscc = UsccField(label=_("Unified social credit code"), required=False)
    bic = forms.RegexField(
        r"^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$", label=_("BIC"), required=False,
        help_text=_("For a bank: 8 or 11 letters and digits."),
    )  # fmt: skip
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    office = forms.ModelChoiceField(Office.objects.all(), label=_("Service office"), required=False)


class BranchForm(Form):
    """A branch of a bank."""

    code = forms.SlugField(
        label=_("Short name"), max_length=20, help_text=_("Small letters and digits, for example ningbo.")
    )
    name_zh = NameField(label=_("Name in Chinese"))
    name_en = NameField(label=_("Name in English"))


class WorkplaceForm(Form):
    """Where an officer of a bank works."""

    branch = PickField(
        label=_("Branch of the bank"),
        queryset=None,
        required=False,
        say=lambda row: row.name,
        empty_label=_("Head office"),
    )

    def __init__(self, *args: Any, bank_id: int, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["branch"].queryset = branches(bank_id)  # type: ignore[attr-defined]


class DutyForm(Form):
    """A duty that people of this kind of organisation can hold."""

    role = forms.ChoiceField(label=_("Duty"))
    tier = forms.TypedChoiceField(
        label=_("Level of authority"), coerce=int, choices=TIERS, initial=1,
        help_text=_("Underwriters have levels 1 to 3, claims approvers 1 to 4; for all others it is 1."),
    )  # fmt: skip

    def __init__(self, *args: Any, kind: str, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["role"].choices = [(role, role.label) for role in ROLES_OF_KIND[kind]]  # type: ignore[attr-defined]


class PersonForm(DutyForm):
    """A person of an organisation, with a first duty."""

    username = forms.CharField(label=_("User name"), max_length=60, validators=[UnicodeUsernameValidator()])
    name_zh = NameField(label=_("Name in Chinese"))
    name_en = NameField(label=_("Name in English"), required=False)
    email = forms.EmailField(label=_("E-mail"), help_text=_("The link to set a password goes there."))
    field_order = ("username", "name_zh", "name_en", "email", "role", "tier")
