"""Forms of the register of buyers and banks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from credit_info.models import AliasKind, FactKind, Light, Obligor, ObligorKind
from credit_info.services import parse_bic
from sinosure.core.errors import DomainError
from sinosure.core.parsing import Parsed
from sinosure.ui import fields
from sinosure.ui.forms import Form

FACTS_TO_RECORD = [kind for kind in FactKind.values if not kind.startswith("judged_")]


class CodeField(forms.CharField):
    """The code of a company of the register, as its page shows it."""

    def clean(self, value: Any) -> Obligor | None:
        code = super().clean(value).strip().upper()
        if not code:
            return None
        found = Obligor.objects.filter(code=code).first()
        if found is None:
            message = _(
                "No company of the register has the code %(typed)s. Search for it and copy the code of its page."
            )
            raise fields.refusal(DomainError("unknown_company", message, typed=code[:40]))
        return found

    def prepare_value(self, value: Any) -> Any:
        return value.code if isinstance(value, Obligor) else value


class AliasForm(Form):
    """Another name of the same company."""

    kind = forms.ChoiceField(label=_("Kind of name"), choices=AliasKind.choices)
    name = fields.NameField(label=_("Name"))
    until = fields.DateField(label=_("Used until"), required=False)
    source = fields.NameField(label=_("Source"), max_length=120)


class ParentForm(Form):
    parent = CodeField(
        label=_("Code of the parent company"), max_length=40, required=False,
        help_text=_("As its page in the register shows it; empty when it belongs to nobody."),
    )  # fmt: skip


class BicField(fields.NameField):
    def parse(self, text: str) -> Parsed:
        return Parsed(parse_bic(text), text)


class BuyerForm(Form):
    """A buyer abroad."""

    name = fields.NameField(label=_("Legal name"), help_text=_("In full, as in the buyer's own register."))
    country = fields.CountryField()
    registration_no = fields.NameField(
        label=_("Registration number"), required=False, max_length=40, help_text=_("Company or tax number; it tells namesakes apart.")
    )  # fmt: skip
    local_name = fields.NameField(label=_("Name in local script"), required=False)
    city = fields.NameField(label=_("City"), required=False, max_length=80)
    address = fields.NameField(label=_("Address"), required=False)
    industry = fields.NameField(label=_("Industry"), required=False, max_length=80)
    group_name = fields.NameField(label=_("Company group"), required=False, max_length=120)
    confirmed_new = forms.BooleanField(label=_("It is none of these; add it as another company."), required=False)

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "confirmed_new"}

    def shown_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name != "confirmed_new"]


class EditForm(BuyerForm):
    """The facts of an obligor; country and code stay."""

    confirmed_new = None  # type: ignore[assignment]
    country = None  # type: ignore[assignment]


class BankForm(Form):
    """An issuing bank by its BIC."""

    bic = BicField(label=_("BIC"), max_length=20, help_text=_("8 or 11 characters; the bank is known by it."))
    name = fields.NameField(label=_("Name of the bank"))
    country = fields.CountryField()
    city = fields.NameField(label=_("City"), required=False, max_length=80)


class LightForm(Form):
    """The light with its reasons."""

    light = forms.ChoiceField(label=_("Credit light"), choices=Light.choices)
    reasons = fields.CommentField(
        label=_("Reasons"), required=False, help_text=_("One reason a line, with its source.")
    )
    as_of = fields.DateField(label=_("As of"))


class ObligorFilterForm(Form):
    """Filters of the register, kept in the URL. A wrong one filters nothing."""

    q = forms.CharField(label=_("Name, code or BIC"), required=False, max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *ObligorKind.choices])
    country = fields.CountryField(required=False)
    light = forms.ChoiceField(label=_("Credit light"), required=False, choices=[("", _("All")), *Light.choices])

    def chosen(self) -> dict[str, Any]:
        if not self.is_bound:
            return {}
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


class ImportForm(Form):
    """A file of companies with where it comes from."""

    file = fields.UploadField(
        label=_("File"),
        help_text=_("CSV or Excel (.xlsx). The first row names the columns; name and country are needed."),
    )
    source = fields.NameField(label=_("Source"), max_length=120, help_text=_("Which register or agency it comes from."))
    known_on = fields.DateField(label=_("As of"))


class FactForm(Form):
    """A dated fact with its source."""

    kind = forms.ChoiceField(label=_("What is known"), choices=[(k, FactKind(k).label) for k in FACTS_TO_RECORD])
    on = fields.DateField(label=_("Since"))
    text = fields.CommentField(label=_("In one sentence"))
    source = fields.NameField(label=_("Source"), max_length=120)
    is_internal = forms.BooleanField(label=_("From a bought report: for the insurer's staff only"), required=False)


class EndFactForm(Form):
    """Since when a fact holds no longer, and why."""

    on = fields.DateField(label=_("Holds no longer since"))
    text = fields.CommentField(label=_("Why"))


class LookUpForm(Form):
    """查风险: a name or number, and the country when it is known."""

    q = forms.CharField(label=_("Company name, registration number or BIC"), max_length=200)
    country = fields.CountryField(required=False)
