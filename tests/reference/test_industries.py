"""The 21 industries are the sections of the HS, without a gap."""

from __future__ import annotations

import pytest

from sinosure.reference.industries import INDUSTRIES, industry_of


def test_there_are_21_without_a_gap():
    assert [industry.section for industry in INDUSTRIES] == list(range(1, 22))
    last = [industry.last_chapter for industry in INDUSTRIES]
    assert last == sorted(set(last))
    assert last[-1] == 97


@pytest.mark.parametrize(
    ("hs_code", "section"),
    [
        ("9405", 20),
        ("940542", 20),
        ("8501", 16),
        ("0101", 1),
        ("05", 1),
        ("06", 2),
        ("6309", 11),
        ("6401", 12),
        ("97", 21),
    ],
)
def test_a_code_belongs_to_the_section_of_its_chapter(hs_code, section):
    industry = industry_of(hs_code)
    assert industry is not None
    assert industry.section == section


@pytest.mark.parametrize("hs_code", ["", "9", "00", "98", "９４", "x4"])
def test_a_code_outside_of_the_system_has_none(hs_code):
    assert industry_of(hs_code) is None
