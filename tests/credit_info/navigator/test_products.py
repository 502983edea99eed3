"""资信导航仪: the dictionary of products, figures and their charts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from credit_info.navigator import products, selectors
from credit_info.navigator.figures import charts, signed
from credit_info.navigator.selectors import Span, month_before
from sinosure.core.errors import DomainError


def test_the_dictionary_has_two_hundred_headings_in_two_languages_each_in_a_section():
    known = products.catalogue()
    assert sum(len(code) == 4 for code in known) >= 200
    assert all(one.name_zh and one.name_en and one.industry for one in known.values())
    assert {one.industry.section for one in known.values()} == set(range(1, 22))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("9405", "9405"), ("9405.42", "940542"), ("９４０５４２", "940542"), ("9405429000", "940542"), ("led lamps", "9405"),
        ("灯具及照明装置", "9405"), ("LED灯", "9405"), ("solar panel", "854143"),
    ],
)  # fmt: skip
def test_a_product_is_found_by_code_or_name(text, code):
    assert products.find(text).product.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [("94054", "hs_five_digits"), ("1234567", "bad_hs"), ("7701", "unknown_hs"), ("999999", "unknown_hs")],
)
def test_a_wrong_code_is_refused(text, code):
    with pytest.raises(DomainError) as refusal:
        products.find(text)
    assert refusal.value.code == code


def test_five_digits_say_what_could_be_meant():
    with (
        translation.override("en"),
        pytest.raises(DomainError, match=r"94054.* has five digits\. A heading has four \(9405\)"),
    ):
        products.find("94054")


def test_several_are_offered_and_one_that_is_misspelt_is_near():
    assert {one.code for one in products.find("furniture").choices} >= {"9403", "940350", "940360"}
    near = products.find("umbrelas")
    assert (near.is_near, near.product, near.choices[0].code) == (True, None, "6601")
    assert products.find("🤖" * 3) == products.Found(None, (), is_near=True)
    assert [one.code for one in products.find("94").choices] == ["9401", "9403", "9404", "9405", "9406"]
    assert products.find("%_'\\").choices == ()
    for text, code in (("umbrelas", "product_not_found"), ("furniture", "product_unclear")):
        with pytest.raises(DomainError) as refusal:
            products.only(text)
        assert refusal.value.code == code


def test_a_code_that_the_dictionary_lacks_bears_the_name_of_its_heading_or_section():
    assert products.product_of("940591").name_en == "Lamps and lighting fittings"
    assert products.product_of("4401").name_en == "Wood and articles of wood"


@translation.override("en")
def test_charts_are_drawn_in_a_unit_that_leaves_few_digits():
    figures = selectors.Figures(Decimal(12_345_000), Decimal("98765.40"), 7)
    weight, amount, count = charts([selectors.Month(date(2026, 10, 1), figures)])
    assert (str(weight.unit), weight.points) == ("thousand tonnes", [("2026-10", Decimal("12.3"))])
    assert (str(amount.unit), amount.points) == ("thousand USD", [("2026-10", Decimal("98.8"))])
    assert count.points == [("2026-10", Decimal(7))]
    assert [signed(one) for one in (Decimal("0.25"), Decimal("-0.5"), None)] == ["+25%", "-50%", "–"]


def test_months_are_counted_back_over_new_year():
    assert [month_before(date(2026, 2, 1), n) for n in (0, 1, 2, 14)] == [
        date(2026, 2, 1), date(2026, 1, 1), date(2025, 12, 1), date(2024, 12, 1),
    ]  # fmt: skip
    assert selectors.span_of(0, date(2026, 10, 1)) == Span(date(2025, 11, 1), date(2026, 10, 1))
    assert selectors.span_of(2026, date(2026, 10, 1)).last == date(2026, 10, 1)
