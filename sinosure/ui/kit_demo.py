"""Made-up contents for the page that shows the kit."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest
from django.utils.functional import lazy
from django.utils.translation import get_language

from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.core.steps import Step
from sinosure.ui.actions import Button
from sinosure.ui.fields import (
    AmountField,
    CommentField,
    CountryField,
    CurrencyField,
    DateField,
    NameField,
    PercentField,
    UploadField,
)
from sinosure.ui.forms import Form
from sinosure.ui.parts import RailStep, Tile, Todo, tabs


def _say(chinese: str, english: str) -> str:
    return english if get_language() == "en" else chinese


say = lazy(_say, str)  # sample words stay out of the catalogue


class SampleForm(Form):
    currency = CurrencyField(choices=[("USD", "USD"), ("EUR", "EUR"), ("CNY", "CNY"), ("JPY", "JPY")], initial="USD")
    amount = AmountField(
        label=say("发票金额", "Invoice amount"),
        currency_field="currency",
        help_text=say("可以带千分位逗号。", "Thousands separators are understood."),
    )
    shipped_on = DateField(label=say("出运日", "Shipment date"))
    insured_ratio = PercentField(label=say("赔偿比例", "Insured percentage"), initial=Decimal("0.9"))
    country = CountryField(
        required=False, choices=[("", "—"), ("DE", "德国 Germany"), ("AE", "阿联酋 UAE"), ("PE", "秘鲁 Peru")]
    )
    buyer = NameField(label=say("买方", "Buyer"), required=False)
    comment = CommentField(label=say("备注", "Comment"), required=False)
    paper = UploadField(label=say("附件", "Attachment"), required=False)


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
            RailStep(
                say("可损通知已受理", "Loss notice accepted"),
                "done",
                today - timedelta(days=90),
                note="Baltika Tekstil",
            ),
            RailStep(say("索赔申请已提交", "Claim filed"), "done", today - timedelta(days=40), note="CL-2026-0418"),
            RailStep(
                say("等贵司补两份单证", "Waiting for two documents from you"),
                "now",
                today + timedelta(days=11),
                who=say("贵司", "you"),
            ),
            RailStep(say("定损核赔", "Loss adjustment")),
        ],
        "steps": [
            Step(
                "IND-3",
                say("发票项下损失", "Loss on the invoice"),
                Money(Decimal("100000"), "USD"),
                {say("发票", "Invoice"): "HT-26-1041"},
            ),
            Step(
                "IND-6",
                say("赔款", "Indemnity"),
                Money(Decimal("72000"), "USD"),
                {say("比例", "Ratio"): Decimal("0.9")},
            ),
        ],
        "tabs": tabs(request, "state", [("", say("全部", "All"), 5), ("open", say("未结", "Open"), 2)]),
        "facts": [
            (say("买方", "Buyer"), "Baltika Tekstil UAB"),
            (say("限额", "Limit"), Money(Decimal("600000"), "USD")),
            (say("应付款日", "Due date"), today),
        ],
        "buttons": [
            Button(say("提交", "Submit"), "#", tone="main"),
            Button(say("撤回", "Withdraw"), "#", tone="danger"),
        ],
        "limits": [SimpleNamespace(**row) for row in _limits()],
        "ages": [
            ("60 +", 1263, "b1"),
            ("31–60", 1471, "b1"),
            ("1–30", 1610, "b1"),
            ("> 1", 279, "b2"),
            ("> 30", 240, "b3"),
        ],
        "soon": today + timedelta(days=5),
        "now": clock.now(),
    }


def _tiles() -> list[Tile]:
    return [
        Tile(say("在保余额", "Covered and outstanding"), Decimal("4862150"), "USD", note=say("8 个买方", "8 buyers")),
        Tile(say("可用限额", "Free limits"), Decimal("2287850"), "USD"),
        Tile(
            say("7 天内到期", "Due within 7 days"),
            3,
            unit=say("件", "items"),
            tone="red",
            chip=say("2 件涉赔付", "2 decide cover"),
            note="USD 691,450",
        ),
        Tile(say("逾期应收", "Overdue"), Decimal("518750"), "USD", note="10.7%"),
        Tile(say("最高赔偿限额已用", "Maximum liability used"), "9.6", unit="%"),
    ]


def _todo() -> list[tuple[int, str, Any, str, Any, Any]]:
    late = say("逾期报损影响赔付", "A late notice can reduce the indemnity")
    return [
        (
            -1,
            "Kestrel Home Goods Ltd",
            say("买方拖欠", "Protracted default"),
            "50400.00",
            late,
            say("立即报损", "File the loss notice"),
        ),
        (
            2,
            "Al Noor Building Materials LLC",
            say("买方拖欠", "Protracted default"),
            "186400.00",
            late,
            say("立即报损", "File the loss notice"),
        ),
        (
            7,
            "Nordlicht Handels GmbH",
            say("3 票待申报", "3 shipments to declare"),
            "412700.00",
            say("未申报则不承保", "Not covered until declared"),
            say("去申报", "Declare"),
        ),
        (
            15,
            "PN-202610-1187",
            say("10 月保费", "Premium of October"),
            "3218.40",
            say("应缴保费", "Premium due"),
            say("查看通知书", "Open the notice"),
        ),
    ]


def _limits() -> list[dict[str, Any]]:
    rows = [
        ("Al Noor Building Materials LLC", "900000", "812400", "red", say("停止出运", "Stopped")),
        ("Andes Ferretería S.A.C.", "500000", "381250", "amber", say("开证行拖欠", "Issuing bank defaults")),
        ("Nordlicht Handels GmbH", "2000000", "1086300", "green", say("有效", "In force")),
    ]
    return [
        {"buyer": name, "amount": Decimal(amount), "used": Decimal(used), "tone": tone, "word": word}
        for name, amount, used, tone, word in rows
    ]
