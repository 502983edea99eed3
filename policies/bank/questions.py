"""The proposal of a bank: the same answers where they mean the same, other words, and nothing about exporting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from policies.models import Product
from policies.proposal import SECTIONS, Question, Section

LEFT_OUT = {
    Product.BANK: {"scope", "covers_services", "wants_financing", "financing_bank", "hs_codes"},
    Product.FORFAITING: {"scope", "wants_financing", "financing_bank", "hs_codes"},
}
TITLES: dict[str, Any] = {"enterprise": _("Bank"), "trade": _("Business")}
_BANK: dict[str, tuple[Any, Any]] = {
    "legal_representative": (_("Legal representative or person in charge"), ""),
    "years_exporting": (_("Years of export factoring"), ""),
    "expected_turnover": (_("Receivables to be bought in the policy period"), ""),
    "largest_limit_wanted": (_("Largest limit you will need on one debtor"), _("The peak outstanding.")),
    "main_products": (_("Goods sold by your clients"), ""),
    "buyers_count": (_("Number of debtors"), ""),
    "turnover_1": (_("Receivables bought, last 12 months"), ""),
    "turnover_2": (_("Receivables bought, the year before"), ""),
    "turnover_3": (_("Receivables bought, two years before"), ""),
    "loss_story": (_("What happened, and with which debtor"), ""),
}
_FORFAITING: dict[str, tuple[Any, Any]] = {
    **_BANK,
    "years_exporting": (_("Years of forfaiting"), ""),
    "expected_turnover": (_("Claims to be bought without recourse in the policy period"), ""),
    "largest_limit_wanted": (_("Largest limit you will need on one bank"), _("The peak outstanding.")),
    "main_products": (_("Goods or services behind the claims"), ""),
    "buyers_count": (_("Number of obligor banks"), ""),
    "turnover_1": (_("Claims bought, last 12 months"), ""),
    "turnover_2": (_("Claims bought, the year before"), ""),
    "turnover_3": (_("Claims bought, two years before"), ""),
    "loss_story": (_("What happened, and with which bank"), ""),
    "commercial_ratio": (_("Insured percentage wanted, commercial risks"), _("At most 100 %.")),
    "political_ratio": (_("Insured percentage wanted, political risks"), _("At most 100 %.")),
}
_MARKET_AMOUNT = {
    Product.BANK: _("Receivables bought in the last 12 months"),
    Product.FORFAITING: _("Claims bought in the last 12 months"),
}


def _in_words_of(product: str, words: Mapping[str, tuple[Any, Any]]) -> tuple[Section, ...]:
    return tuple(
        Section(section.key, TITLES.get(section.key, section.title), tuple(
            _asked(one, product, words) for one in section.questions if one.name not in LEFT_OUT[Product(product)]
        ))
        for section in SECTIONS
    )  # fmt: skip


def _asked(question: Question, product: str, words: Mapping[str, tuple[Any, Any]]) -> Question:
    if question.name in words:
        label, help_text = words[question.name]
        return replace(question, label=label, help=help_text)
    if question.name.startswith("market_") and question.name.endswith("_amount"):
        return replace(question, label=_MARKET_AMOUNT[Product(product)])
    return question


OF_PRODUCT: dict[str, tuple[Section, ...]] = {
    Product.BANK: _in_words_of(Product.BANK, _BANK),
    Product.FORFAITING: _in_words_of(Product.FORFAITING, _FORFAITING),
}
