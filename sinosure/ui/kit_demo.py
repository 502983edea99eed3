"""Made-up contents for the page that shows the kit."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.core.steps import Step
from sinosure.ui.actions import Button
from sinosure.ui.fields import AmountField, CommentField, CountryField, CurrencyField, DateField, NameField, PercentField, UploadField
from sinosure.ui.forms import Form
from sinosure.ui.parts import RailStep, Tile, Todo, tabs


class SampleForm(Form):
    currency = CurrencyField(choices=[("USD", "USD"), ("EUR", "EUR"), ("CNY", "CNY"), ("JPY", "JPY")], initial="USD")
    amount = AmountField(label=_("Invoice amount"), currency_field="currency", help_text=_("Thousands separators are understood."))
    shipped_on = DateField(label=_("Shipment date"))
    insured_ratio = PercentField(label=_("Insured percentage"), initial=Decimal("0.9"))
    country = CountryField(required=False, choices=[("", "—"), ("DE", "德国 Germany"), ("AE", "阿联酋 UAE"), ("PE", "秘鲁 Peru")])
    buyer = NameField(label=_("Buyer"), required=False)
    comment = CommentField(label=_("Comment"), required=False)
    paper = UploadField(label=_("Attachment"), required=False)


def demo_context(request: HttpRequest) -> dict[str, Any]:
    today = clock.today()
    return {
        "form": SampleForm(request.POST or None, request.FILES or None),
        "tiles": _tiles(),
        "todo": [
            Todo(today + timedelta(days=left), title, why, Decimal(amount), "USD", risk, "#", verb)
            for left, title, why, amount, risk, verb in _todo()
        ],
        "rail": [
            RailStep(_("Loss notice accepted"), "done", today - timedelta(days=90), note="Baltika Tekstil"),
            RailStep(_("Claim filed"), "done", today - timedelta(days=40), note="CL-2026-0418"),
            RailStep(_("Waiting for two documents from you"), "now", today + timedelta(days=11), who=_("You")),
            RailStep(_("Loss adjustment")),
        ],
        "steps": [
            Step("IND-3", _("Loss on the invoice"), Money(Decimal("100000"), "USD"), {_("Invoice"): "HT-26-1041"}),
            Step("IND-6", _("Indemnity"), Money(Decimal("72000"), "USD"), {_("Ratio"): Decimal("0.9")}),
        ],
        "tabs": tabs(request, "state", [("", _("All"), 5), ("open", _("Open"), 2)]),
        "facts": [(_("Buyer"), "Baltika Tekstil UAB"), (_("Limit"), Money(Decimal("600000"), "USD")), (_("Due date"), today)],
        "buttons": [Button(_("Submit"), "#", tone="main"), Button(_("Withdraw"), "#", tone="danger")],
        "limits": [SimpleNamespace(**row) for row in _limits()],
        "ages": [("60 +", 1263, "b1"), ("31–60", 1471, "b1"), ("1–30", 1610, "b1"), ("> 1", 279, "b2"), ("> 30", 240, "b3")],
        "soon": today + timedelta(days=5),
        "now": clock.now(),
    }


def _tiles() -> list[Tile]:
    return [
        Tile(_("Covered and outstanding"), Decimal("4862150"), "USD", note=_("8 buyers")),
        Tile(_("Free limits"), Decimal("2287850"), "USD"),
        Tile(_("Due within 7 days"), 3, unit=_("items"), tone="red", chip=_("2 decide cover"), note="USD 691,450"),
        Tile(_("Overdue"), Decimal("518750"), "USD", note="10.7%"),
        Tile(_("Maximum liability used"), "9.6", unit="%"),
    ]


def _todo() -> list[tuple[int, str, Any, str, Any, Any]]:
    late = _("A late notice can reduce the indemnity")
    return [
        (-1, "Kestrel Home Goods Ltd", _("Protracted default"), "50400.00", late, _("File the loss notice")),
        (2, "Al Noor Building Materials LLC", _("Protracted default"), "186400.00", late, _("File the loss notice")),
        (7, "Nordlicht Handels GmbH", _("3 shipments to declare"), "412700.00", _("Not covered until declared"), _("Declare")),
        (15, "PN-202610-1187", _("Premium of October"), "3218.40", _("Premium due"), _("Open the notice")),
    ]


def _limits() -> list[dict[str, Any]]:
    rows = [
        ("Al Noor Building Materials LLC", "900000", "812400", "red", _("Stopped")),
        ("Andes Ferretería S.A.C.", "500000", "381250", "amber", _("Issuing bank defaults")),
        ("Nordlicht Handels GmbH", "2000000", "1086300", "green", _("In force")),
    ]
    return [
        {"buyer": name, "amount": Decimal(amount), "used": Decimal(used), "tone": tone, "word": word}
        for name, amount, used, tone, word in rows
    ]
