"""The single window by page: seven steps, resumed; refusals at their field; the public check of a signed PDF."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from policies.micro import applying
from policies.single_window import selectors
from policies.single_window.models import WindowApplication
from policies.single_window.papers import Verdict
from policies.single_window.steps import Step
from sinosure.documents.models import Rendition
from tests.factories.micro import USCC
from tests.factories.people import actor, user
from tests.factories.single_window import a_submitted_application, an_application

pytestmark = [pytest.mark.django_db, pytest.mark.letters]
FACTS = {
    "tier": "T5", "uscc": USCC, "exports_last_year": "1000000", "contact_name": "Wu", "contact_phone": "0871",
    "is_truthful": "on",
}  # fmt: skip
ANSWERS = {
    "AUTH": {"method": "IC_CARD", "name": "吴敏", "number": "5301000012345678"}, "ENTRY": {"exports_last_year": "1000000"},
    "CONFIRM": FACTS, "SEAL": {}, "SERVICE_AGREEMENT": {"has_read": "on"}, "DATA_AUTH": {"is_ticked": "on"},
}  # fmt: skip


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(user(name))
    return client


def test_seven_steps_by_page_each_labelled_as_simulated():
    client = signed_in("wu")
    client.post(reverse("policies:window-start"))
    application = WindowApplication.objects.get()
    url = reverse("policies:window-application", args=[application.pk])
    for step, answers in ANSWERS.items():
        shown = client.get(url)
        assert (shown.context["step"], shown.status_code) == (step, 200)
        assert "模拟" in shown.content.decode() or "Simulated" in shown.content.decode()
        assert client.post(url, {"step": step, **answers}).status_code == 302
    application.refresh_from_db()
    assert application.policy.state == "SUBMITTED"
    assert client.get(url).status_code == 200
    assert client.get(reverse("policies:window")).status_code == 200


def test_a_step_posted_out_of_order_and_a_missing_tick_are_refused_by_page():
    application = an_application(Step.AUTH, Step.ENTRY)
    client, url = signed_in("wu"), reverse("policies:window-application", args=[application.pk])
    assert client.post(url, {"step": "DATA_AUTH", "is_ticked": "on"}).status_code == 409
    assert client.post(url, {"step": "CONFIRM", **FACTS, "is_truthful": ""}).status_code == 422
    assert application.steps.count() == 2


def test_another_firm_does_not_find_the_application():
    application = an_application(Step.AUTH)
    url = reverse("policies:window-application", args=[application.pk])
    assert signed_in("zhao").get(url).status_code == 404
    assert signed_in("wang").get(reverse("policies:window")).status_code in (403, 404)


def test_the_underwriter_approves_by_page():
    policy = a_submitted_application().policy
    client = signed_in("zhou")
    client.post(reverse("policies:policy-take", args=[policy.pk]))
    shown = client.get(reverse("policies:policy-detail", args=[policy.pk])).content.decode()
    assert reverse("policies:policy-approve", args=[policy.pk]) in shown
    assert reverse("policies:policy-quote", args=[policy.pk]) not in shown
    policy.refresh_from_db()
    url = reverse("policies:policy-approve", args=[policy.pk])
    page = client.get(url)
    fields = {name: "on" for name in page.context["form"].fields if name != "version"}
    assert client.post(url, {**fields, "version": policy.version}).status_code == 302
    policy.refresh_from_db()
    assert policy.state == "SIGNED"
    assert applying.waits_at_tier_price(policy)


def verified(content: bytes) -> list[Verdict]:
    """What a visitor is told of this file."""
    upload = SimpleUploadedFile("a.pdf", content, "application/pdf")
    shown = Client().post(reverse("policies:window-verify"), {"file": upload})
    assert shown.status_code == 200
    return shown.context["verdicts"]


def test_anybody_may_check_a_signed_pdf():
    a_submitted_application()
    agreement = selectors.agreement_of(actor("wu").organisation_id)
    pdf = Rendition.objects.get(document=agreement.document).file.read()
    (found,) = verified(pdf)
    assert (found.is_intact, found.seal.policyholder.name_zh) == (True, "云山农产品有限公司")
    place = pdf.index(b"stream") + 60
    changed = pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
    (found,) = verified(changed)
    assert not found.is_intact
