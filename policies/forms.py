"""Forms of applications and policies. The application form is built from the list of questions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from policies.affiliates import Affiliate, as_lines, read_lines
from policies.annual import BASIS
from policies.chain import suggestion
from policies.endorsements.changes import EXTENSION, named_in
from policies.models import DeclarationMode, Policy, PolicySchedule, PolicyState, Product, RateBasis, Scope
from policies.proposal import CURRENCIES, ZERO_ALLOWED, Kind, Question, sections_of, typed
from policies.risks import CoveredRisk
from policies.schedule import ScheduleTerms
from policies.uscc import parse_uscc
from policies.wording import Terms
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.core.parsing import Parsed, parse_country
from sinosure.reference.models import Country, CoverStatus
from sinosure.ui import fields
from sinosure.ui.forms import Form


class UsccField(fields.NameField):
    """A unified social credit code with its check character."""

    def parse(self, text: str) -> Parsed:
        return parse_uscc(text)


class FactorField(fields.ParsedField):
    """A factor such as 0.95."""

    css = "is-amount is-short"

    def parse(self, text: str) -> Parsed:
        plain = text.translate(fields.FULL_WIDTH).strip()
        if not re.fullmatch(r"[0-9](\.[0-9]{1,4})?", plain):
            raise DomainError("bad_number", _("Write a factor such as 0.95."), status=400)
        return Parsed(Decimal(plain), text)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class CountryListField(fields.ParsedField):
    """Countries by code or name, separated by commas; gives a tuple of codes."""

    def parse(self, text: str) -> Parsed:
        names = [name for name in re.split(r"[,，;；、\n]+", text) if name.strip()]
        parsed = [parse_country(name.strip()) for name in names]
        notices = tuple(notice for one in parsed for notice in one.notices if one.raw.upper() != one.value)
        return Parsed(tuple(sorted({one.value for one in parsed})), text, notices)

    def clean(self, value: Any) -> Any:
        return super().clean(value) or ()

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value


class AffiliatesField(fields.ParsedField):
    """Companies, one a line; gives a tuple of `Affiliate`."""

    widget = forms.Textarea

    def __init__(self, **named: Any) -> None:
        super().__init__(**{"max_length": 20_000, "required": False, **named})
        self.widget.attrs["rows"] = 3

    def parse(self, text: str) -> Parsed:
        return Parsed(read_lines(text), text)

    def clean(self, value: Any) -> tuple[Affiliate, ...]:
        return super().clean(value) or ()

    def prepare_value(self, value: Any) -> Any:
        return as_lines(value) if isinstance(value, list | tuple) else value


def _field(question: Question, required: bool) -> forms.Field:
    """The field of one question."""
    named: dict[str, Any] = {"label": question.label, "help_text": question.help, "required": required}
    made: dict[Kind, Any] = {
        Kind.TEXT: lambda: fields.NameField(**named),
        Kind.COMMENT: lambda: fields.CommentField(**named),
        Kind.USCC: lambda: UsccField(**named),
        Kind.COUNT: lambda: fields.WholeNumberField(maximum=question.most or 1_000_000, **named),
        Kind.AMOUNT: lambda: fields.AmountField(
            currency_field="currency", allow_zero=question.name in ZERO_ALLOWED, **named
        ),
        Kind.RATIO: lambda: fields.PercentField(**named),
        Kind.DAY: lambda: fields.DateField(**named),
        Kind.CHOICE: lambda: forms.ChoiceField(choices=[("", "—"), *question.choices], **named),
        Kind.COUNTRY: lambda: fields.CountryField(**named),
        Kind.CURRENCY: lambda: fields.CurrencyField(choices=[(code, code) for code in CURRENCIES], **named),
        Kind.YES_NO: lambda: forms.BooleanField(label=question.label, help_text=question.help, required=False),
        Kind.TICK: lambda: forms.BooleanField(**named),
    }
    return made[question.kind]()


class ApplicationForm(Form):
    """The proposal; as a draft nothing is required."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, draft: bool = False, product: str = "", **named: Any) -> None:
        super().__init__(*args, **named)
        self.asked = sections_of(product)
        for section in self.asked:
            for question in section.questions:
                self.fields[question.name] = _field(question, question.required and not draft)
        if "starts_on" in self.fields:
            self.fields["starts_on"].widget.attrs["min"] = clock.today().isoformat()

    def sections(self) -> Iterator[tuple[Any, str, list[list[BoundField]]]]:
        """Title, key and rows of fields; short ones stand two in a row, a market's three together."""
        for section in self.asked:
            bound = [self[question.name] for question in section.questions]
            width = 3 if section.key == "markets" else 2
            yield section.title, section.key, list(_rows(bound, width))

    def proposal(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


def _rows(bound: list[BoundField], width: int) -> Iterator[list[BoundField]]:
    """Neighbours in one row; a tick box or a comment stands alone."""
    row: list[BoundField] = []
    for one in bound:
        alone = isinstance(one.field, forms.BooleanField | fields.CommentField)
        if row and (alone or len(row) == width):
            yield row
            row = []
        row.append(one)
        if alone:
            yield row
            row = []
    if row:
        yield row


def application_initial(policy: Policy) -> dict[str, Any]:
    return {**typed(policy.proposal), "version": policy.version}


class NewApplicationForm(ApplicationForm):
    """The first time the product is chosen as well."""

    product = forms.ChoiceField(label=_("Product"), required=False)

    def __init__(self, *args: Any, products: list[tuple[str, Any]], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["product"].choices = products  # type: ignore[attr-defined]

    def clean_product(self) -> str:
        return self.cleaned_data["product"] or Product.COMPREHENSIVE.value

    def proposal(self) -> dict[str, Any]:
        return {name: value for name, value in super().proposal().items() if name != "product"}


class ReasonForm(Form):
    """A sentence to the other side."""

    text = fields.CommentField(label=_("Text"), max_length=1000)

    def __init__(self, *args: Any, label: Any = None, required: bool = True, help_text: Any = "", **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["text"].label = label or _("Text")
        self.fields["text"].required = required
        self.fields["text"].help_text = help_text


class ReadForm(Form):
    """A tick that the text was read, before a deed that binds."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    is_read = forms.BooleanField(label=_("I have read it and agree."))

    def __init__(self, *args: Any, label: Any = None, **named: Any) -> None:
        super().__init__(*args, **named)
        if label:
            self.fields["is_read"].label = label


class QuoteForm(Form):
    """The schedule of a quote; amounts in the policy currency."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    starts_on = fields.DateField(label=_("Cover begins on"))
    ends_on = fields.DateField(label=_("Last day of cover"))
    valid_until = fields.DateField(label=_("Quote valid until"))
    scope = forms.ChoiceField(label=_("Exports covered"), choices=Scope.choices)
    covers_services = forms.BooleanField(label=_("Goods and services"), required=False)
    max_liability = fields.AmountField(label=_("Maximum liability"))
    minimum_premium = fields.AmountField(label=_("Minimum premium"))
    deposit_premium = fields.AmountField(
        label=_("Deposit premium"),
        required=False,
        allow_zero=True,
        help_text=_("Empty: as much as the minimum premium."),
    )
    deductible = fields.AmountField(label=_("Deductible for each loss"), allow_zero=True)
    discretionary_limit = fields.AmountField(
        label=_("Discretionary limit"), allow_zero=True, help_text=_("0: the insured decides on no limit alone.")
    )
    rate_basis = forms.ChoiceField(label=_("Rate basis"), choices=RateBasis.choices)
    flat_rate_pct = fields.PercentField(label=_("Flat rate, %"), required=False, as_ratio=False, maximum=10)
    estimated_turnover = fields.AmountField(
        label=_("Estimated turnover of the year"),
        help_text=_("The premium of the year is this turnover at the flat rate."),
    )
    experience_factor = FactorField(label=_("Experience factor"), help_text=_("0.70 to 1.30, by loss ratio and years."))
    declaration_mode = forms.ChoiceField(label=_("Declaration"), choices=DeclarationMode.choices)
    max_credit_days = fields.WholeNumberField(label=_("Longest credit period in days"), maximum=9999)
    long_credit_reason = fields.NameField(
        label=_("Reason for a longer credit period than usual"),
        required=False,
        max_length=500,
        help_text=_("An exception, up to 730 days."),
    )
    excluded_countries = CountryListField(
        label=_("Excluded countries"),
        required=False,
        max_length=2000,
        help_text=_("Codes or names, separated by commas."),
    )
    affiliates = AffiliatesField(
        label=_("Co-insured affiliates"),
        help_text=_(
            "One company a line: role; code; Chinese name; English name; country. PURCHASER is an upstream purchasing"
            " entity in China, DISTRIBUTOR an overseas distributor. Rows of a spreadsheet can be pasted."
        ),
    )
    pre_shipment = forms.BooleanField(
        label=_("Pre-shipment extension"), required=False,
        help_text=_("Covers the costs of declared contracts while the goods are being made."),
    )  # fmt: skip
    pre_shipment_ratio = fields.PercentField(label=_("Insured percentage before shipment"), required=False)
    pre_shipment_rate_pct = fields.PercentField(
        label=_("Premium rate before shipment, %"), required=False, as_ratio=False, maximum=10
    )
    special_terms = fields.CommentField(label=_("Special terms"), required=False)

    def __init__(self, *args: Any, policy: Policy, **named: Any) -> None:
        super().__init__(*args, **named)
        self.policy = policy
        for risk in policy.wording.named.value("risks"):
            self.fields[f"ratio_{risk}"] = fields.PercentField(label=CoveredRisk(risk).label)
        for name in _needless(policy.wording.named):
            self.fields.pop(name, None)
        for field in self.fields.values():
            if isinstance(field, fields.AmountField):
                field.currency = policy.currency

    def risks(self) -> list[tuple[BoundField, Any]]:
        return [
            (self[name], CoveredRisk(name.removeprefix("ratio_")).group.label)
            for name in self.fields
            if name.startswith("ratio_")
        ]

    def terms(self) -> ScheduleTerms:
        data = {
            name: value
            for name, value in self.cleaned_data.items()
            if not name.startswith("ratio_") and name != "version"
        }
        ratios = {
            name.removeprefix("ratio_"): value for name, value in self.cleaned_data.items() if name.startswith("ratio_")
        }
        if "rate_basis" not in self.fields:
            data["rate_basis"] = RateBasis.FLAT
        return ScheduleTerms(insured_ratios=ratios, **data)


def _needless(wording: Terms) -> Iterator[str]:
    """The fields of a quote that the product has no use for."""
    if wording.value("premium_basis") == BASIS:
        yield from ("deposit_premium", "rate_basis", "experience_factor")
    else:
        yield "estimated_turnover"
    if not wording.value("requires_declaration"):
        yield "declaration_mode"
    if wording.value("discretionary_limit") != "OPTIONAL":
        yield "discretionary_limit"
    if wording.value("covers_services") is not True:
        yield "covers_services"
    if not wording.value("pre_shipment"):
        yield from EXTENSION
    if not wording.value("names_affiliates"):
        yield "affiliates"


def quote_initial(policy: Policy, schedule: PolicySchedule | None) -> dict[str, Any]:
    """The last schedule, else what the exporter asked for within the product's defaults."""
    advice = suggestion(policy)
    advised = {"experience_factor": advice.factor} if advice else {}
    offered = _offered(schedule, policy) if schedule else {}
    return {**_asked_for(policy), **advised, **offered, "version": policy.version}


def _asked_for(policy: Policy) -> dict[str, Any]:
    asked, wording = typed(policy.proposal), policy.wording.named
    ratios = {f"ratio_{risk}": ratio for risk, ratio in wording.ratios().items()}
    return {
        **ratios,
        "starts_on": max(policy.starts_on, clock.today()), "ends_on": policy.ends_on,
        "valid_until": clock.today() + timedelta(days=wording.days("quote_valid_days")),
        "scope": asked.get("scope", Scope.ALL), "covers_services": asked.get("covers_services", False),
        "estimated_turnover": asked.get("expected_turnover"), "flat_rate_pct": wording.value("flat_rate_pct"),
        "max_liability": asked.get("max_liability_wanted"), "minimum_premium": wording.number("minimum_premium"),
        "deductible": Decimal(0), "discretionary_limit": Decimal(0), "rate_basis": RateBasis.TABLE,
        **extension_initial(wording),
        "experience_factor": Decimal(1), "declaration_mode": wording.value("declaration_mode"),
        "max_credit_days": wording.days("max_credit_days"), "excluded_countries": _suspended_countries(),
    }  # fmt: skip


def _offered(schedule: PolicySchedule, policy: Policy) -> dict[str, Any]:
    kept = (
        "scope", "covers_services", "estimated_turnover", "max_liability", "minimum_premium", "deposit_premium", "deductible", "rate_basis",
        "discretionary_limit", "flat_rate_pct", "experience_factor", "declaration_mode", "max_credit_days",
        "long_credit_reason", "special_terms", *EXTENSION,
    )  # fmt: skip
    ratios = {f"ratio_{risk}": Decimal(ratio) for risk, ratio in schedule.insured_ratios.items()}
    return {
        **{name: getattr(schedule, name) for name in kept}, **ratios,
        "starts_on": policy.starts_on, "ends_on": policy.ends_on,
        "excluded_countries": [country.code for country in schedule.excluded_countries.all()],
        "affiliates": named_in(schedule),
    }  # fmt: skip


def extension_initial(wording: Terms) -> dict[str, Any]:
    """The usual share and rate before shipment, of a product that has the extension."""
    if not wording.value("pre_shipment"):
        return {}
    return {name: wording.number(name) for name in EXTENSION[1:]}


def _suspended_countries() -> list[str]:
    return list(Country.objects.filter(cover_status=CoverStatus.SUSPENDED).values_list("code", flat=True))


class PolicyFilterForm(Form):
    """Filters of the list, kept in the URL. A wrong one filters nothing."""

    q = forms.CharField(label=_("Number or name"), required=False, max_length=60)
    state = forms.ChoiceField(label=_("State"), required=False)
    ends_before = fields.DateField(label=_("Ends before"), required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["state"].choices = [("", _("All")), *PolicyState.choices]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        if not self.is_bound:
            return {}
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}
