"""How figures and dates look."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.core.steps import Step
from sinosure.ui import show
from sinosure.ui.charts import bars, clean_step
from sinosure.ui.parts import RailStep, Tile


def render(source: str, **context) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("1234.5", "USD", "1,234.50"),
        ("1234.000", "JPY", "1,234"),
        ("1234.5", "KWD", "1,234.500"),
        ("0.125", "USD", "0.125"),
    ],
)
def test_an_amount_has_the_decimals_of_its_currency_and_is_never_rounded(amount, currency, shown):
    assert show.plain_amount(Decimal(amount), currency) == shown


def test_money_names_its_currency_and_a_missing_amount_is_a_dash():
    assert '<span class="cur">USD</span>72,000.00' in render("{% money m %}", m=Money(Decimal(72000), "USD"))
    assert render("{% money none 'USD' %}", none=None) == "–"


def test_a_moment_is_shown_in_beijing():  # 16:00:00Z is midnight of the next day in Shanghai
    assert "2026-11-24 00:00</time>" in render("{% moment at %}", at=datetime(2026, 11, 23, 16, tzinfo=UTC))


def test_a_fraction_becomes_a_percentage():
    assert render("{% pct r %} {{ p|pct_value }}", r=Decimal("0.900000"), p=Decimal("0.240000")) == "90% 0.24%"


def test_a_percentage_shows_six_places_at_most_and_no_zeros_at_its_end():
    assert render("{{ p|pct_value }}", p=Decimal("0.24") * Decimal(1) / Decimal("0.9")) == "0.266667%"
    assert render("{{ p|pct_value }}", p=Decimal("100.0000")) == "100%"


@pytest.mark.parametrize(
    ("left", "tone", "words"),
    [
        (-2, "red", "2 days late"),
        (0, "red", "Today"),
        (3, "red", "3 days"),
        (4, "amber", "4 days"),
        (8, "grey", "8 days"),
    ],
)
def test_a_due_badge_says_the_days_left_in_colour_and_words(left, tone, words):
    with clock.frozen(date(2026, 11, 23)), translation.override("en"):
        badge = render("{% due_badge day %}", day=date(2026, 11, 23) + timedelta(days=left))
    assert f"is-{tone}" in badge
    assert words in badge


def test_the_weekday_follows_the_language():
    with translation.override("zh-hans"):
        assert "2026-11-25 周三" in render("{% day d weekday=True %}", d=date(2026, 11, 25))
    with translation.override("en"):
        assert "2026-11-25 Wed" in render("{% day d weekday=True %}", d=date(2026, 11, 25))


def test_what_people_typed_is_escaped_everywhere():
    evil = "<script>alert(1)</script>"
    blocks = "{% card evil %}x{% endcard %}{% pagehead evil %}{% endpagehead %}"
    parts = blocks + "{% chip 'red' evil %}{% facts pairs %}{% rail steps %}{% empty evil %}"
    page = render(parts, evil=evil, pairs=[(evil, evil)], steps=[RailStep(evil, note=evil)])
    assert "<script>" not in page


def test_two_cards_with_the_same_title_have_different_ids():
    page = render("{% card 'Same' %}a{% endcard %}{% card 'Same' %}b{% endcard %}")
    ids = [part.split('"')[0] for part in page.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


def test_the_working_of_a_figure_lists_rule_label_inputs_and_value():
    steps = [Step("IND-6", "Indemnity", Money(Decimal(72000), "USD"), {"ratio": Decimal("0.9")})]
    with translation.override("en"):
        page = render("{% working steps %}", steps=steps)
    assert all(words in page for words in ("IND-6", "Indemnity", "72,000.00", "ratio 0.9"))
    assert "IND-6" in render("{% working steps %}", steps=[step.as_json() for step in steps])


def test_a_fraction_that_went_into_a_figure_is_read_in_per_cent_also_from_a_stored_step():
    step = Step("§8.7", "Risk fund", Money(Decimal(40), "USD"), {"Portion": Decimal("0.4")})
    with translation.override("en"):
        pages = [render("{% working steps %}", steps=[one]) for one in (step, step.as_stored())]
    assert all("Portion 40%" in page for page in pages)


def test_a_key_figure_leaves_out_empty_cents_only():
    page = render("{% tiles t %}", t=[Tile("a", Decimal("100.00"), "USD"), Tile("b", Decimal("100.50"), "USD")])
    assert ">USD</span>100</span>" in page
    assert ">USD</span>100.50</span>" in page


@pytest.mark.parametrize(
    ("peak", "step"), [("0", "1"), ("4", "1"), ("5", "2"), ("9.9", "2.5"), ("1610", "500"), ("2001", "1000")]
)
def test_the_scale_of_a_chart_ends_on_a_clean_step(peak, step):  # four steps cover the peak: 4 × 500 ≥ 1610
    assert clean_step(Decimal(peak)) == Decimal(step)


def test_a_chart_says_its_figures_to_a_screen_reader():
    assert "Age: 30 days 1,610; over &lt;1 279" in bars("Age", [("30|days", 1610, "b1"), ("over <1", 279, "b2")])
