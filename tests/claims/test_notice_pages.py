"""Pages and API of loss notices: pre-filled, checked, filed once, with proof; refusals in words, never a 500."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from claims.models import LossNotice, NoticeState
from sinosure.core import clock
from sinosure.deadlines.models import Deadline
from tests.factories import notices as factory
from tests.factories.people import user

pytestmark = pytest.mark.django_db
TODAY = date(2026, 5, 11)  # the invoice fell due on 2026-05-01, last valid day 2026-06-01
ANSWERS = {"risk": "BUYER_DEFAULT", "goods_status": "WITH_BUYER", "buyer_reason": "No cash", "contact": "Chen"}


def browser(name: str, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    return client


def start_url(shipment: object) -> str:
    return reverse("claims:notice-start", args=[shipment.policy_id, shipment.obligor_id])


def key_in(response: object) -> str:
    return re.search(r'name="form_key" value="([^"]+)"', response.content.decode())[1]


def test_a_notice_is_filed_in_three_steps_with_proof():
    shipment = factory.an_invoice()
    chen = browser("chen")
    with clock.frozen(TODAY):
        page = chen.get(start_url(shipment))
        assert shipment.invoice_no in page.content.decode()
        check = chen.post(start_url(shipment), {**ANSWERS, "form_key": key_in(page)})
        text = check.content.decode()
        assert "In time: 21 day(s) are left." in text
        assert "2026-05-31" in text  # the nominal day, in the day-by-day count
        sent = {**ANSWERS, "form_key": key_in(check), "_go": "confirm"}
        done = chen.post(start_url(shipment), sent)
        again = chen.post(start_url(shipment), sent)  # pressed twice
        proof = chen.get(done["Location"])
    notice = LossNotice.objects.get()
    assert (notice.state, done.status_code, again["Location"]) == (NoticeState.SUBMITTED, 302, done["Location"])
    assert notice.number in proof.content.decode()
    assert "2026-05-11 12:00:00" in proof.content.decode()
    assert "Received in time" in proof.content.decode()


def test_a_posted_time_is_ignored():
    shipment = factory.an_invoice()
    chen = browser("chen")
    with clock.frozen(datetime(2026, 6, 1, 16, 0, tzinfo=UTC)):
        page = chen.get(start_url(shipment))
        sent = {**ANSWERS, "form_key": key_in(page), "_go": "confirm", "submitted_at": "2026-05-30"}
        chen.post(start_url(shipment), sent)
    assert LossNotice.objects.get().days_late == 1


def test_an_event_needs_its_days_and_shows_its_ten_working_days():
    shipment = factory.an_invoice()
    chen = browser("chen")
    with clock.frozen(TODAY):
        page = chen.get(start_url(shipment))
        refused = chen.post(start_url(shipment), {**ANSWERS, "risk": "BUYER_INSOLVENCY", "form_key": key_in(page)})
        assert refused.status_code == 422
        assert refused.content.decode().count("This cause needs the day.") == 4  # at both fields and in the summary
        named = {**ANSWERS, "risk": "BUYER_INSOLVENCY", "occurred_on": "2026/4/28", "known_on": "20260428"}
        check = chen.post(start_url(shipment), {**named, "form_key": key_in(refused)})
    assert "2026-05-14" in check.content.decode()  # golden: known 2026-04-28
    assert "No cash" in check.content.decode()


def test_a_draft_is_kept_and_opened_again():
    shipment = factory.an_invoice()
    chen = browser("chen")
    with clock.frozen(TODAY):
        page = chen.get(start_url(shipment))
        kept = chen.post(start_url(shipment), {**ANSWERS, "form_key": key_in(page), "_save": "1"})
        assert LossNotice.objects.get().state == NoticeState.DRAFT
        opened = chen.get(kept["Location"], follow=True)
    assert "No cash" in opened.content.decode()


def test_a_clock_on_an_invoice_leads_to_the_notice():
    shipment = factory.an_invoice()
    chen = browser("chen")
    with clock.frozen(TODAY):
        target = chen.get(reverse("claims:notice-for-shipment", args=[shipment.pk]))
        assert target["Location"] == start_url(shipment)
        notice = factory.a_filed_notice(shipment)
        target = chen.get(reverse("claims:notice-for-shipment", args=[shipment.pk]))
    assert target["Location"] == reverse("claims:notice-detail", args=[notice.pk])


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", ["chen", "zhao", "he", "tang", "zhou", "yan"])
def test_every_page_of_a_case_opens_for_those_concerned(name: str, language: str):
    task = factory.a_task()
    notice, client = task.notice, browser(name, language)
    factory.a_mandate(notice)
    pages = [
        reverse("claims:notice-list"), reverse("claims:notice-list") + "?queue=action",
        reverse("claims:notice-detail", args=[notice.pk]), reverse("claims:task-detail", args=[task.pk]),
    ]  # fmt: skip
    with clock.frozen(date(2026, 5, 20)):
        assert [client.get(url).status_code for url in pages] == [200] * 4


def test_the_other_exporter_finds_nothing():
    task = factory.a_task()
    wu = browser("wu")
    urls = [
        reverse("claims:notice-detail", args=[task.notice_id]), reverse("claims:task-detail", args=[task.pk]),
        reverse("claims:notice-withdraw", args=[task.notice_id]),
    ]  # fmt: skip
    assert [wu.get(url).status_code for url in urls] == [404] * 3
    assert wu.get(reverse("claims:notice-detail", args=[2**62])).status_code == 404


def test_the_analysis_is_for_the_insurer_alone():
    notice = factory.a_filed_notice()
    url = reverse("claims:notice-detail", args=[notice.pk])
    assert "Preliminary analysis" in browser("he").get(url).content.decode()
    assert "Preliminary analysis" not in browser("chen").get(url).content.decode()


def test_an_officer_asks_and_the_insured_answers_on_pages():
    notice = factory.a_filed_notice()
    he, chen = browser("he"), browser("chen")
    with clock.frozen(date(2026, 5, 12)):
        url = reverse("claims:notice-ask", args=[notice.pk])
        he.post(url, {"form_key": key_in(he.get(url)), "question": "Which port?"})
        url = reverse("claims:notice-answer", args=[notice.pk])
        chen.post(url, {"form_key": key_in(chen.get(url)), "answer": "Hamburg"})
    notice.refresh_from_db()
    assert (notice.state, notice.question, notice.answer) == (NoticeState.SUBMITTED, "Which port?", "Hamburg")


def test_the_number_of_queries_of_the_desk_does_not_grow(django_assert_max_num_queries):
    for _ in range(4):
        factory.a_filed_notice(at=TODAY)
    he = browser("he")
    with clock.frozen(TODAY), django_assert_max_num_queries(30):
        assert he.get(reverse("claims:notice-list")).status_code == 200


def api(name: str) -> APIClient:
    client = APIClient(headers={"accept-language": "en"})
    client.force_authenticate(user(name))
    return client


def test_the_api_files_through_the_same_service():
    shipment = factory.an_invoice()
    body = {
        "policy": shipment.policy_id, "obligor": shipment.obligor_id, "risk": "BUYER_DEFAULT", "contact": "Chen",
        "submitted_at": "2020-01-01T00:00:00Z",
    }  # fmt: skip
    with clock.frozen(TODAY):
        made = api("chen").post("/api/v1/loss-notices/", body, format="json")
        twice = api("chen").post("/api/v1/loss-notices/", body, format="json")
        accepted = api("he").post(f"/api/v1/loss-notices/{made.data['id']}/accept/", {}, format="json")
        task = api("he").post(
            f"/api/v1/loss-notices/{made.data['id']}/tasks/",
            {"instruction": "Dun in writing.", "due_on": "2026-05-30", "cost_estimate": "250.00"}, format="json",
        )  # fmt: skip
        done = api("chen").post(f"/api/v1/mitigation-tasks/{task.data['id']}/done/", {"text": "Sent."}, format="json")
    assert (made.status_code, made.data["days_late"], len(made.data["lines"])) == (201, 0, 1)
    assert (twice.status_code, twice.data["code"]) == (409, "notice_exists")
    assert (accepted.status_code, accepted.data["state"]) == (200, "ACCEPTED")
    assert (task.status_code, done.status_code, done.data["state"]) == (201, 200, "DONE")


@pytest.mark.parametrize(("name", "status"), [("chen", 403), ("yan", 403), ("he", 200)])
def test_the_api_asks_for_the_duty(name: str, status: int):
    notice = factory.a_filed_notice()
    assert api(name).post(f"/api/v1/loss-notices/{notice.pk}/accept/", {}, format="json").status_code == status


def test_deadlines_in_the_api_explain_their_days():
    shipment = factory.an_invoice()
    deadline = Deadline.objects.of(shipment).get(kind="LOSS_NOTICE_DEFAULT")
    with clock.frozen(TODAY):
        shown = api("chen").get(f"/api/v1/deadlines/{deadline.pk}/")
        listed = api("chen").get("/api/v1/deadlines/")
    assert shown.data["legal_due"] == "2026-06-01"
    assert shown.data["days"][0]["date"] == "2026-05-01"
    assert [day["date"] for day in shown.data["days"]][-1] == "2026-06-01"
    assert listed.status_code == 200
    assert api("wu").get(f"/api/v1/deadlines/{deadline.pk}/").status_code == 404
