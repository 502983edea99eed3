"""Forms of the pooled platforms: the platform with its plan, a list, its confirmation, the money of the authority."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from policies.micro.forms import in_words
from policies.micro.selectors import tiers
from policies.models import PooledPlan, Product
from policies.pooled import selectors
from policies.pooled.platforms import Offer, Region
from policies.pooled.reading import LARGEST_FILE
from policies.pooled.states import MemberState, SubsidyMode
from sinosure.ui import fields
from sinosure.ui.forms import Form

PRODUCTS = [(one.value, one.label) for one in (Product.MICRO, Product.SME)]


class PlanForm(Form):
    """The terms that are the same for all members."""

    product = forms.ChoiceField(label=_("Product"), choices=PRODUCTS)
    max_exports = fields.AmountField(
        currency="USD", label=_("Threshold: exports of the year before, USD"),
        help_text=_("Exporters above it are refused when the list is read."),
    )  # fmt: skip
    tier = forms.ChoiceField(
        label=_("Tier"), required=False,
        help_text=_("For micro exporter cover. Cap for one buyer / cap for the year / premium for the year."),
    )  # fmt: skip
    flat_rate_pct = forms.DecimalField(
        label=_("Rate on the exports of the year before, %"), required=False, max_digits=9, decimal_places=6,
        help_text=_("For SME comprehensive insurance; blank: the rate of the wording."),
    )  # fmt: skip
    max_liability = fields.AmountField(
        currency="USD", label=_("Maximum liability of each policy, USD"), required=False,
        help_text=_("For SME comprehensive insurance."),
    )  # fmt: skip
    subsidy_mode = forms.ChoiceField(label=_("Who pays the premium"), choices=SubsidyMode.choices)
    subsidy_ratio = fields.PercentField(
        label=_("Share of the government, %"), initial="100", help_text=_("100 where the government pays all of it.")
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        choices = [("", "–"), *((tier.code, f"{tier.code}: {in_words(tier)}") for tier in tiers())]
        self.fields["tier"].choices = choices  # type: ignore[attr-defined]

    def offer(self) -> Offer:
        names = ("product", "max_exports", "tier", "flat_rate_pct", "max_liability", "subsidy_mode", "subsidy_ratio")
        named: Any = {name: self.cleaned_data.get(name) for name in names}
        return Offer(**named)


class PlatformForm(PlanForm):
    """Whose platform it is, for which year, with its first plan."""

    name_zh = fields.NameField(label=_("Name in Chinese"))
    name_en = fields.NameField(label=_("Name in English"))
    commerce = fields.PickField(selectors.sponsors(), label=_("Commerce authority"))
    finance = fields.PickField(selectors.sponsors(), label=_("Finance authority"))
    office = fields.PickField(selectors.offices(), label=_("Insurer's office"))
    starts_on = fields.DateField(label=_("First day"), help_text=_("All policies end a year after it."))
    eligible_firms = fields.WholeNumberField(
        minimum=1, label=_("Eligible exporters in the region"), help_text=_("The coverage rate is insured / eligible.")
    )
    field_order = ("name_zh", "name_en", "commerce", "finance", "office", "starts_on", "eligible_firms")

    def region(self) -> Region:
        return Region(**{name: self.cleaned_data[name] for name in self.field_order})


def plan_initial(plan: PooledPlan) -> dict[str, Any]:
    """The form with the last version in it."""
    return {
        "product": plan.product, "max_exports": plan.max_exports, "tier": plan.tier.code if plan.tier else "",
        "flat_rate_pct": plan.flat_rate_pct, "max_liability": None if plan.tier else plan.max_liability,
        "subsidy_mode": plan.subsidy_mode, "subsidy_ratio": f"{(plan.subsidy_ratio * 100).normalize():f}",
    }  # fmt: skip


class ListForm(Form):
    file = fields.UploadField(
        max_bytes=LARGEST_FILE, accept=".csv,.xlsx", label=_("Excel (.xlsx) or CSV file"),
        help_text=_("At most 50,000 rows and 8 MB, with the headings of the template."),
    )  # fmt: skip


class ConfirmForm(Form):
    """Take over the good rows."""

    leave_out_bad = forms.BooleanField(label=_("Leave out the rows that are not right"), required=False)


class SubsidyForm(Form):
    """What the authority has paid, as on the bank statement."""

    amount = fields.AmountField(currency="USD", label=_("Amount"))
    received_on = fields.DateField(label=_("Received on"))
    reference = fields.NameField(label=_("Reference"))

    def __init__(self, *args: Any, currency: str, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["amount"].currency = currency  # type: ignore[attr-defined]


class MemberFilter(Form):
    """Narrow the list of members."""

    q = forms.CharField(label=_("Code or name"), required=False, max_length=80)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *MemberState.choices])
