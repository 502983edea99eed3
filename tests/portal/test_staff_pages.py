"""The security administrator's people desk, the audit trail, operations, help and passwords."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation
from django.utils.html import escape

from sinosure.accounts import services
from sinosure.accounts.models import RoleGrant, User
from sinosure.accounts.roles import Kind, Role
from sinosure.audit.models import AuditEntry
from sinosure.audit.services import record, seal
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.notifications.models import Outbox, OutboxState
from sinosure.portal.help_pages import TOPICS
from tests.factories.people import actor, organisation, user

pytestmark = pytest.mark.django_db


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(user(name))
    return client


def post(client: Client, url: str, **typed: str) -> int:
    """Send a form with the key that its page carries, and confirm it where it asks to check."""
    shown = client.get(url).content.decode()
    key = re.search(r'name="form_key" value="([^"]+)"', shown)
    assert key
    sent = {**typed, "form_key": key[1], "_go": "confirm"}
    return client.post(url, sent).status_code


def test_a_new_colleague_gets_a_link_sets_a_password_and_signs_in(settings):
    settings.SITE_URL = "https://cover.example"
    bank = organisation("minhai")
    answer = post(
        signed_in("shen"), f"/organisations/{bank.pk}/people/new/",
        username="ning", name_zh="宁月", name_en="Ning Yue", email="ning@minhai.example", role="BANK_OFFICER", tier="1",
    )  # fmt: skip
    assert answer == 302
    link = re.search(r"/signin/set/\S+", mail.outbox[-1].body)
    assert link
    fresh = Client()
    page = fresh.get(link[0], follow=True)
    secret = "four-words-of-cover"
    fresh.post(page.redirect_chain[-1][0], {"new_password1": secret, "new_password2": secret})
    assert fresh.post("/signin/", {"username": "ning", "password": secret})["Location"] == "/"
    ning = User.objects.get(username="ning")
    assert ning.check_password(secret)
    assert [g.role for g in ning.grants.all()] == [Role.BANK_OFFICER]
    assert fresh.get(link[0], follow=True).content.decode().count("new_password1") == 0  # the link works once


def test_a_duty_of_another_kind_of_organisation_is_refused_at_its_field():
    with pytest.raises(DomainError, match="duty_of_another_kind"):
        services.grant_duty(actor("shen"), person=user("chen"), role=Role.CLAIMS_APPROVER)


def test_administrator_and_auditor_are_held_alone():
    with pytest.raises(DomainError, match="duty_held_alone"):
        services.grant_duty(actor("shen"), person=user("he"), role=Role.AUDITOR)
    with pytest.raises(DomainError, match="duty_held_alone"):
        services.grant_duty(actor("shen"), person=user("wei"), role=Role.FINANCE_OFFICER)


def test_nobody_grants_to_themselves_and_without_the_service_the_database_refuses_it():
    shen = user("shen")
    with pytest.raises(DomainError, match="not_oneself"):
        services.grant_duty(actor("shen"), person=shen, role=Role.SECURITY_ADMIN)
    with pytest.raises(IntegrityError, match="grant_not_by_oneself"), transaction.atomic():
        RoleGrant.objects.create(user=shen, role=Role.UNDERWRITER, granted_at=clock.now(), granted_by=shen)


def test_another_level_ends_the_old_grant_and_a_duty_held_is_refused():
    zhou = user("zhou")  # underwriter, level 1
    services.grant_duty(actor("shen"), person=zhou, role=Role.UNDERWRITER, tier=2)
    assert [(g.tier, g.revoked_at is None) for g in zhou.grants.order_by("id")] == [(1, False), (2, True)]
    with pytest.raises(DomainError, match="duty_held"):
        services.grant_duty(actor("shen"), person=zhou, role=Role.UNDERWRITER, tier=2)
    with pytest.raises(DomainError, match="tier_out_of_range"):
        services.grant_duty(actor("shen"), person=zhou, role=Role.UNDERWRITER, tier=4)


def test_an_ended_duty_shuts_its_pages_at_the_next_request():
    he = signed_in("he")
    assert he.get("/claims/").status_code == 200
    grant = user("he").grants.get()
    services.revoke_duty(actor("shen"), grant=grant)
    assert he.get("/claims/").status_code == 403
    with pytest.raises(DomainError, match="duty_ended"):
        services.revoke_duty(actor("shen"), grant=grant)


def test_a_closed_account_is_signed_out():
    chen = signed_in("chen")
    services.set_active(actor("shen"), person=user("chen"), active=False)
    assert chen.get("/me/").status_code == 302
    services.set_active(actor("shen"), person=user("chen"), active=True)
    assert AuditEntry.objects.filter(action__in=["person.closed", "person.opened"]).count() == 2


def test_an_organisation_is_registered_once_by_its_credit_code():
    typed = {
        "kind": "EXPORTER",
        "code": "newfirm",
        "name_zh": "新企业",
        "name_en": "New Firm",
        "uscc": "91330200MA2AGXT410",
    }
    organisation("haituo")  # has that code
    answer = signed_in("shen")
    assert post(answer, "/organisations/new/", **typed) == 422
    with pytest.raises(DomainError, match="one_insurer"):
        services.register_organisation(actor("shen"), kind=Kind.INSURER, code="x", name_zh="x", name_en="x")
    with pytest.raises(DomainError, match="bic_missing"):
        services.register_organisation(actor("shen"), kind=Kind.BANK, code="x", name_zh="x", name_en="x")


def test_only_the_security_administrator_manages_people():
    with pytest.raises(DomainError, match="not_allowed"):
        services.set_active(actor("wei"), person=user("chen"), active=False)


def test_the_answer_to_a_forgotten_password_does_not_tell_whether_the_address_is_known():
    client = Client()
    known = client.post("/signin/forgotten/", {"email": user("chen").email or "nobody@x.example"})
    unknown = client.post("/signin/forgotten/", {"email": "stranger@nowhere.example"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_the_trail_is_searched_by_person_deed_row_and_day():
    chen = user("chen")
    with clock.frozen(clock.start_of(clock.today())):
        record(actor("chen"), "limit.applied", chen)
    record(actor("zhao"), "policy.signed", user("zhao"))
    seal()
    auditor = signed_in("yan")
    found = auditor.get("/audit/", {"person": chen.name_zh, "action": "limit"}).content.decode()
    assert "limit.applied" in found
    assert "policy.signed" not in found
    assert "limit.applied" not in auditor.get("/audit/", {"since": "2031-01-01"}).content.decode()
    assert auditor.get("/audit/", {"number": "x", "since": "31/31/31", "subject": "no"}).status_code == 200
    assert b"limit.applied" in b"".join(auditor.get("/audit/", {"export": "csv"}).streaming_content)


def test_operations_tell_what_waits_and_the_system_administrator_tries_dead_mail_again():
    now = clock.now()
    Outbox.objects.create(dedup="x", recipient="a@b.example", kind="k", state=OutboxState.DEAD, next_try_at=now,
                          created_at=now, last_error="refused")  # fmt: skip
    admin = signed_in("wei")
    assert "a@b.example" in admin.get("/operations/").content.decode()
    assert signed_in("yan").post("/operations/messages/").status_code == 403  # the auditor only looks
    assert admin.post("/operations/messages/").status_code == 302
    assert Outbox.objects.get().state == OutboxState.WAITING


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_help_page_stands_in_both_languages(topic, language):
    page = Client().get(f"/help/{topic}/", headers={"accept-language": language})
    with translation.override(language):
        assert escape(str(TOPICS[topic][0])) in page.content.decode()
    assert page.content.decode().count("<h2>") >= 2
    assert Client().get("/help/nothing/").status_code == 404


def test_a_person_sees_their_duties_and_changes_the_password():
    client = signed_in("he")
    assert "he" in client.get("/me/").content.decode()
    assert client.get("/me/password/").status_code == 200
