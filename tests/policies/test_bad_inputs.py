"""What issue 3 names as bad input: one code at its field by page and by API, in words of the reader's language, nothing half done."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims import filing
from declarations.models import RowError, Shipment
from policies import services
from policies.models import Endorsement, Policy, PolicySchedule
from sinosure.audit.models import AuditEntry
from sinosure.core import clock
from tests.factories.claims import a_draft_claim
from tests.factories.declarations import a_shipment
from tests.factories.files import a_checked_file, a_row, as_csv
from tests.factories.limits import a_limit
from tests.factories.people import actor, organisation, user
from tests.factories.policies import a_policy_in_force, a_policy_in_underwriting, a_proposal, terms
from tests.policies.test_ending import a_terminated_policy
from tests.policies.test_pages import typed_quote

pytestmark = pytest.mark.django_db
HAN = re.compile("[一-鿿]")


@dataclass
class Bad:
    """One wrong thing and the two doors at which it is tried."""

    who: str
    page: str
    form: dict[str, Any]
    api: str
    body: dict[str, Any]
    code: str
    field: str
    written: Callable[[], int] = field(default=lambda: AuditEntry.objects.count())


def a_quote(**changes: Any) -> dict[str, Any]:
    today = clock.today()
    plain = {
        "insured_ratios": {"BUYER_DEFAULT": "0.90"}, "max_liability": "1000000", "minimum_premium": "2000",
        "starts_on": f"{today}", "ends_on": f"{today + timedelta(days=364)}", "valid_until": f"{today + timedelta(days=20)}",
    }  # fmt: skip
    return {**plain, **changes}


def above_the_cap() -> Bad:
    policy = a_policy_in_underwriting()
    return Bad(
        "zhou", reverse("policies:policy-quote", args=[policy.pk]), typed_quote(ratio_BUYER_DEFAULT="91"),
        f"policies/{policy.pk}/quote/", a_quote(insured_ratios={"BUYER_DEFAULT": "0.91"}), "over_hard_cap",
        "ratio_BUYER_DEFAULT", PolicySchedule.objects.count,
    )  # fmt: skip


def more_than_two_years() -> Bad:
    policy = a_policy_in_underwriting()
    return Bad(
        "zhou", reverse("policies:policy-quote", args=[policy.pk]), typed_quote(max_credit_days="731"),
        f"policies/{policy.pk}/quote/", a_quote(max_credit_days=731), "tenor_exceeds_2y", "max_credit_days",
        PolicySchedule.objects.count,
    )  # fmt: skip


def too_large_for_micro() -> Bad:
    organisation("yunshan")
    order = {
        "tier": "T5", "uscc": "91530100MA6K3TF72M", "exports_last_year": "10000001", "contact_name": "Wu",
        "contact_phone": "0871-1234567", "is_truthful": True,
    }  # fmt: skip
    return Bad(
        "wu", f"{reverse('policies:micro-buy')}?tier=T5", {**order, "is_truthful": "on"}, "micro-policies/", order,
        "above_threshold", "exports_last_year", Policy.objects.count,
    )  # fmt: skip


def overlapping() -> Bad:
    """A renewal that begins on the last day of the policy before it; its signature is refused."""
    start = clock.today() - timedelta(days=345)
    with clock.frozen(start):
        before = a_policy_in_force(starts_on=start)
    renewal = services.renew(actor=actor("chen"), policy_id=before.pk)
    services.save_draft(actor=actor("chen"), policy_id=renewal.pk, proposal=a_proposal(starts_on=before.ends_on))
    services.submit(actor=actor("chen"), policy_id=renewal.pk)
    services.take(actor=actor("zhou"), policy_id=renewal.pk)
    services.quote(actor=actor("zhou"), policy_id=renewal.pk, terms=terms(starts_on=before.ends_on))
    services.accept(actor=actor("zhao"), policy_id=renewal.pk)
    return Bad(
        "zhao", reverse("policies:policy-sign", args=[renewal.pk]), {"is_read": "on"}, f"policies/{renewal.pk}/sign/", {},
        "same_exports", "starts_on", Policy.objects.filter(number__isnull=False).count,
    )  # fmt: skip


def endorsed_before_a_shipment() -> Bad:
    shipment = a_shipment(a_limit())
    wish = {"wish": "Less from now on.", "effective_from": f"{shipment.shipped_on}"}
    return Bad(
        "chen", reverse("policies:endorsement-new", args=[shipment.policy_id]), wish, "endorsements/",
        {**wish, "policy": shipment.policy_id}, "before_shipment", "effective_from", Endorsement.objects.count,
    )  # fmt: skip


def renewed_after_the_end() -> Bad:
    policy = a_terminated_policy()
    return Bad(
        "chen", reverse("policies:policy-renew", args=[policy.pk]), {}, f"policies/{policy.pk}/renew/", {},
        "renewal_of_terminated", "", Policy.objects.count,
    )  # fmt: skip


def a_line_with(**changes: Any) -> Bad:
    limit = a_limit()
    code, name = changes.pop("code"), changes.pop("field")
    plain = {
        "term": "OA", "credit_days": "60", "invoice_no": "NEW-1", "shipped_on": f"{clock.today()}", "currency": "USD",
        "amount": "50000", "kind": "GOODS", **changes,
    }  # fmt: skip
    return Bad(
        "chen", f"{reverse('declarations:new')}?policy={limit.policy_id}",
        {**plain, "obligor": limit.obligor_id, "knows_of_loss": "no"}, "shipments/",
        {**plain, "policy": limit.policy_id, "obligor": limit.obligor.code, "knows_of_loss": False}, code, name,
        Shipment.objects.count,
    )  # fmt: skip


SERVICE = {"kind": "SERVICE", "description": "Warehousing in Duisburg", "acceptance_no": "AC-7"}


def service_with_a_bill_of_lading() -> Bad:
    return a_line_with(**SERVICE, transport_no="COSU1", code="service_with_transport", field="transport_no")


def service_with_an_hs_code() -> Bad:
    return a_line_with(**SERVICE, hs_code="940542", code="service_with_hs_code", field="hs_code")


def service_nobody_accepted() -> Bad:
    return a_line_with(**{**SERVICE, "acceptance_no": ""}, code="service_without_acceptance", field="acceptance_no")


def credit_without_documents() -> Bad:
    return a_line_with(term="LC_SIGHT", code="lc_without_number", field="lc_no")


CASES = [
    above_the_cap, more_than_two_years, too_large_for_micro, overlapping, endorsed_before_a_shipment, renewed_after_the_end,
    service_with_a_bill_of_lading, service_with_an_hs_code, service_nobody_accepted, credit_without_documents,
]  # fmt: skip


@pytest.mark.parametrize("made", CASES, ids=[case.__name__ for case in CASES])
def test_a_bad_input_is_named_at_its_field_by_page_and_api_in_both_languages(made):
    bad = made()
    before = bad.written()
    client = Client()
    client.force_login(user(bad.who), backend="django.contrib.auth.backends.ModelBackend")
    for language in ("zh-hans", "en"):
        page = client.post(bad.page, bad.form, headers={"accept-language": language})
        html = page.content.decode()
        answer = client.post(
            f"/api/v1/{bad.api}", bad.body, content_type="application/json", headers={"accept-language": language}
        )
        assert 400 <= page.status_code < 500, page.status_code
        assert 400 <= answer.status_code < 500, answer.content
        found = {one["code"]: one for one in [answer.json(), *answer.json().get("errors", [])]}
        assert bad.code in found, answer.json()
        assert (found[bad.code].get("field") or "").endswith(bad.field.removeprefix("ratio_") if bad.field else "")
        words = str(found[bad.code].get("detail") or found[bad.code].get("message"))
        assert bool(HAN.search(words)) == (language == "zh-hans"), words
        assert f'data-code="{bad.code}"' in html or words.split("。")[0] in html, html[-3000:]
    assert bad.written() == before


def test_a_file_names_the_same_faults_of_services():
    limit = a_limit()
    rows = [
        a_row(limit, 1, **{"货物/服务": "服务", "货物描述": "仓储", "服务验收凭证号": "AC-1", "提单号": "COSU1"}),
        a_row(limit, 2, **{"货物/服务": "服务", "货物描述": "仓储", "服务验收凭证号": "", "提单号": ""}),
        a_row(limit, 3, **{"货物/服务": "服务", "货物描述": "仓储", "服务验收凭证号": "AC-3", "提单号": ""}),
    ]
    batch = a_checked_file(limit, as_csv(rows))
    assert list(RowError.objects.filter(batch=batch).order_by("row_no").values_list("row_no", "column", "code")) == [
        (2, "transport_no", "service_with_transport"), (3, "acceptance_no", "service_without_acceptance"),
    ]  # fmt: skip
    assert batch.rows_good == 1


def test_the_claim_on_a_service_asks_for_its_acceptance_and_no_bill_of_lading():
    """PRD-2: the goods-and-services policy from the line to the claim."""
    with clock.frozen(clock.today() - timedelta(days=100)):
        shipment = a_shipment(a_limit(), **SERVICE)
    claim = a_draft_claim(shipment)
    papers = {item.code: item.is_required for item in claim.checklist.all()}
    assert papers["ACCEPTANCE"]
    assert not {"TRANSPORT", "CUSTOMS"} & papers.keys()
    goods = a_draft_claim()
    assert {"TRANSPORT", "CUSTOMS"} <= {item.code for item in goods.checklist.filter(is_required=True)}
    assert Decimal(filing.open_in_policy_currency(shipment)) == 100_000
