"""Pages of policies: each role's pages in both languages, deeds by form, bad inputs, nothing typed is lost, query counts."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from policies.models import Policy, PolicyState
from policies.proposal import QUESTIONS
from sinosure.core import clock
from tests.factories.people import organisation, user
from tests.factories.policies import (
    a_draft_policy,
    a_policy_in_force,
    a_policy_in_underwriting,
    a_proposal,
    a_quoted_policy,
    a_signed_policy,
    a_submitted_policy,
    an_accepted_policy,
)

pytestmark = pytest.mark.django_db

STATES = [
    a_submitted_policy, a_policy_in_underwriting, a_quoted_policy, an_accepted_policy, a_signed_policy, a_policy_in_force,
]  # fmt: skip


def client_of(name: str) -> Client:
    client = Client()
    client.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(action: str, policy: Policy) -> str:
    return reverse(f"policies:policy-{action}", args=[policy.pk])


def typed_form(**changes: Any) -> dict[str, str]:
    """The proposal as a browser sends it; percentages as people write them."""
    found = {}
    for name, value in {**a_proposal(), **changes}.items():
        if QUESTIONS[name].kind == "ratio" and not isinstance(value, str):
            value = f"{value * 100:f}"
        if value is True:
            value = "on"
        if value is not False and value is not None:
            found[name] = str(value)
    return found


def typed_quote(**changes: str) -> dict[str, str]:
    today = clock.today()
    plain = {
        "starts_on": str(today), "ends_on": str(today + timedelta(days=364)), "valid_until": str(today + timedelta(days=30)),
        "scope": "ALL", "covers_services": "on", "max_liability": "1,000,000.00", "minimum_premium": "2000", "deposit_premium": "",
        "deductible": "0", "discretionary_limit": "0", "rate_basis": "TABLE", "flat_rate_pct": "", "experience_factor": "0.95",
        "declaration_mode": "MONTHLY_25", "max_credit_days": "365", "long_credit_reason": "", "excluded_countries": "AF, 古巴",
        "special_terms": "",
    }  # fmt: skip
    risks = ["BUYER_INSOLVENCY", "BUYER_DEFAULT", "BUYER_REJECTION", "BANK_INSOLVENCY", "BANK_DEFAULT", "POL_TRANSFER",
             "POL_IMPORT", "POL_WAR", "POL_MORATORIUM"]  # fmt: skip
    return {**plain, **{f"ratio_{risk}": "90" for risk in risks}, "ratio_BUYER_REJECTION": "80%", **changes}


@pytest.mark.parametrize("make", STATES, ids=lambda make: make.__name__)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_of_a_policy_opens_in_every_state_for_both_sides(make, language):
    policy = make()
    for name in ("chen", "zhao", "zhou", "yuan", "yan"):
        page = client_of(name).get(url("detail", policy), headers={"accept-language": language})
        assert page.status_code == 200, name
        assert str(policy) in page.content.decode()


def test_another_exporter_and_a_bank_without_an_agreement_find_nothing():
    policy = a_policy_in_force()
    for name in ("wu", "li"):
        for action in ("detail", "done"):
            assert client_of(name).get(url(action, policy)).status_code == 404
    assert str(policy) not in client_of("li").get(reverse("policies:policy-list")).content.decode()


def test_a_bank_sees_the_policy_that_is_assigned_to_it():
    policy = a_policy_in_force()
    policy.assignees.create(bank=organisation("minhai"), since=clock.today(), agreement_id=1)
    assert client_of("li").get(url("detail", policy)).status_code == 200
    assert client_of("kong").get(url("detail", policy)).status_code == 404


def test_staff_do_not_see_drafts():
    policy = a_draft_policy()
    assert client_of("zhou").get(url("detail", policy)).status_code == 404
    assert client_of("chen").get(url("submit", policy)).status_code == 200


def test_an_application_goes_from_the_form_over_the_check_to_the_receipt():
    chen = client_of("chen")
    new = reverse("policies:policy-new")
    check = chen.post(new, typed_form())
    assert check.status_code == 200
    assert "_go" in check.content.decode()
    assert not Policy.objects.exists()
    done = chen.post(new, {**typed_form(), "_go": "confirm"}, follow=True)
    policy = Policy.objects.get()
    assert policy.state == PolicyState.SUBMITTED
    assert policy.application_no in done.content.decode()
    assert done.redirect_chain[-1][0] == url("done", policy)


def test_a_draft_takes_what_is_there_and_goes_on_later():
    chen = client_of("chen")
    answer = chen.post(reverse("policies:policy-new"), {"contact_name": "Chen", "currency": "USD", "save": "1"})
    policy = Policy.objects.get()
    assert answer["Location"] == url("submit", policy)
    page = chen.get(url("submit", policy)).content.decode()
    version = re.search(r'name="version" value="(\d+)"', page).group(1)
    chen.post(url("submit", policy), {**typed_form(), "version": version, "_go": "confirm"})
    policy.refresh_from_db()
    assert policy.state == PolicyState.SUBMITTED


def test_a_form_that_is_older_than_the_draft_is_told_so_and_keeps_its_entries():
    policy = a_draft_policy()
    chen = client_of("chen")
    chen.post(url("submit", policy), {**typed_form(contact_name="First"), "version": "1", "save": "1"})
    late = chen.post(url("submit", policy), {**typed_form(contact_name="Second"), "version": "1", "save": "1"})
    assert late.status_code == 409
    assert "Second" in late.content.decode()


@pytest.mark.parametrize(
    ("change", "code", "status"),
    [
        ({"contact_name": ""}, "required", 422),
        ({"uscc": "91330200MA2AGXT411"}, "uscc_check", 422),
        ({"uscc": "123"}, "bad_uscc", 422),
        ({"starts_on": "03/04/2026"}, "ambiguous_date", 400),
        ({"starts_on": "2026-02-29"}, "bad_date", 400),
        ({"starts_on": "2020-01-01"}, "starts_in_the_past", 422),
        ({"turnover_1": "1e3"}, "bad_number", 400),
        ({"turnover_1": "-5"}, "must_be_positive", 422),
        ({"turnover_1": "100.555"}, "too_many_decimals", 422),
        ({"currency": "JPY", "turnover_1": "100.5"}, "too_many_decimals", 422),
        ({"commercial_ratio": "91"}, "over_hard_cap", 422),
        ({"longest_credit_days": "731"}, "out_of_range", 422),
        ({"market_1_country": "Atlantis"}, "bad_country", 422),
        ({"contact_name": "a\u202eb"}, "control_characters", 422),
        ({"is_truthful": None}, "required", 422),
    ],
)
def test_a_wrong_answer_is_named_at_its_field_and_nothing_typed_is_lost(change, code, status):
    answer = client_of("chen").post(
        reverse("policies:policy-new"), typed_form(legal_representative="陈海㐀𠮷", **change)
    )
    text = answer.content.decode()
    assert answer.status_code == status
    assert f'data-code="{code}"' in text
    assert "陈海㐀𠮷" in text
    assert not Policy.objects.exists()


def test_what_people_paste_is_understood_and_shown():
    """Full-width digits, RMB, a Chinese date and UK are read; the page says how."""
    form = typed_form(currency="ＲＭＢ", turnover_1="４６０００００", market_1_country="uk")
    page = client_of("chen").post(reverse("policies:policy-new"), form).content.decode()
    assert "CNY" in page
    assert "4600000" in page
    assert "GB" in page


def test_the_desk_shows_what_waits_for_the_insurer_oldest_first():
    submitted, _quoted = a_submitted_policy(), a_quoted_policy()
    unsigned = an_accepted_policy()
    page = client_of("zhou").get(reverse("policies:policy-desk")).content.decode()
    assert submitted.application_no in page
    assert unsigned.application_no not in page


def test_the_underwriters_way_from_the_desk_to_the_quote():
    policy = a_submitted_policy()
    zhou = client_of("zhou")
    assert zhou.post(url("take", policy))["Location"] == url("detail", policy)
    assert zhou.get(url("quote", policy)).status_code == 200
    check = zhou.post(url("quote", policy), typed_quote(version="99"))
    assert check.status_code == 200
    policy.refresh_from_db()
    done = zhou.post(url("quote", policy), {**typed_quote(version=str(policy.version)), "_go": "confirm"})
    assert done["Location"] == url("done", policy)
    policy.refresh_from_db()
    schedule = policy.schedule
    assert (policy.state, schedule.insured_ratios["BUYER_REJECTION"]) == (PolicyState.QUOTED, "0.8")
    assert sorted(schedule.excluded_countries.values_list("code", flat=True)) == ["AF", "CU"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ratio_BUYER_DEFAULT": "90.01"}, "over_hard_cap"),
        ({"experience_factor": "1.31"}, "experience_out_of_range"),
        ({"experience_factor": "one"}, "bad_number"),
        ({"rate_basis": "FLAT"}, "flat_rate_missing"),
        ({"max_credit_days": "400"}, "long_credit_needs_reason"),
        ({"max_credit_days": "731"}, "tenor_exceeds_2y"),
        ({"deposit_premium": "2000.01"}, "deposit_over_minimum"),
        ({"excluded_countries": "DE, Atlantis"}, "bad_country"),
    ],
)
def test_a_schedule_beyond_the_rules_is_refused_at_its_field(change, code):
    policy = a_policy_in_underwriting()
    answer = client_of("zhou").post(url("quote", policy), typed_quote(version=str(policy.version), **change))
    assert answer.status_code in (400, 422)
    assert f'data-code="{code}"' in answer.content.decode()


def test_the_premium_examples_follow_what_is_typed():
    """P4 at 0.9: 150,000 × 0.4536 % = 680.40; the maximum of 500,000 is below 2 × 400,000."""
    policy = a_policy_in_underwriting()
    form = typed_quote(experience_factor="0.9", max_liability="500000")
    page = (
        client_of("zhou").post(url("quote-examples", policy), form, headers={"accept-language": "en"}).content.decode()
    )
    assert "680.40" in page
    assert "less than 2 times the largest limit" in page
    assert "<html" not in page


def test_the_exporter_accepts_and_signs_then_a_second_underwriter():
    policy = a_quoted_policy()
    zhao, zhou, qian = client_of("zhao"), client_of("zhou"), client_of("qian")
    assert client_of("chen").get(url("accept", policy)).status_code == 403
    assert zhao.post(url("accept", policy), {"version": policy.version}).status_code == 422
    assert zhao.post(url("accept", policy), {"version": policy.version, "is_read": "on"}).status_code == 302
    assert zhao.post(url("sign", policy), {"is_read": "on"}).status_code == 302
    assert zhou.post(url("countersign", policy), {"is_read": "on"}).status_code == 403
    assert qian.get(url("countersign", policy)).status_code == 200
    assert qian.post(url("countersign", policy), {"is_read": "on"}).status_code == 302
    policy.refresh_from_db()
    assert policy.state == PolicyState.SIGNED
    done = zhao.get(url("done", policy)).content.decode()
    assert policy.number in done


def test_a_button_of_the_past_says_what_the_state_is_now():
    policy = an_accepted_policy()
    assert client_of("zhao").get(url("accept", policy)).status_code == 409
    assert client_of("zhou").post(url("take", policy)).status_code == 409


def test_the_same_form_sent_twice_makes_one_application():
    chen = client_of("chen")
    key = "0b0f54a6-9d06-4d0a-9a3b-0a4f5e6c7d88"
    first, second = (
        chen.post(reverse("policies:policy-new"), {**typed_form(), "_go": "confirm", "form_key": key})
        for _n in range(2)
    )
    assert first["Location"] == second["Location"]
    assert Policy.objects.count() == 1


def test_the_list_filters_exports_and_pages():
    a_submitted_policy()
    policy = a_policy_in_force()
    chen = client_of("chen")
    address = reverse("policies:policy-list")
    found = chen.get(address, {"q": policy.number}).content.decode()
    assert policy.number in found
    assert "AP-" in chen.get(address, {"state": "SUBMITTED"}).content.decode()
    assert policy.number not in chen.get(address, {"state": "SUBMITTED"}).content.decode()
    file = b"".join(chen.get(address, {"export": "csv", "state": "IN_FORCE"}).streaming_content).decode()
    assert file.count("\n") == 2
    assert policy.number in file
    for wrong in (
        {"after": "!!"},
        {"sort": "password"},
        {"ends_before": "31.12.2026"},
        {"state": "NO"},
        {"q": "x\x00"},
    ):
        assert chen.get(address, wrong).status_code in (200, 400)


def test_the_list_asks_the_database_as_often_for_many_as_for_one(django_assert_max_num_queries):
    zhou = client_of("zhou")
    for _n in range(3):
        a_policy_in_force()
    with django_assert_max_num_queries(16):
        zhou.get(reverse("policies:policy-list"))
    for _n in range(3):
        a_submitted_policy()
    with django_assert_max_num_queries(16):
        zhou.get(reverse("policies:policy-list"))
    with django_assert_max_num_queries(16):
        zhou.get(reverse("policies:policy-desk"))


def test_a_renewal_begins_with_last_years_answers():
    policy = a_policy_in_force()
    with clock.frozen(policy.ends_on - timedelta(days=20)):
        chen = client_of("chen")
        assert url("renew", policy) in chen.get(url("detail", policy)).content.decode()
        answer = chen.post(url("renew", policy))
        assert "Machine parts" in chen.get(answer["Location"]).content.decode()


def test_notice_of_termination_by_the_signer():
    policy = a_policy_in_force()
    assert client_of("chen").post(url("notice", policy), {"text": "x"}).status_code == 403
    answer = client_of("zhao").post(url("notice", policy), {"text": "Business closed"})
    assert answer["Location"] == url("detail", policy)


def test_staff_read_names_in_the_history_and_exporters_do_not():
    policy = a_quoted_policy()
    assert user("zhou").name_zh in client_of("qian").get(url("detail", policy)).content.decode()
    page = client_of("chen").get(url("detail", policy)).content.decode()
    assert user("zhou").name_zh not in page
