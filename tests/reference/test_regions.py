"""Every country and region of the reference table lies in one region of the atlas."""

from __future__ import annotations

from collections import Counter

import pytest

from sinosure.core.parsing import parse_country
from sinosure.reference.models import Country
from sinosure.reference.regions import HOME, LEFT_OUT, REGIONS, region_of
from sinosure.reference.seed.countries import RISK_CLASSES
from sinosure.reference.seed.load import load_reference


def test_a_code_stands_once_among_regions_and_once_among_classes():
    for codes in ([c for region in REGIONS for c in region.codes], " ".join(RISK_CLASSES.values()).split()):
        assert [code for code, times in Counter(codes).items() if times > 1] == []


@pytest.mark.django_db
def test_the_table_is_complete_and_every_row_has_a_region_or_a_reason():
    load_reference()
    known = set(Country.objects.values_list("code", flat=True))
    in_regions = {code for region in REGIONS for code in region.codes}
    assert known == in_regions | LEFT_OUT | {HOME}
    assert len(in_regions) == 242  # 192 member states of the UN beside home, the Holy See, Palestine, and 48 regions
    assert region_of("CN") is None
    assert Country.objects.filter(name_zh="").count() + Country.objects.filter(name_en="").count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [("TW", "中国台湾", "Taiwan, China"), ("HK", "中国香港", "Hong Kong, China"), ("MO", "中国澳门", "Macao, China"),
     ("PS", "巴勒斯坦", "Palestine"), ("MM", "缅甸", "Myanmar")],
)  # fmt: skip
def test_names_are_those_that_prc_documents_use_and_can_be_typed(code, zh, en):
    load_reference()
    row = Country.objects.get(pk=code)
    assert (row.name_zh, row.name_en) == (zh, en)
    assert parse_country(zh).value == parse_country(en).value == code
