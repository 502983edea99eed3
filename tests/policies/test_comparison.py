"""The public comparison of the products: every key of the wordings in words, with its origin; no fact stands twice."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from declarations.clocks import NOTICE_DAYS
from policies.comparison.table import compared, sections
from policies.comparison.words import LABELS, SECTIONS, WORDS
from policies.models import Product
from policies.seed import COMMON, PRODUCTS, column_of
from policies.wording import ABSOLUTE_CREDIT_DAYS, NORMAL_CREDIT_DAYS, hard_cap_ratio

pytestmark = pytest.mark.django_db
KEYS = {*COMMON, *(key for column in PRODUCTS.values() for key in column)}
CODE = re.compile(r"[A-Z]+(_[A-Z0-9]+)+")


def page(language: str = "en", **query: object) -> str:
    answer = Client(headers={"accept-language": language}).get(reverse("policies:compare"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_key_of_the_wordings_stands_in_the_table_once():
    shown = [name for _title, names in SECTIONS for name in names]
    assert sorted(shown) == sorted(KEYS)
    assert set(LABELS) == KEYS


def test_no_code_is_left_without_words():
    for _title, rows in sections(compared([])):
        for row in rows:
            assert not [cell.text for cell in row.cells if CODE.fullmatch(cell.text)], row.name


def test_a_guest_reads_the_values_of_all_five_products_with_their_origin():
    """The handbook caps at 90 %, forfaiting at 100 %; a micro policy pays 80 % and 150,000 for one buyer."""
    shown = page()
    assert 'data-label="Forfaiting policy">100%' in shown
    assert 'data-label="SME comprehensive insurance">SME <abbr' in shown
    assert shown.count("USD 150,000.00") == 2  # for one buyer, and for the year
    assert 'title="From the handbook">H' in shown
    assert 'title="Public practice (sz2022)">P' in shown


def test_chosen_products_alone_are_compared_and_nonsense_is_ignored():
    shown = page(product=["SME", "MICRO", "<b>"])
    assert 'data-label="SME comprehensive insurance"' in shown
    assert 'data-label="Forfaiting policy"' not in shown
    assert 'data-label="Forfaiting policy"' in page(product="nonsense")


def test_one_product_is_shown_in_a_column_of_its_own():
    assert "colspan" not in page(product="MICRO")


def test_the_page_speaks_chinese():
    assert "五个产品" in page("zh-hans")


@pytest.mark.parametrize("product", Product.values)
def test_what_the_code_holds_as_binding_is_what_the_wording_says(product: str):
    column = column_of(product)
    assert str(hard_cap_ratio(product)) == column["hard_cap_ratio"]["value"]
    assert column["normal_credit_days"]["value"] == NORMAL_CREDIT_DAYS
    assert column["absolute_credit_days"]["value"] == ABSOLUTE_CREDIT_DAYS
    assert column["loss_notice_default_days"]["value"] == NOTICE_DAYS
    assert column["policy_max_liability"]["value"] is True
    assert set(map(str, WORDS)) >= {column[key]["value"] for key in ("insured", "object", "loss_payee", "claim_path")}
