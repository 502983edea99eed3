"""Co-insured affiliates and key accounts (PRD-3): named by the schedule, shipped for, printed in letters; first in the queue."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.translation import override
from rest_framework.test import APIClient

from claims.models import ClaimLine
from declarations import services as declarations
from declarations.models import RowError, Shipment
from limits import services as limits
from limits.models import LimitApplication
from policies import services
from policies.affiliates import Affiliate, as_lines, check, read_lines
from policies.endorsements import letters
from policies.endorsements import services as endorsements
from policies.models import Policy, PolicyAffiliate
from policies.selectors import schedule_on
from policies.uscc import check_character
from policies.wording import Terms
from sinosure.audit.models import AuditEntry
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.documents.models import Document
from tests.factories.claims import a_filed_claim
from tests.factories.declarations import a_line, a_shipment
from tests.factories.files import a_booked_file, a_checked_file, a_row, as_csv
from tests.factories.limits import a_limit, a_submitted_application
from tests.factories.people import actor, user
from tests.factories.policies import a_policy_in_force, a_policy_in_underwriting
from tests.policies.test_pages import client_of, typed_quote, url

pytestmark = pytest.mark.django_db
CODE = "91330201MA2CK0001" + check_character("91330201MA2CK0001")
BUYER_UP = Affiliate("PURCHASER", CODE, "宁波海拓采购有限公司", "Ningbo Haituo Sourcing Co., Ltd.")
SELLER_DOWN = Affiliate("DISTRIBUTOR", "HRB-98211", "", "Haituo Europe GmbH", "DE")
BOTH = (BUYER_UP, SELLER_DOWN)


def test_lines_are_read_as_they_are_written_and_pasted_from_a_sheet():
    assert read_lines(as_lines(BOTH)) == BOTH
    pasted = f"采购主体\t{CODE.lower()}\t宁波海拓采购有限公司\tNingbo Haituo Sourcing Co., Ltd.\n\n海外经销商；hrb-98211；；Haituo Europe GmbH；德国"
    assert read_lines(pasted) == BOTH


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("PARTNER; X; 甲; A", "bad_role"),
        ("PURCHASER", "bad_columns"),
        ("PURCHASER; 91330201MA2CK00011; 甲; A", "uscc_check"),
        ("DISTRIBUTOR; 123; ; A Ltd.", "distributor_abroad"),
        ("DISTRIBUTOR; ; ; A Ltd.; DE", "code_missing"),
        (f"PURCHASER; {CODE}; ; ", "name_missing"),
        (f"PURCHASER; {CODE}; 甲; A; DE", "purchaser_at_home"),
    ],
)
def test_a_wrong_line_is_named_at_the_field_in_both_languages(line, code):
    with pytest.raises(DomainError) as refused:
        read_lines(line)
    assert refused.value.code == code
    assert refused.value.field in ("affiliates", "uscc")
    with override("zh-hans"):
        assert any("一" <= letter <= "鿿" for letter in refused.value.text)


def test_only_a_comprehensive_policy_names_them_each_once_and_never_itself():
    comprehensive, sme = Terms({}, "COMPREHENSIVE"), Terms({}, "SME")
    check(BOTH, comprehensive)
    check((), sme)
    for given, wording, own, code in [
        (BOTH, sme, "", "no_affiliates"),
        ((BUYER_UP, BUYER_UP), comprehensive, "", "affiliate_twice"),
        (BOTH, comprehensive, CODE, "affiliate_is_insured"),
        ([SELLER_DOWN] * 51, comprehensive, "", "too_many_affiliates"),
    ]:
        with pytest.raises(DomainError) as refused:
            check(given, wording, own)
        assert refused.value.code == code


def test_the_quote_names_them_by_page_and_by_api_and_the_policy_prints_them():
    policy = a_policy_in_underwriting()
    zhou = client_of("zhou")
    wrong = zhou.post(url("quote", policy), typed_quote(affiliates="PARTNER; X; 甲; A", _go=""))
    assert wrong.status_code == 422
    assert "PARTNER; X; 甲; A" in wrong.content.decode()
    checked = zhou.post(url("quote", policy), typed_quote(affiliates=as_lines([BUYER_UP]), _go=""))
    assert "宁波海拓采购有限公司" in checked.content.decode()
    zhou.post(url("quote", policy), typed_quote(affiliates=as_lines([BUYER_UP]), _go="confirm"))
    assert [row.code for row in policy.schedules.get(version=1).affiliates.all()] == [CODE]
    api = APIClient()
    api.force_authenticate(user=user("zhou"))
    body = {
        "insured_ratios": {"BUYER_DEFAULT": "0.90"}, "max_liability": "1000000", "minimum_premium": "2000",
        "starts_on": f"{clock.today()}", "ends_on": f"{clock.today() + timedelta(days=364)}",
        "valid_until": f"{clock.today() + timedelta(days=20)}", "affiliates": [SELLER_DOWN.as_stored()],
    }  # fmt: skip
    bad = {**body, "affiliates": [{"role": "DISTRIBUTOR", "code": "1", "name_en": "A"}]}
    refused = api.post(f"/api/v1/policies/{policy.pk}/quote/", bad, format="json")
    assert refused.status_code in (400, 422)
    assert "affiliates" in str(refused.data)
    done = api.post(f"/api/v1/policies/{policy.pk}/quote/", body, format="json")
    assert [one["code"] for one in done.data["schedule"]["affiliates"]] == ["HRB-98211"]
    services.accept(actor=actor("zhao"), policy_id=policy.pk)
    services.sign(actor=actor("zhao"), policy_id=policy.pk)
    printed = Document.objects.of(policy).get(kind="policy.contract").context["affiliates"]
    assert printed == [
        {
            "role": ["海外经销商", "Overseas distributor"],
            "code": "HRB-98211",
            "name_zh": "",
            "name_en": "Haituo Europe GmbH",
        }
    ]


def test_an_endorsement_adds_one_and_a_shipment_in_its_name_is_covered_from_that_day():
    policy = a_policy_in_force()
    limit = a_limit(policy)
    with pytest.raises(DomainError) as early:
        declarations.declare(actor=actor("chen"), policy_id=policy.pk, line=a_line(limit, affiliate=CODE))
    assert (early.value.code, early.value.field) == ("unknown_affiliate", "affiliate")
    row = endorsements.request(actor=actor("chen"), policy_id=policy.pk, wish="海拓采购", effective_from=clock.today())
    endorsements.draft(
        actor=actor("zhou"), endorsement_id=row.pk, terms={"affiliates": BOTH}, effective_from=clock.today()
    )
    endorsements.approve(actor=actor("qian"), endorsement_id=row.pk)
    row.refresh_from_db()
    assert [(line["zh"], line["old"]) for line in letters.printed(row)] == [("共同被保险人", "无 None")]
    assert CODE in letters.printed(row)[0]["new"]
    endorsements.sign(actor=actor("zhao"), endorsement_id=row.pk)
    assert schedule_on(policy, clock.today()).affiliates.count() == 2
    shipment = declarations.declare(actor=actor("chen"), policy_id=policy.pk, line=a_line(limit, affiliate=CODE))
    assert (shipment.affiliate.code, shipment.covered) == (CODE, shipment.policy_amount)
    page = client_of("chen").get(reverse("declarations:new"), {"policy": policy.pk}).content.decode()
    assert "Haituo Europe GmbH" in page
    assert "Ningbo Haituo Sourcing" in client_of("he").get(
        reverse("declarations:detail", args=[shipment.pk]), headers={"accept-language": "en"}
    ).content.decode()  # fmt: skip


def a_chain() -> Policy:
    return a_policy_in_force(affiliates=BOTH)


def test_a_file_names_the_affiliate_by_its_code():
    limit = a_limit(a_chain())
    batch = a_checked_file(
        limit, as_csv([a_row(limit, 1, 共同被保险人代码=CODE), a_row(limit, 2, 共同被保险人代码="X-1")])
    )
    assert list(RowError.objects.filter(batch=batch).values_list("row_no", "column", "code")) == [
        (3, "affiliate", "unknown_affiliate")
    ]
    a_booked_file(limit, as_csv([a_row(limit, 3, 共同被保险人代码=CODE), a_row(limit, 4, 共同被保险人代码="")]))
    assert list(Shipment.objects.order_by("invoice_no").values_list("affiliate__code", flat=True)) == [CODE, None]


def test_notice_and_claim_name_the_company_that_shipped():
    with clock.frozen(clock.today() - timedelta(days=90)):
        shipment = a_shipment(a_limit(a_chain()), affiliate=CODE)
    claim = a_filed_claim(shipment)
    name = "宁波海拓采购有限公司 Ningbo Haituo Sourcing Co., Ltd."
    for kind, subject in (("loss_notice", claim.notice), ("claim_form", claim)):
        letter = Document.objects.of(subject).filter(kind__contains=kind).order_by("id")[0]
        assert [line["affiliate"] for line in letter.context["lines"]] == [name]
    assert ClaimLine.objects.get(claim=claim).shipment.affiliate.role == "PURCHASER"


def test_no_shipment_in_the_name_of_another_policys_affiliate_whoever_writes():
    mine, other = a_shipment(a_limit(a_chain())), PolicyAffiliate.objects.get(policy=a_chain(), code=CODE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Shipment.objects.filter(pk=mine.pk).update(affiliate=other)
    with transaction.atomic(), connection.cursor() as cursor:  # the control: without the guard it is written
        cursor.execute("SET LOCAL session_replication_role = replica")
        assert Shipment.objects.filter(pk=mine.pk).update(affiliate=other) == 1
        transaction.set_rollback(True)
    with pytest.raises(IntegrityError), transaction.atomic():  # nor a company without a code that fits its role
        PolicyAffiliate.objects.create(
            policy=mine.policy, policyholder=mine.policyholder, role="PURCHASER", code="X", name_zh="甲", country_id="CN",
            named_at=clock.now(),
        )  # fmt: skip


def test_a_key_account_goes_first_in_the_queue_with_a_reason_on_record():
    policy = a_policy_in_force()
    older, newer = (a_submitted_application(policy=policy, amount=amount) for amount in (100_000, 200_000))
    sun = client_of("sun")
    raise_url = reverse("limits:application-raise", args=[older.pk])
    early = sun.post(raise_url, {"text": "Order of the year"})
    assert early.status_code == 409
    with pytest.raises(NotAllowed):
        services.mark_key_account(actor=actor("chen"), policy_id=policy.pk, is_key=True, reason="We are large.")
    sun.post(url("key-account", policy), {"text": "USD 13 bn a year, chain insured"})
    page = sun.get(reverse("limits:application-detail", args=[older.pk]), headers={"accept-language": "en"})
    assert "Raise the priority" in page.content.decode()
    assert sun.post(raise_url, {"text": "Order of the year"}).status_code == 302
    queue = sun.get(reverse("limits:application-list"), headers={"accept-language": "en"})
    assert [row.pk for row, _days in queue.context["rows"]] == [older.pk, newer.pk]
    assert "Priority" in queue.content.decode()
    trail = AuditEntry.objects.filter(action__in=["policy.key_account", "limit_application.priority_raised"])
    assert [(row.actor_name != "", row.detail["reason"] != "") for row in trail] == [(True, True)] * 2
    api = APIClient()
    api.force_authenticate(user=user("sun"))
    assert (
        api.post(f"/api/v1/limit-applications/{older.pk}/lower/", {"text": ""}, format="json").data["code"]
        == "required"
    )
    api.post(f"/api/v1/limit-applications/{older.pk}/lower/", {"text": "Done"}, format="json")
    assert not LimitApplication.objects.get(pk=older.pk).is_priority


def test_priority_needs_a_key_account_and_a_reason_whoever_writes():
    application = a_submitted_application()
    raised = {"is_priority": True, "priority_reason": "because", "priority_by": user("sun")}
    with pytest.raises(IntegrityError, match="key account"), transaction.atomic():
        LimitApplication.objects.filter(pk=application.pk).update(**raised)
    Policy.objects.filter(pk=application.policy_id).update(key_account=True)  # the control
    assert LimitApplication.objects.filter(pk=application.pk).update(**raised) == 1
    with pytest.raises(IntegrityError, match="priority_has_reason"), transaction.atomic():
        LimitApplication.objects.filter(pk=application.pk).update(priority_reason="")
    with pytest.raises(DomainError):
        limits.raise_priority(actor=actor("sun"), application_id=application.pk, reason=" ")
