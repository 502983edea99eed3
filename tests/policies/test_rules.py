"""Pure rules of policies: cover by shipment date, shares, credit code, schedule terms, premium examples."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from policies.cover import CoverPeriod, cover_test, insured_ratio_for, policy_year
from policies.examples import examples
from policies.models import PolicySchedule, ProductWording
from policies.products import ladder_with
from policies.proposal import QUESTIONS, missing, stored, typed
from policies.schedule import check_terms, liability_warning
from policies.seed import COMMON, PRODUCTS, VERSION, current_wording, load_wordings
from policies.selectors import schedule_on
from policies.uscc import check_character, parse_uscc
from policies.wording import Terms
from sinosure.core import clock
from sinosure.core.errors import DomainError
from tests.factories.policies import a_policy_in_force, a_quoted_policy, sme_terms, terms

YEAR = CoverPeriod(date(2026, 3, 1), date(2027, 2, 28))
COMPREHENSIVE = Terms({**COMMON, **PRODUCTS["COMPREHENSIVE"]})


@pytest.mark.parametrize(
    ("shipped_on", "reason"),
    [
        (date(2026, 2, 28), "BEFORE_POLICY"),
        (date(2026, 3, 1), ""),
        (date(2027, 2, 28), ""),
        (date(2027, 3, 1), "AFTER_POLICY"),
    ],
)
def test_the_shipment_date_decides_and_both_ends_belong_to_the_period(shipped_on, reason):
    found = cover_test(YEAR, shipped_on)
    assert (found.is_covered, found.reason) == (reason == "", reason)
    assert found.steps[0].rule == "POL-1"


def test_a_suspension_leaves_out_its_days_and_nothing_else():
    """Suspended on 10 June, lifted on 20 June: the 20th is covered again."""
    period = replace(YEAR, gaps=((date(2026, 6, 10), date(2026, 6, 20)),))
    days = [date(2026, 6, 9), date(2026, 6, 10), date(2026, 6, 19), date(2026, 6, 20)]
    assert [cover_test(period, day).reason for day in days] == ["", "SUSPENDED", "SUSPENDED", ""]


def test_an_open_suspension_and_a_termination_reach_to_the_end():
    assert cover_test(replace(YEAR, gaps=((date(2026, 6, 10), None),)), date(2027, 2, 1)).reason == "SUSPENDED"
    ended = replace(YEAR, terminated_on=date(2026, 8, 1))
    assert [cover_test(ended, day).reason for day in (date(2026, 7, 31), date(2026, 8, 1))] == ["", "TERMINATED"]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 1, 1), date(2026, 12, 31)),
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2023, 3, 1), date(2024, 2, 29)),
        (date(2026, 12, 1), date(2027, 11, 30)),
    ],
)
def test_a_policy_year_ends_the_day_before_its_first_day_comes_again(first, last):
    assert policy_year(first) == last


def test_the_share_of_a_risk_never_passes_the_hard_cap():
    ratios = {"BUYER_DEFAULT": "0.95", "BUYER_REJECTION": "0.80"}
    assert insured_ratio_for(ratios, "BUYER_DEFAULT") == Decimal("0.90")
    assert insured_ratio_for(ratios, "BUYER_DEFAULT", "FORFAITING") == Decimal("0.95")
    assert insured_ratio_for(ratios, "BUYER_REJECTION") == Decimal("0.80")
    assert insured_ratio_for(ratios, "POL_WAR") == 0


def test_the_check_character_of_a_credit_code():
    """91330200MA2AGXT41: Σ value × 3^i mod 31 leaves the 18th character 0."""
    assert check_character("91330200MA2AGXT41") == "0"
    assert parse_uscc(" ９１330200ma2agxt410 ").value == "91330200MA2AGXT410"


@pytest.mark.parametrize("text", ["", "91330200MA2AGXT41", "91330200MA2AGXT4100", "91330200MA2AGXT41O", "九" * 18])
def test_a_malformed_credit_code_is_refused(text):
    with pytest.raises(DomainError) as refusal:
        parse_uscc(text)
    assert refusal.value.code == "bad_uscc"


@pytest.mark.parametrize("place", range(17))
def test_one_wrong_character_in_a_credit_code_is_noticed(place):
    right = "91330200MA2AGXT410"
    wrong = right[:place] + ("1" if right[place] != "1" else "2") + right[place + 1 :]
    with pytest.raises(DomainError):
        parse_uscc(wrong)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"insured_ratios": {"BUYER_DEFAULT": Decimal("0.9001")}}, "over_hard_cap", "ratio_BUYER_DEFAULT"),
        ({"insured_ratios": {"BUYER_DEFAULT": Decimal(0)}}, "over_hard_cap", "ratio_BUYER_DEFAULT"),
        ({"insured_ratios": {}}, "unknown_risk", None),
        ({"insured_ratios": {"EARTHQUAKE": Decimal("0.5")}}, "unknown_risk", None),
        ({"max_liability": Decimal(0)}, "must_be_positive", "max_liability"),
        ({"deposit_premium": Decimal(2001)}, "deposit_over_minimum", "deposit_premium"),
        ({"deductible": Decimal(1_000_000)}, "deductible_too_high", "deductible"),
        ({"rate_basis": "FLAT"}, "flat_rate_missing", "flat_rate_pct"),
        ({"experience_factor": Decimal("0.69")}, "experience_out_of_range", "experience_factor"),
        ({"experience_factor": Decimal("1.31")}, "experience_out_of_range", "experience_factor"),
        ({"max_credit_days": 366}, "long_credit_needs_reason", "long_credit_reason"),
        ({"max_credit_days": 731, "long_credit_reason": "Turbines"}, "tenor_exceeds_2y", "max_credit_days"),
        ({"starts_on": date(2020, 1, 1)}, "starts_in_the_past", "starts_on"),
        ({"ends_on": date(2020, 1, 1)}, "ends_before_start", "ends_on"),
    ],
)
def test_a_schedule_that_breaks_a_rule_is_refused_at_its_field(change, code, field):
    with pytest.raises(DomainError) as refusal:
        check_terms(replace(terms(), **change), "COMPREHENSIVE", COMPREHENSIVE)
    assert (refusal.value.code, refusal.value.field) == (code, field)


@pytest.mark.parametrize(
    "change",
    [
        {"experience_factor": Decimal("0.70")},
        {"experience_factor": Decimal("1.30")},
        {"max_credit_days": 365},
        {"max_credit_days": 730, "long_credit_reason": "Turbines, two years"},
        {"rate_basis": "FLAT", "flat_rate_pct": Decimal("0.3")},
        {"deposit_premium": Decimal(0)},
    ],
)
def test_positive_control_terms_at_the_edge_are_taken(change):
    check_terms(replace(terms(), **change), "COMPREHENSIVE", COMPREHENSIVE)


def test_services_are_covered_only_where_the_product_covers_them():
    sme = Terms({**COMMON, **PRODUCTS["SME"]})
    with pytest.raises(DomainError) as refusal:
        check_terms(sme_terms(covers_services=True), "SME", sme)
    assert refusal.value.code == "services_not_covered"


def test_the_maximum_liability_is_compared_with_the_largest_limit_wanted():
    """400,000 wanted: 2 × is 800,000, 3 × is 1,200,000; inside nothing is said."""
    said = [
        bool(liability_warning(Decimal(value), Decimal(400_000), COMPREHENSIVE))
        for value in (799_999, 800_000, 1_200_000, 1_200_001)
    ]
    assert said == [True, False, False, True]
    assert liability_warning(Decimal(1), Decimal(0), COMPREHENSIVE) is None


def test_the_premium_examples_are_those_of_the_rulebook():
    """P1 200,000 × 0.24 % = 480.00; P2 × 0.288 % = 576.00; P3 500,000 × 0.09 % = 450.00; P4 150,000 × 0.504 % = 756.00."""
    priced = examples("TABLE", None, Decimal("0.90"), Decimal(1))
    assert [one.result.premium for one in priced] == [Decimal(x) for x in ("480.00", "576.00", "450.00", "756.00")]
    assert examples("TABLE", None, Decimal("0.90"), Decimal("0.9"))[3].result.premium == Decimal("680.40")


def test_a_flat_rate_prices_every_example_alike():
    priced = examples("FLAT", Decimal("0.3"), Decimal("0.90"), Decimal(1))
    assert priced[0].result.premium == Decimal("600.00")  # 200,000 × 0.3 %


def test_answers_survive_storage():
    answers = {
        "currency": "USD",
        "turnover_1": Decimal("1234.50"),
        "starts_on": date(2026, 3, 1),
        "covers_services": False,
        "hs_codes": "",
    }
    assert typed(stored(answers)) == {name: value for name, value in answers.items() if value != ""}
    assert stored({"unheard_of": 1}) == {}


def test_every_required_question_is_missed_in_an_empty_proposal():
    assert {question.name for question in missing({})} == {
        name for name, question in QUESTIONS.items() if question.required
    }


@pytest.mark.django_db
def test_wordings_are_loaded_once_with_a_tag_on_every_value():
    load_wordings()
    load_wordings()
    assert ProductWording.objects.count() == 5
    for wording in ProductWording.objects.all():
        assert {row["tag"] for row in wording.terms.values()} <= {"H", "P", "L", "D"}
        assert all(row["source"] for row in wording.terms.values() if row["tag"] in {"P", "L"})
    assert current_wording("COMPREHENSIVE").named.value("is_sold")


@pytest.mark.django_db
def test_a_database_filled_with_an_earlier_version_gets_the_shipped_one():
    terms = {"requires_limit": {"value": True, "tag": "H", "source": "handbook"}}
    old = ProductWording.objects.create(product="MICRO", version="2026.1", valid_from=date(2020, 1, 1), terms=terms)
    assert current_wording("MICRO").version == VERSION
    assert not current_wording("MICRO").named.value("requires_limit")
    assert old.named.value("requires_limit"), "what the earlier version says stays as it was signed"


def test_a_key_that_an_earlier_version_lacks_is_read_from_the_shipped_column():
    """Signed before the clocks were data: the micro policy has always been paid in 5 days, the others in 10."""
    assert Terms({}, "MICRO").days("payment_days") == 5
    assert Terms({}, "SME").days("payment_days") == 10
    assert Terms({"payment_days": {"value": 7, "tag": "D", "source": ""}}, "MICRO").days("payment_days") == 7


@pytest.mark.django_db
def test_the_ladder_is_read_from_the_wordings_and_bank_products_stand_on_none():
    assert [rung.product for rung in ladder_with("SME")] == ["MICRO", "SME", "COMPREHENSIVE"]
    assert ladder_with("BANK") == []


@pytest.mark.django_db
def test_the_handbooks_values_of_the_comprehensive_policy():
    """Rulebook §1.1: rejection 80 %, everything else 90 %, at most 90 %; 1 year, 2 at most; notice 30 days and 10 working days."""
    named = current_wording("COMPREHENSIVE").named
    ratios = named.ratios()
    assert ratios.pop("BUYER_REJECTION") == Decimal("0.80")
    assert set(ratios.values()) == {Decimal("0.90")}
    assert len(ratios) == 8
    assert (named.number("hard_cap_ratio"), named.term("hard_cap_ratio").tag) == (Decimal("0.90"), "H")
    assert [named.days(n) for n in ("normal_credit_days", "absolute_credit_days", "loss_notice_default_days")] == [
        365,
        730,
        30,
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"highest_ratio": Decimal("0.91")}, "schedule_hard_cap"),
        ({"insured_ratios": {"BUYER_DEFAULT": "0.91"}}, "schedule_ratios_hard_cap"),
        ({"max_credit_days": 731, "long_credit_reason": "x"}, "schedule_two_years"),
        ({"max_credit_days": 400}, "schedule_long_credit_has_reason"),
        ({"experience_factor": Decimal("1.4")}, "schedule_experience"),
        ({"rate_basis": "FLAT"}, "schedule_flat_rate_given"),
        ({"max_liability": Decimal(-1)}, "schedule_amounts"),
        ({"product": "FORFAITING"}, "another product"),
    ],
)
def test_the_database_refuses_a_schedule_beyond_the_rules(change, constraint):
    policy = a_quoted_policy()
    row = PolicySchedule.objects.get(policy=policy)
    row.pk, row.version = None, 2
    for name, value in change.items():
        setattr(row, name, value)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.django_db
def test_positive_control_the_same_row_within_the_rules_is_written():
    policy = a_quoted_policy()
    row = PolicySchedule.objects.get(policy=policy)
    row.pk, row.version = None, 2
    row.save(force_insert=True)


@pytest.mark.django_db
def test_the_schedule_of_a_day_is_the_latest_that_had_taken_effect():
    policy = a_policy_in_force()
    row = PolicySchedule.objects.get(policy=policy)
    row.pk, row.version, row.effective_from = None, 2, policy.starts_on + timedelta(days=100)
    row.endorsement_no = "E-1"
    row.save(force_insert=True)
    days = [policy.starts_on, policy.starts_on + timedelta(days=99), policy.starts_on + timedelta(days=100)]
    assert [schedule_on(policy, day).version for day in days] == [1, 1, 2]
    assert clock.today() == policy.starts_on


def test_the_model_has_no_change_without_a_migration(db):
    call_command("makemigrations", "policies", "credit_info", check=True, dry_run=True, verbosity=0)
