"""The bank reminds the exporter, notifies a loss where it may, and sees the six steps of its own policy."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from claims.models import LossNotice, NoticeState
from claims.notices import by_bank
from claims.notices.facts import NoticeFacts
from financing.factoring import flow, services
from financing.models import About, FactoringContract, Loan, Reminder
from financing.reminders import services as reminders
from policies.models import Policy
from sinosure.audit.models import AuditEntry
from sinosure.core import clock
from sinosure.core.errors import NotAllowed
from sinosure.notifications.models import Message
from tests.factories.bank_policies import a_bank_limit, a_bank_policy
from tests.factories.declarations import a_shipment
from tests.factories.financing import a_loan, an_active_agreement
from tests.factories.limits import a_limit
from tests.factories.people import actor, organisation, user
from tests.refusals import code_of

pytestmark = pytest.mark.django_db
DAYS = 70  # the invoice is due after 60


def client(name: str) -> Client:
    found = Client()
    found.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    return found


def an_overdue_loan(**agreement: Any) -> Loan:
    """USD 50,000 on an invoice due ten days ago; the agreement is older."""
    with clock.frozen(clock.today() - timedelta(days=DAYS)):
        limit = a_limit()
        an_active_agreement(limit.policy, **agreement)
        return a_loan(a_shipment(limit), 50_000)


def test_a_bank_reminds_once_a_day_on_each_matter_and_the_exporter_reads_it():
    loan = an_overdue_loan()
    named = {"actor": actor("li"), "loan_id": loan.pk}
    row = reminders.of_loan(**named, about=About.OVERDUE, note="Please call the buyer.")
    assert code_of(lambda: reminders.of_loan(**named, about=About.OVERDUE)) == "reminded_today"
    assert code_of(lambda: reminders.of_loan(**named, about=About.DECLARATION)) == "nothing_to_remind"
    reminders.of_loan(**named, about=About.NOTICE)
    reminders.of_policy(actor=actor("li"), policy_id=loan.shipment.policy_id, about=About.DECLARATION)
    with clock.frozen(clock.today() + timedelta(days=1)):
        reminders.of_loan(**named, about=About.OVERDUE)
    told = Message.objects.filter(kind__startswith="reminder.").values_list("organisation__code", "kind")
    assert sorted(told) == [("haituo", "reminder.loan.NOTICE"), ("haituo", "reminder.loan.OVERDUE"),
                            ("haituo", "reminder.loan.OVERDUE"), ("haituo", "reminder.policy.DECLARATION")]  # fmt: skip
    assert AuditEntry.objects.filter(action="reminder.sent").count() == 4
    row.pk = None
    with pytest.raises(IntegrityError, match="reminded_once_a_day"), transaction.atomic():
        row.save()
    for name, error in (("kong", Loan.DoesNotExist), ("chen", NotAllowed), ("zheng", NotAllowed)):
        with pytest.raises(error):
            reminders.of_loan(actor=actor(name), loan_id=loan.pk, about=About.OVERDUE)
    assert Reminder.objects.visible_to(actor("chen")).count() == 4
    assert not Reminder.objects.visible_to(actor("kong")).exists()


def test_the_form_proposes_what_is_missing():
    loan = an_overdue_loan()  # declared; its premium is billed once the month is over, and the buyer is ten days late
    for address in (
        reverse("financing:loan-remind", args=[loan.pk]), reverse("financing:policy-remind", args=[loan.shipment.policy_id])
    ):  # fmt: skip
        page = client("li").get(address).content.decode()
        assert 'value="OVERDUE" selected' in page


def test_a_reminder_by_page_and_api():
    loan = an_overdue_loan()
    address = reverse("financing:loan-remind", args=[loan.pk])
    shown = client("li").get(reverse("financing:loan-detail", args=[loan.pk])).content.decode()
    assert address in shown
    done = client("li").post(address, {"about": "OVERDUE", "note": "Call us"})
    assert done["Location"] == reverse("financing:loan-detail", args=[loan.pk])
    again = client("li").post(address, {"about": "OVERDUE", "note": "Call us"})
    assert (again.status_code, 'data-code="reminded_today"' in again.content.decode()) == (429, True)
    assert "Call us" in client("chen").get(reverse("financing:loan-detail", args=[loan.pk])).content.decode()
    policy = reverse("financing:policy-remind", args=[loan.shipment.policy_id])
    assert client("li").post(policy, {"about": "DECLARATION"}).status_code == 302
    assert (client("kong").get(policy).status_code, client("kong").get(address).status_code) == (404, 404)
    body = {"loan": loan.pk, "about": "NOTICE"}
    sent = [
        client("li").post("/api/v1/reminders/", body, content_type="application/json").status_code for _n in range(2)
    ]
    assert sent == [201, 429]
    assert client("kong").post("/api/v1/reminders/", body, content_type="application/json").status_code == 404


def test_a_bank_with_claim_rights_files_the_notice_and_the_exporter_is_told():
    """By clause, or by nature of a receivable assignment; without either only the exporter may."""
    today = clock.today()
    facts = NoticeFacts("BUYER_DEFAULT", today, today, contact="Li Xiang")
    loan = an_overdue_loan()
    assert (
        code_of(lambda: by_bank.report(actor=actor("li"), shipment_id=loan.shipment_id, facts=facts))
        == "no_claim_rights"
    )
    with pytest.raises(NotAllowed):
        by_bank.report(actor=actor("chen"), shipment_id=loan.shipment_id, facts=facts)
    address = reverse("claims:notice-by-bank", args=[loan.shipment_id])
    assert client("li").get(address).status_code == 403
    assert client("kong").get(address).status_code == 404


@pytest.mark.parametrize("right", [{"claim_rights": True}, {"kind": "RECEIVABLE"}])
def test_the_notice_of_the_bank_by_page_names_who_filed_it(right: dict[str, Any]):
    loan = an_overdue_loan(**right)
    address = reverse("claims:notice-by-bank", args=[loan.shipment_id])
    assert address in client("li").get(reverse("financing:loan-detail", args=[loan.pk])).content.decode()
    typed = {"risk": "BUYER_DEFAULT", "goods_status": "WITH_BUYER", "contact": "Li", "_go": "confirm"}
    client("li").post(address, typed)
    notice = LossNotice.objects.get()
    assert (notice.state, notice.filed_by_id, notice.days_late) == (NoticeState.SUBMITTED, user("li").pk, 0)
    assert [line.shipment_id for line in notice.lines.all()] == [loan.shipment_id]
    assert Message.objects.filter(kind="notice.filed_by_bank", organisation__code="haituo").count() == 1
    for name in ("chen", "he", "li"):
        page = client(name).get(reverse("claims:notice-detail", args=[notice.pk])).content.decode()
        assert organisation("minhai").name_zh in page, name
    assert address not in client("li").get(reverse("financing:loan-detail", args=[loan.pk])).content.decode()


def test_the_notice_of_the_bank_by_api_joins_one_that_is_open():
    loan = an_overdue_loan(claim_rights=True)
    body = {"shipment": loan.shipment_id, "risk": "BUYER_DEFAULT", "contact": "Li"}
    made = client("li").post("/api/v1/loss-notices/by-bank/", body, content_type="application/json")
    assert (made.status_code, made.json()["state"]) == (201, "SUBMITTED")
    again = client("li").post("/api/v1/loss-notices/by-bank/", body, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "notice_exists")
    gone = client("kong").post("/api/v1/loss-notices/by-bank/", body, content_type="application/json")
    assert gone.status_code == 404


def states(policy: Policy, name: str) -> list[str]:
    return [step.state for step in flow.steps(policy, actor(name))]


def test_the_six_steps_of_a_bank_policy_for_bank_and_seller():
    policy = a_bank_policy()
    assert states(policy, "li") == ["done", "now", "next", "next", "next", "next"]
    named = {
        "policy_id": policy.pk, "seller_name": "宁波海拓进出口有限公司", "seller_uscc": organisation("haituo").uscc,
        "number": "BL-2026-7",
    }  # fmt: skip
    tomorrow = clock.today() + timedelta(days=1)
    assert code_of(lambda: services.record(actor=actor("li"), **named, signed_on=tomorrow)) == "date_in_future"
    address = reverse("financing:factoring-new", args=[policy.pk])
    typed = {**named, "signed_on": str(clock.today())}
    assert client("li").post(address, typed)["Location"] == reverse("financing:bank-policy", args=[policy.pk])
    assert client("li").post(address, typed).status_code == 409
    assert states(policy, "li") == ["done", "done", "now", "next", "next", "next"]
    a_bank_limit(policy)
    assert states(policy, "li") == ["done", "done", "done", "now", "next", "next"]
    contract = FactoringContract.objects.get()
    assert contract.seller == organisation("haituo")
    page = reverse("financing:bank-policy", args=[policy.pk])
    for name, status in (("li", 200), ("zhou", 200), ("chen", 200), ("wu", 404), ("kong", 404)):
        assert client(name).get(page).status_code == status, name
    assert "BL-2026-7" in client("chen").get(reverse("financing:list")).content.decode()
    listed = client("chen").get(f"/api/v1/factoring-contracts/{contract.pk}/flow/")
    assert [step["state"] for step in listed.json()][:2] == ["done", "done"]
    assert client("kong").post(address, typed).status_code == 404
